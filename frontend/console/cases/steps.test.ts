import { describe, expect, it } from "vitest";
import { stepsOf } from "./steps";

const states = (steps: ReturnType<typeof stepsOf>) => steps.map(({ state }) => state);

describe("steps", () => {
  it("leaves out what this case need not do", () => {
    const steps = stepsOf({ state: "dispatched", needs_callback: false }, new Set());
    expect(states(steps)).toEqual([
      "reported",
      "filed",
      "dispatched",
      "accepted",
      "handled",
      "checked",
      "closed",
      "archived",
    ]);
    expect(steps.find(({ state }) => state === "dispatched")?.stands).toBe("here");
  });

  it("shows verification while it is owed, and once it was done", () => {
    const owed = stepsOf({ state: "reported", needs_verification: true }, new Set());
    expect(states(owed)).toContain("verified");
    const done = stepsOf({ state: "filed" }, new Set(["verify"]));
    expect(states(done)).toContain("verified");
    expect(states(stepsOf({ state: "filed" }, new Set()))).not.toContain("verified");
  });

  it("ends early cases with their own end", () => {
    expect(states(stepsOf({ state: "answered" }, new Set()))).toEqual(["reported", "answered"]);
  });
});
