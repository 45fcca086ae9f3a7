import { describe, expect, it } from "vitest";
import type { Group } from "./contract";
import { countOfCategory, countOfPart, countOfState, type Chosen } from "./counts";

const groups: Group[] = [
  { category: "lamp", state: "signed", roles: ["owner"], parts: ["held"], count: 5 },
  { category: "lamp", state: "refused", roles: [], parts: ["coming"], count: 3 },
  { category: "box", state: "refused", roles: ["builder"], parts: ["held", "leaving"], count: 2 },
];
const all: Chosen = { part: "", states: [], category: "" };

describe("counts", () => {
  it("counts a part within the category", () => {
    expect(countOfPart(groups, "", all)).toBe(10);
    expect(countOfPart(groups, "held", all)).toBe(7);
    expect(countOfPart(groups, "held", { ...all, category: "lamp" })).toBe(5);
  });
  it("counts a state within part and category, whatever states are chosen", () => {
    expect(countOfState(groups, "refused", { ...all, states: ["signed"] })).toBe(5);
    expect(countOfState(groups, "refused", { ...all, part: "coming" })).toBe(3);
  });
  it("counts a category within part and states", () => {
    expect(countOfCategory(groups, "lamp", { ...all, states: ["signed"] })).toBe(5);
    expect(countOfCategory(groups, "box", { ...all, part: "coming" })).toBe(0);
  });
});
