/** The call being taken: what was typed so far, kept over errors, reloads and cuts, until it is filed. */
import { reactive, watch } from "vue";
import type { Found } from "../contract";

export const NATURES = [
  "",
  "complaint",
  "need",
  "enquiry",
  "suggestion",
  "praise",
  "other",
] as const;

export interface Call {
  phone: string;
  name: string;
  kind: "citizen" | "enterprise";
  /** What stands in the field of the place, and what was chosen for it. */
  where: string;
  place: Found | undefined;
  text: string;
  what: string;
  category: string;
  nature: (typeof NATURES)[number];
  urgency: "normal" | "urgent";
  /** The open case that this is about too; the entry of the knowledge base that answers it. */
  joins: string;
  answer: number;
  /** Something is still to be asked: somebody calls back before a body is sent. */
  lacking: boolean;
  /** When the desk began, had noted down, and had sorted it (C8). */
  answeredAt: string;
  notedAt: string;
  sortedAt: string;
  /** Under this key it is filed once, however often it is sent; and what was sent under it. */
  key: string;
  sent: string;
  /** Why the server will not have it, of a call that waits in the outbox. */
  refused: string;
}

const DRAFT = "lamplighter-call";
const OUTBOX = "lamplighter-calls-to-send";

export function emptyCall(): Call {
  return {
    phone: "",
    name: "",
    kind: "citizen",
    where: "",
    place: undefined,
    text: "",
    what: "",
    category: "",
    nature: "",
    urgency: "normal",
    joins: "",
    answer: 0,
    lacking: false,
    answeredAt: "",
    notedAt: "",
    sortedAt: "",
    key: crypto.randomUUID(),
    sent: "",
    refused: "",
  };
}

/** Whether anything was typed or chosen. */
export function begun(given: Call): boolean {
  return Boolean(given.phone || given.name || given.where || given.text || given.what);
}

/**
 * Kept for this tab alone and only until it is filed: a caller's number is nobody else's business.
 * A browser that keeps nothing only loses what a reload would have kept.
 */
function kept<T>(name: string, otherwise: T): T {
  try {
    const text = sessionStorage.getItem(name);
    return text === null ? otherwise : (JSON.parse(text) as T);
  } catch {
    return otherwise;
  }
}

function keep(name: string, value: unknown): void {
  try {
    if (value === undefined) sessionStorage.removeItem(name);
    else sessionStorage.setItem(name, JSON.stringify(value));
  } catch {
    // no room, or not allowed: the page itself still has it
  }
}

export const call = reactive<Call>({ ...emptyCall(), ...kept<Partial<Call>>(DRAFT, {}) });

watch(call, (now) => {
  if (begun(now) && !now.answeredAt) now.answeredAt = new Date().toISOString();
  keep(DRAFT, begun(now) ? now : undefined);
});

/** The next call: everything blank. */
export function hangUp(): void {
  Object.assign(call, emptyCall());
  keep(DRAFT, undefined);
}

/** Calls that could not be sent; they go by themselves once the network is back. */
export const outbox = reactive<Call[]>(kept<Call[]>(OUTBOX, []));
watch(outbox, (now) => {
  keep(OUTBOX, now.length ? now : undefined);
});
