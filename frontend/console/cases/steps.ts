/** The way of a case in steps, and which stage its state belongs to. */
import type { CaseState } from "./contract";

export type Stage = "desk" | "body" | "check" | "done";

export const WAY: readonly CaseState[] = [
  "reported",
  "verified",
  "filed",
  "dispatched",
  "accepted",
  "handled",
  "checked",
  "called_back",
  "closed",
  "archived",
];

const STAGES: Record<CaseState, Stage> = {
  reported: "desk",
  verified: "desk",
  filed: "desk",
  dispatched: "body",
  accepted: "body",
  handled: "check",
  checked: "check",
  called_back: "check",
  closed: "done",
  archived: "done",
  declined: "done",
  answered: "done",
  merged: "done",
};

/** Who it waits for. A state this page does not know yet waits for the desk. */
export function stageOf(state: CaseState): Stage {
  return (STAGES as Record<string, Stage | undefined>)[state] ?? "desk";
}

export const STAGE_COLOURS: Record<Stage, string> = {
  desk: "#1f5c99",
  body: "#8a5a00",
  check: "#6a4590",
  done: "#55606a",
};

// Where a case may end before its way does.
const ENDS: ReadonlySet<CaseState> = new Set(["declined", "answered", "merged"]);

export interface Step {
  state: CaseState;
  stands: "behind" | "here" | "ahead";
  optional: boolean;
}

interface Standing {
  state: CaseState;
  needs_verification?: boolean;
  needs_callback?: boolean;
  verified_at?: string | null;
  called_back_at?: string | null;
}

/**
 * The steps of this case: those that it need not take (no verification asked, nobody to call back)
 * are left out; a case that ended early ends with its own end.
 */
export function stepsOf(one: Standing, passed: ReadonlySet<string>): Step[] {
  if (ENDS.has(one.state)) {
    return [
      { state: "reported", stands: "behind", optional: false },
      ...(passed.has("verify")
        ? [{ state: "verified" as const, stands: "behind" as const, optional: true }]
        : []),
      { state: one.state, stands: "here", optional: false },
    ];
  }
  const here = WAY.indexOf(one.state);
  return WAY.flatMap((state, place) => {
    const verified = state === "verified" && one.state !== "verified";
    if (verified && !passed.has("verify") && !(here < place && one.needs_verification)) return [];
    const calledBack = state === "called_back" && one.state !== "called_back";
    if (calledBack && !passed.has("callback") && (here > place || one.needs_callback === false)) {
      return [];
    }
    const stands = place < here ? "behind" : place === here ? "here" : "ahead";
    return [{ state, stands, optional: state === "verified" || state === "called_back" }];
  });
}
