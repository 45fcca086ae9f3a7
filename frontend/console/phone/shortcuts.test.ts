import { expect, test } from "vitest";
import { shortcut } from "./shortcuts";

const pressed = (key: string, rest: object = {}) =>
  shortcut({
    key,
    code: "",
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    shiftKey: false,
    isComposing: false,
    ...rest,
  });

test("keys that act", () => {
  expect(pressed("Enter", { ctrlKey: true })).toEqual({ kind: "file" });
  expect(pressed("™", { altKey: true, code: "Digit2" })).toEqual({ kind: "choose", digit: 2 });
  expect(pressed("F2")).toEqual({ kind: "urgent" });
  expect(pressed("F9")).toEqual({ kind: "aside" });
  expect(pressed("Backspace", { altKey: true })).toEqual({ kind: "drop" });
});

test("keys that are somebody else's", () => {
  expect(pressed("Enter")).toBeUndefined();
  expect(pressed("2")).toBeUndefined();
  expect(pressed("F5")).toBeUndefined();
  expect(pressed("Enter", { ctrlKey: true, isComposing: true })).toBeUndefined();
  expect(pressed("9", { altKey: true, code: "Digit9" })).toBeUndefined();
});
