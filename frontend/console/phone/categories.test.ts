import { expect, test } from "vitest";
import { fitting } from "./categories";

const ALL = [
  { code: "0106", name: "路灯", initials: "ld", sound: "ludeng" },
  { code: "0107", name: "路灯配电箱", initials: "ldpdx", sound: "ludengpeidianxiang" },
  { code: "0201", name: "景观灯", initials: "jgd", sound: "jingguandeng", was: ["0120", "地灯"] },
];
const names = (typed: string) => fitting(ALL, typed).map(({ name }) => name);

test("found by name, initials, pinyin and code, the nearest first", () => {
  expect(names("ld")).toEqual(["路灯", "路灯配电箱"]);
  expect(names("LDP")).toEqual(["路灯配电箱"]);
  expect(names("灯")).toEqual(["路灯", "景观灯", "路灯配电箱"]);
  expect(names("jingg")).toEqual(["景观灯"]);
  expect(names("0107")).toEqual(["路灯配电箱"]);
  expect(names("0120")).toEqual(["景观灯"]); // the code of a class it stands for
  expect(names("地灯")).toEqual(["景观灯"]);
  expect(names("zz")).toEqual([]);
});
