import { expect, it } from "vitest";
import type { Case, Task } from "../contract";
import { offered, stepsOf } from "./choices";

function taskOf(kind: string): Task {
  return {
    id: 1,
    kind,
    kind_name: kind,
    status: "open",
    case: "C-1",
    organization: null,
    made_at: "2026-11-21T00:00:00Z",
    due_at: null,
  };
}

function caseWith(state: string, ...acts: string[]): Case {
  const available_acts = acts.map((act) => ({ act, name: act, needs_reason: act === "rework" }));
  return { state, available_acts } as unknown as Case;
}

it("leads a crew from accepting to arriving to handling", () => {
  const handle = taskOf("handle");
  const accept = offered(handle, caseWith("dispatched", "accept", "add_evidence"), false);
  expect(accept.first).toMatchObject({ key: "accept", plain: true, words: "none" });
  const accepted = caseWith("accepted", "handle", "request_return", "dispatch");
  expect(offered(handle, accepted, false).first?.key).toBe("arrived");
  const there = offered(handle, accepted, true);
  expect(there.first).toMatchObject({ key: "handle", words: "must", outcome: "done" });
  expect(there.acts.map(({ key }) => key)).toEqual(["request_return"]);
  expect(stepsOf(handle, accepted, true, new Set(["before"])).map(({ done }) => done)).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

it("lets an inspector verify, or say what else was found", () => {
  const verify = offered(taskOf("verify"), caseWith("reported", "verify", "move_pin"), false);
  expect(verify.first?.key).toBe("verify");
  expect(verify.outcomes.map(({ key }) => key)).toContain("pin_moved");
  expect(verify.acts).toEqual([]); // moving the pin stands once, among what was found
});

it("lets a checker pass or send back, with a reason", () => {
  const check = offered(taskOf("check"), caseWith("handled", "check", "rework"), false);
  expect(check.first?.key).toBe("check");
  expect(check.acts).toEqual([{ key: "rework", act: "rework", words: "must" }]);
});

it("offers acts alone where there is no task", () => {
  const close = offered(undefined, caseWith("checked", "rework", "close"), false);
  expect(close.first).toMatchObject({ key: "close", extra: "solved" });
  expect(close.outcomes).toEqual([]);
});
