/** What one may do now with a task or a case: from what the server allows and the kind of the task. */
import type { Case, Task, Undertaking, VisitOutcome } from "../contract";
import type { Purpose } from "../queue/records";

export type Extra =
  "pin" | "body" | "grounds" | "category" | "solved" | "limit" | "until" | "way" | "order";

export interface Choice {
  /** Its word is `do_<key>`. */
  key: string;
  act?: string;
  outcome?: VisitOutcome;
  words: "none" | "may" | "must";
  /** Which photo it wants to be proven by. */
  photo?: Purpose;
  extra?: Extra;
  /** Which undertaking it is about. */
  undertaking?: number;
  /** A step of its own, not a matter of opinion: it asks for no confirmation sheet. */
  plain?: boolean;
}

export interface Offered {
  /** The next step, in the thumb's place. */
  first: Choice | undefined;
  /** What else may have been found on the spot. */
  outcomes: Choice[];
  /** What else may be done with the case. */
  acts: Choice[];
}

export const ARRIVE: Choice = { key: "arrived", outcome: "arrived", words: "none", plain: true };

const VISITS: Choice[] = [
  { key: "not_found", outcome: "not_found", words: "may" },
  { key: "already_restored", outcome: "already_restored", words: "may" },
  { key: "no_access", outcome: "no_access", words: "may" },
  { key: "unsafe", outcome: "unsafe", words: "may" },
  { key: "pin_moved", outcome: "pin_moved", words: "may", extra: "pin" },
];

/** Looking back at what was closed: it holds, or it is opened again at once. */
const HOLDS: Choice = { key: "holds", outcome: "done", words: "may", photo: "check" };
const RELAPSED: Choice = { key: "relapsed", outcome: "relapsed", words: "may", photo: "check" };

/** Ordering another body to stop its work (停工令): a thing given in the case, no act upon it. */
const STOP_WORK: Choice = { key: "stop_work", act: "stop_work", words: "must", extra: "order" };

/** Acts a phone can ask all for; the desk's own (filing, dispatching, calling back) are not among them. */
export const ACTS: Record<string, Omit<Choice, "key" | "words">> = {
  verify: { outcome: "done", photo: "verify" },
  accept: { plain: true },
  join: { plain: true },
  handle: { outcome: "done", photo: "after" },
  check: { outcome: "done", photo: "check" },
  rework: {},
  close: { extra: "solved" },
  move_pin: { extra: "pin" },
  fix_on_spot: { extra: "category", photo: "after" },
  propose_transfer: { extra: "body" },
  agree_transfer: {},
  refuse_transfer: {},
  withdraw_transfer: {},
  request_return: { extra: "grounds" },
  withdraw_return: {},
  appeal_return: {},
  request_extension: { extra: "limit" },
  request_parking: { extra: "until" },
  unpark: {},
  answer_supervision: {},
  add_assist: { extra: "body" },
  urge: {},
  reply: { extra: "way" },
  reopen: {},
};

/** The order in which acts come first when there is no task. */
const FIRST = ["accept", "handle", "verify", "check", "close", "join"];
const TASK_ACT: Record<string, string> = { verify: "verify", handle: "handle", check: "check" };

function choiceOf(act: string, needsReason: boolean): Choice | undefined {
  const known = ACTS[act];
  if (!known) return undefined;
  const plain = known.plain === true && !needsReason;
  const words = needsReason ? "must" : plain ? "none" : "may";
  return { key: act, act, words, ...known, ...(known.plain !== undefined && { plain }) };
}

/** What may be done; `arrived` says whether this crew has been recorded there. */
export function offered(task: Task | undefined, found: Case, arrived: boolean): Offered {
  const allowed = new Map<string, Choice>();
  for (const { act, needs_reason } of found.available_acts) {
    const choice = choiceOf(act, needs_reason || act === "handle");
    if (choice) allowed.set(act, choice);
  }
  const open = task?.status === "open" ? task : undefined;
  for (const choice of allowed.values()) if (!open) delete choice.outcome;
  let first: Choice | undefined;
  if (open?.kind === "handle") {
    first = allowed.get("accept") ?? (arrived ? allowed.get("handle") : ARRIVE);
  } else if (open?.kind === "look_back") {
    first = HOLDS;
  } else if (open) {
    first = allowed.get(TASK_ACT[open.kind] ?? "");
  } else {
    first = FIRST.map((act) => allowed.get(act)).find((choice) => choice !== undefined);
  }
  const outcomes =
    open?.kind === "look_back"
      ? [RELAPSED]
      : open
        ? VISITS.filter(
            ({ key }) => open.kind === "verify" || key !== "pin_moved" || allowed.has("move_pin"),
          )
        : [];
  const shownByOutcome = outcomes.some(({ key }) => key === "pin_moved") ? "move_pin" : "";
  const acts = [...allowed.values()].filter(
    (choice) => choice.key !== first?.key && choice.key !== shownByOutcome,
  );
  if (found.may_undertake?.includes("stop_work")) acts.push(STOP_WORK);
  return { first, outcomes, acts };
}

/** What may be done about one thing that a body is to do. */
export function answersTo({ id, available_acts }: Undertaking): Choice[] {
  return available_acts.map(({ act, needs_reason }) => {
    const key = `undertaking_${act}`;
    return { key, act: key, words: needs_reason ? "must" : "may", undertaking: id };
  });
}

/** Which photos a task is about, in the order they are taken. */
export function purposesOf(task: Task | undefined, found: Case): Purpose[] {
  const kind = task?.status === "open" ? task.kind : "";
  if (kind === "handle") return ["before", "after"];
  if (kind === "verify") return ["verify"];
  if (kind === "check") return ["check"];
  if (found.available_acts.some(({ act }) => act === "fix_on_spot")) return ["before", "after"];
  return ["check"];
}

export interface Step {
  key: "accept" | "arrived" | "photos" | "handle";
  done: boolean;
}

/** A crew's way through a task: `taken` are the purposes there are photos for, sent or not. */
export function stepsOf(task: Task, found: Case, arrived: boolean, taken: Set<string>): Step[] {
  const handled = !["dispatched", "accepted"].includes(found.state);
  return [
    { key: "accept", done: found.state !== "dispatched" },
    { key: "arrived", done: arrived || handled },
    { key: "photos", done: taken.has("before") && taken.has("after") },
    { key: "handle", done: handled || task.status === "done" },
  ];
}
