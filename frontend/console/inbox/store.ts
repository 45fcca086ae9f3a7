/** The desk's inbox: what waits, what is open of it, and what was typed about it. */
import { reactive, watch } from "vue";
import { getJson, postJson, Refusal } from "../../shared/api";
import { goTo, overlay } from "../map/overlay";
import type { Counts, InboxPage, InboxRow, RequestFeature, WaitsFor } from "./contract";

const PAGE = 100;
const EVERY_MS = 30_000;
const COLOUR = "#b8590b";

/** What the desk makes of it: a case of its own, part of another, or an answer. */
export type Way = "case" | "join" | "answer";

export interface Draft {
  place: { lon: number; lat: number } | undefined;
  where: string;
  facility: string;
  category: string;
  urgency: "normal" | "urgent";
  into: string;
  answer: string;
}

export interface Done {
  code: string;
  way: Way;
  case: string | null;
  /** Why there is no case all the same. */
  why: Record<string, string> | undefined;
}

export const inbox = reactive({
  rows: [] as InboxRow[],
  next: null as string | null,
  counts: { place: 0, answer: 0, outside: 0 } as Counts,
  loaded: false,
  loading: false,
  refusal: undefined as Refusal | undefined,
  waitsFor: "" as WaitsFor | "",

  code: "",
  whole: undefined as RequestFeature | undefined,
  missing: undefined as Refusal | undefined,
  way: "" as Way | "",
  done: undefined as Done | undefined,
});

const refusalOf = (failure: unknown) =>
  failure instanceof Refusal ? failure : new Refusal("page_error", 0, String(failure));

let underway: AbortController | undefined;

/** Fetch the list anew, and how much waits. */
export async function loadInbox(): Promise<void> {
  underway?.abort();
  const mine = new AbortController();
  underway = mine;
  inbox.loading = true;
  try {
    const [page, counts] = await Promise.all([
      getJson<InboxPage>(
        "/api/v1/desk/inbox/",
        { waits_for: inbox.waitsFor, limit: PAGE },
        mine.signal,
      ),
      getJson<Counts>("/api/v1/desk/inbox/counts/", {}, mine.signal),
    ]);
    Object.assign(inbox, { rows: page.results, next: page.next, counts, loaded: true });
    inbox.refusal = undefined;
  } catch (failure) {
    if (!mine.signal.aborted) inbox.refusal = refusalOf(failure);
  } finally {
    if (underway === mine) inbox.loading = false;
  }
}

export async function loadMore(): Promise<void> {
  if (!inbox.next || inbox.loading) return;
  inbox.loading = true;
  try {
    const page = await getJson<InboxPage>(inbox.next);
    inbox.rows = [...inbox.rows, ...page.results];
    inbox.next = page.next;
  } catch (failure) {
    inbox.refusal = refusalOf(failure);
  } finally {
    inbox.loading = false;
  }
}

/** The list follows its filter, and the time, while it is looked at; returns how to stop. */
export function followInbox(): () => void {
  void loadInbox();
  const stop = watch(
    () => inbox.waitsFor,
    () => void loadInbox(),
  );
  const timer = setInterval(() => {
    if (!document.hidden && !inbox.loading) void loadInbox();
  }, EVERY_MS);
  return () => {
    stop();
    clearInterval(timer);
  };
}

/** Open a request in the panel; where it lies, if it says so, comes into view. */
export async function openItem(code: string): Promise<void> {
  if (inbox.code !== code) inbox.way = "";
  Object.assign(inbox, { code, whole: undefined, missing: undefined, done: undefined });
  await fetchItem();
  const place = inbox.whole?.geometry;
  overlay.shapes = place ? [{ id: code, geometry: place, colour: COLOUR }] : [];
  overlay.marked = code;
  const waits = inbox.rows.find((one) => one.code === code)?.waits_for;
  if (place && waits !== "outside") goTo([place]);
}

export async function fetchItem(): Promise<void> {
  const { code } = inbox;
  inbox.missing = undefined;
  try {
    const address = `/api/v1/requests/${encodeURIComponent(code)}/`;
    const whole = await getJson<RequestFeature>(address);
    if (inbox.code === code) inbox.whole = whole;
  } catch (failure) {
    if (inbox.code === code) inbox.missing = refusalOf(failure);
  }
}

export function closeItem(): void {
  Object.assign(inbox, { code: "", whole: undefined, way: "", done: undefined });
}

const drafts = new Map<string, Draft>();

/** What was typed about a request: the same when it is opened again. */
export function draftOf(code: string): Draft {
  const known =
    drafts.get(code) ??
    reactive<Draft>({
      place: undefined,
      where: "",
      facility: "",
      category: "",
      urgency: "normal",
      into: "",
      answer: "",
    });
  drafts.set(code, known);
  return known;
}

export type Lack = "inboxPlaceMissing" | "inboxCaseMissing" | "inboxAnswerMissing";

/** Which act is sent, with what; and what is still missing. */
export function told(
  way: Way,
  whole: RequestFeature,
  waits: WaitsFor | undefined,
  draft: Draft,
): { act: string; body: Record<string, unknown>; lack?: Lack } {
  if (way === "join") {
    const lack = draft.into.trim() ? {} : { lack: "inboxCaseMissing" as const };
    return { act: "join", body: { case: draft.into.trim() }, ...lack };
  }
  if (way === "answer") {
    const lack = draft.answer.trim() ? {} : { lack: "inboxAnswerMissing" as const };
    return { act: "answer", body: { text: draft.answer.trim() }, ...lack };
  }
  const { place, facility, category, urgency } = draft;
  const body = {
    ...(place && { ...place, accuracy_m: 0 }),
    ...(facility && { facility }),
    ...(category && { category }),
    urgency,
  };
  const located = whole.geometry !== null && waits !== "outside";
  const lack = place || located ? {} : { lack: "inboxPlaceMissing" as const };
  return { act: waits === "place" ? "locate" : "open", body, ...lack };
}

const keys = new Map<string, string>();

/** Carry it out; sent under one key until it is known whether it was done. Throws Refusal. */
export async function carryOut(
  way: Way,
  { act, body }: { act: string; body: Record<string, unknown> },
): Promise<void> {
  const { code } = inbox;
  const address = `/api/v1/requests/${encodeURIComponent(code)}/${act}/`;
  const content = JSON.stringify([address, body]);
  const key = keys.get(content) ?? crypto.randomUUID();
  keys.set(content, key);
  let answer: RequestFeature;
  try {
    answer = await postJson<RequestFeature>(address, body, key);
  } catch (failure) {
    if (failure instanceof Refusal && !failure.unknown) keys.delete(content);
    throw failure;
  }
  keys.delete(content);
  const { case: number, why_no_case: why } = answer.properties;
  if (number !== null || way === "answer") drafts.delete(code);
  if (inbox.code === code) {
    inbox.whole = answer;
    inbox.way = "";
    inbox.done = { code, way, case: number, why: why?.words };
  }
  await loadInbox();
}

/** What waits next after the open one; the first where it has gone. */
export function nextCode(rows: readonly InboxRow[], code: string): string {
  const here = rows.findIndex((one) => one.code === code);
  const next = here < 0 ? rows[0] : (rows[here + 1] ?? rows[0]);
  return next && next.code !== code ? next.code : "";
}
