/** The queue of returns the desk decides on: what waits longest comes first; nothing is sent before its time. */
import { reactive } from "vue";
import { getJson, postJson, Refusal } from "../../shared/api";
import type { Body } from "../contract";
import { sayOr } from "../words";

export interface Waiting {
  id: number;
  case: string;
  case_version: number;
  category_name: string | null;
  organization: Body;
  part: string;
  grounds: string;
  grounds_name: string;
  reason: string;
  proposed_to: Body | null;
  /** Who has it if it is granted and nobody else is named; null: somebody must be. */
  receiver: Body | null;
  explanation: Record<string, string> | null;
  evidence: number[];
  asked_at: string;
  asked_by: string;
  window_ended_at: string;
  decide_by: string;
  clock_state: string;
  times_returned: number;
}

export interface Proposed {
  id: number;
  case: string;
  category_name: string | null;
  organization: Body;
  proposed_to: Body;
  reason: string;
  proposed_at: string;
}

export type Decision = "grant" | "refuse";

export interface Draft {
  decision: Decision;
  reason: string;
  to: string;
}

/** The grounds it rests on, in words. */
export const groundsOf = (one: Waiting) => sayOr(`grounds_${one.grounds}`, one.grounds_name);

export const queue = reactive({
  rows: [] as Waiting[],
  transfers: [] as Proposed[],
  loaded: false,
  refusal: undefined as Refusal | undefined,
});

const drafts = reactive(new Map<number, Draft>());

/** What was typed about a return; it stays until it is decided. */
export const draftOf = (one: Waiting): Draft | undefined => drafts.get(one.id);

export function begin(one: Waiting, decision: Decision, reason: string): Draft {
  const known = drafts.get(one.id);
  if (known?.decision === decision) return known;
  const fresh = { decision, reason, to: "" };
  drafts.set(one.id, fresh);
  return drafts.get(one.id) ?? fresh;
}

export function forget(one: Waiting): void {
  drafts.delete(one.id);
}

export async function loadQueue(): Promise<void> {
  try {
    const [asked, proposed] = await Promise.all([
      getJson<{ results: Waiting[] }>("/api/v1/returns/", { status: "asked", limit: 200 }),
      getJson<{ results: Proposed[] }>("/api/v1/transfers/", { status: "proposed", limit: 100 }),
    ]);
    queue.rows = asked.results;
    queue.transfers = proposed.results;
    queue.refusal = undefined;
    queue.loaded = true;
  } catch (failure) {
    queue.refusal = failure instanceof Refusal ? failure : new Refusal("page_error", 0, "");
  }
}

/** What is sent for a decision. */
export function bodyOf(one: Waiting, draft: Draft): Record<string, unknown> {
  const told = { base_version: one.case_version, reason: draft.reason.trim() };
  const whose = { organization: one.organization.code };
  return draft.decision === "grant" && draft.to
    ? { ...told, ...whose, to: draft.to }
    : { ...told, ...whose };
}

/** Whether a decision can be sent as it stands; what is missing if not. */
export function missing(one: Waiting, draft: Draft): "reason" | "receiver" | undefined {
  if (!draft.reason.trim()) return "reason";
  const goesOn = draft.decision === "grant" && one.part === "lead";
  return goesOn && !draft.to && !one.receiver ? "receiver" : undefined;
}

const keys = new Map<string, string>();

/** Decide; sent under one key until it is known whether it was done. Throws Refusal. */
export async function decide(one: Waiting, draft: Draft): Promise<void> {
  const body = bodyOf(one, draft);
  const act = draft.decision === "grant" ? "grant_return" : "refuse_return";
  const address = `/api/v1/cases/${encodeURIComponent(one.case)}/${act}/`;
  const content = JSON.stringify([address, body]);
  const key = keys.get(content) ?? crypto.randomUUID();
  keys.set(content, key);
  try {
    await postJson(address, body, key);
  } catch (failure) {
    if (failure instanceof Refusal && !failure.unknown) keys.delete(content);
    throw failure;
  }
  keys.delete(content);
  forget(one);
  queue.rows = queue.rows.filter(({ id }) => id !== one.id);
}
