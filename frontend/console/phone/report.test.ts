import { expect, test } from "vitest";
import { emptyCall, type Call } from "./call";
import { accuracyOf, digitsOf, isWhole, reportOf, spelled } from "./report";

const LAMP = {
  kind: "facility" as const,
  code: "T3",
  name: "通丰路路灯",
  category: "路灯",
  lon: 109.5,
  lat: 31,
  bounds: null,
};
const said = (rest: Partial<Call>): Call => ({ ...emptyCall(), text: "灯不亮 ", ...rest });

test("a call with a facility is a report of it", () => {
  const { body, missing } = reportOf(
    said({ place: LAMP, phone: " 138 1234 5678", category: "0106" }),
  );
  expect(missing).toBeUndefined();
  expect(body).toMatchObject({
    channel: "phone",
    text: "灯不亮",
    facility: "T3",
    category: "0106",
    lon: 109.5,
    requester: { phone: "138 1234 5678" },
  });
});

test("a place that was said and not found stays in the text, and is asked for once", () => {
  const { body, missing, field } = reportOf(said({ where: "老桥头" }));
  expect([missing, field]).toEqual(["phoneNoPlace", "where"]);
  expect(body.text).toBe("灯不亮（地点：老桥头）");
});

test("an enquiry needs no place, and nothing is said without words", () => {
  expect(reportOf(said({ nature: "enquiry" })).missing).toBeUndefined();
  expect(reportOf(said({ text: "  " })).field).toBe("text");
});

test("numbers are read however they were written", () => {
  expect(digitsOf("+86 138-1234-5678")).toBe("13812345678");
  expect(isWhole("１３８１２３４５６７８")).toBe(true);
  expect(isWhole("023-5551")).toBe(false);
});

test("a whole street is no point", () => {
  expect(accuracyOf(LAMP)).toBe(0);
  expect(accuracyOf({ ...LAMP, kind: "crossing" })).toBe(20);
  expect(accuracyOf({ ...LAMP, kind: "road", bounds: [109.5, 31, 109.501, 31] })).toBe(48);
  expect(accuracyOf({ ...LAMP, kind: "road", bounds: [109, 31, 110, 31] })).toBe(200);
});

test("a tracking code is read out in groups", () => {
  expect(spelled("23456789BCDFG")).toBe("2345 6789 BCDFG");
});
