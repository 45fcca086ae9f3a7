import { expect, it } from "vitest";
import type { Case, Task, Undertaking } from "../contract";
import { sayOr } from "../words";
import { ACTS, answersTo, offered, stepsOf } from "./choices";

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

it("offers a handler time, a rest, help, the requester's ear and an order to stop work", () => {
  const found = {
    ...caseWith(
      "accepted",
      "handle",
      "reply",
      "add_assist",
      "request_extension",
      "request_parking",
    ),
    may_undertake: ["part", "stop_work"],
  } as Case;
  const { acts } = offered(taskOf("handle"), found, true);
  expect(acts.map(({ key, extra }) => [key, extra])).toEqual([
    ["reply", "way"],
    ["add_assist", "body"],
    ["request_extension", "limit"],
    ["request_parking", "until"],
    ["stop_work", "order"],
  ]);
  expect(offered(taskOf("handle"), caseWith("accepted"), true).acts).toEqual([]);
});

it("has a word for every act it offers", () => {
  expect(Object.keys(ACTS).filter((act) => sayOr(`do_${act}`, "") === "")).toEqual([]);
});

it("answers one thing that is to be done, each under its own number", () => {
  const available_acts = [
    { act: "reply", name: "反馈", needs_reason: true },
    { act: "settle", name: "销号", needs_reason: false },
  ];
  expect(answersTo({ id: 7, available_acts } as Undertaking)).toEqual([
    { key: "undertaking_reply", act: "undertaking_reply", words: "must", undertaking: 7 },
    { key: "undertaking_settle", act: "undertaking_settle", words: "may", undertaking: 7 },
  ]);
});
