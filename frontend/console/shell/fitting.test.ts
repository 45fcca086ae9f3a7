import { expect, test } from "vitest";
import { fitting } from "./fitting";

const WIDTHS = [50, 80, 80, 60];

test("all fit", () => {
  expect(fitting(WIDTHS, 40, 270, 0)).toEqual([0, 1, 2, 3]);
});

test("the rest is folded away under the button", () => {
  expect(fitting(WIDTHS, 40, 269, 0)).toEqual([0, 1, 2]);
  expect(fitting(WIDTHS, 40, 200, 1)).toEqual([0, 1]);
});

test("the room one is in is never folded away", () => {
  expect(fitting(WIDTHS, 40, 200, 3)).toEqual([0, 3]);
  expect(fitting(WIDTHS, 40, 10, 2)).toEqual([2]);
});
