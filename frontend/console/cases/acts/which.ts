/** Which act comes first, which stand aside, and what each form asks for. */
import type { AvailableAct, CaseState } from "../contract";

// The way forward from each state, the usual first.
const FORWARD: Partial<Record<CaseState, readonly string[]>> = {
  reported: ["verify", "file"],
  verified: ["file"],
  filed: ["dispatch"],
  dispatched: [
    "approve_extension",
    "approve_parking",
    "grant_return",
    "agree_transfer",
    "accept",
    "join",
  ],
  accepted: [
    "approve_extension",
    "approve_parking",
    "grant_return",
    "agree_transfer",
    "handle",
    "join",
  ],
  handled: ["check"],
  checked: ["callback", "close"],
  called_back: ["approve_exclusion", "close"],
  closed: ["archive"],
};
// Acts that undo or refuse: offered, never first.
const AGAINST = new Set([
  "decline",
  "rework",
  "reopen",
  "ask_exclusion",
  "refuse_exclusion",
  "refuse_return",
  "refuse_transfer",
  "request_return",
  "refuse_extension",
  "refuse_parking",
  "request_extension",
  "request_parking",
  "merge",
  "unmerge",
  "split",
  "upstream_extension",
  "upstream_return",
]);

export interface Offered {
  first: AvailableAct | undefined;
  others: AvailableAct[];
}

/** The primary act and the rest, in order: what leads on, what else, what leads back. */
export function offered(
  acts: readonly AvailableAct[],
  state: CaseState,
  callbackOwed: boolean | undefined,
): Offered {
  const forward = (FORWARD[state] ?? []).filter(
    (act) => act !== "callback" || callbackOwed !== false,
  );
  const first = forward
    .map((name) => acts.find(({ act }) => act === name))
    .find((one) => one !== undefined);
  const rank = ({ act }: AvailableAct) => (AGAINST.has(act) ? 2 : act === "add_evidence" ? 1 : 0);
  const others = acts.filter((one) => one !== first).sort((a, b) => rank(a) - rank(b));
  return { first, others };
}

export type Fields =
  | "reason"
  | "file"
  | "dispatch"
  | "pin"
  | "callback"
  | "close"
  | "transfer"
  | "assist"
  | "return"
  | "grant"
  | "decide"
  | "extension"
  | "approve_extension"
  | "refuse_extension"
  | "parking"
  | "approve_parking"
  | "supervise"
  | "rework"
  | "reply"
  | "exclusion"
  | "merge"
  | "split"
  | "evidence";

const FIELDS: Record<string, Fields> = {
  file: "file",
  fix_on_spot: "file",
  dispatch: "dispatch",
  reassign: "dispatch",
  move_pin: "pin",
  callback: "callback",
  close: "close",
  add_assist: "assist",
  propose_transfer: "transfer",
  request_return: "return",
  grant_return: "grant",
  refuse_return: "decide",
  request_extension: "extension",
  approve_extension: "approve_extension",
  refuse_extension: "refuse_extension",
  request_parking: "parking",
  approve_parking: "approve_parking",
  supervise: "supervise",
  rework: "rework",
  reply: "reply",
  ask_exclusion: "exclusion",
  merge: "merge",
  split: "split",
  add_evidence: "evidence",
};

/** What the form of an act asks for besides the reason. */
export function fieldsOf(act: string): Fields {
  return FIELDS[act] ?? "reason";
}
