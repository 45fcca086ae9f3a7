import { expect, it } from "vitest";
import type { Category } from "../contract";
import { findCategories } from "./categories";

const all: Category[] = [
  { code: "0118", kind: "facility", name: "路灯", parent: "01" },
  { code: "0119", kind: "facility", name: "地灯", parent: "01" },
  { code: "0305", kind: "matter", name: "路灯杆倾斜", parent: "03" },
  { code: "0101", kind: "facility", name: "上水井盖", parent: "01" },
];

it("finds a category by its name first, then by a part, then by its code", () => {
  expect(findCategories(all, "路灯").map((one) => one.code)).toEqual(["0118", "0305"]);
  expect(findCategories(all, "灯").map((one) => one.code)).toEqual(["0118", "0119", "0305"]);
  expect(findCategories(all, "010").map((one) => one.code)).toEqual(["0101"]);
  expect(findCategories(all, " ")).toEqual([]);
});
