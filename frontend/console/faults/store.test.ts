import { describe, expect, it } from "vitest";
import type { FaultCount } from "./contract";
import { countOf, draftOf, faults, kindsOf } from "./store";

const COUNTS: FaultCount[] = [
  { part: "ownership", kind: "overlaps", state: "open", count: 3, area_m2: 10 },
  { part: "ownership", kind: "contested", state: "open", count: 2, area_m2: 0 },
  { part: "faults", kind: "gaps", state: "given", count: 1, area_m2: 5 },
];

describe("the counts of the work list", () => {
  it("are summed by state, and by kind within it", () => {
    expect(countOf(COUNTS, "open")).toBe(5);
    expect(countOf(COUNTS, "open", "overlaps")).toBe(3);
    expect(countOf(COUNTS, "gone")).toBe(0);
    expect(kindsOf(COUNTS, "open")).toEqual([
      { kind: "contested", count: 2 },
      { kind: "overlaps", count: 3 },
    ]);
  });
});

describe("what was typed", () => {
  it("is there again when the form of the same act upon the same fault is opened again", () => {
    faults.id = "7";
    draftOf("give").reason = "请核对";
    faults.id = "8";
    expect(draftOf("give").reason).toBe("");
    faults.id = "7";
    expect(draftOf("give").reason).toBe("请核对");
    expect(draftOf("close").reason).toBe("");
  });
});
