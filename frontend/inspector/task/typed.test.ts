import { expect, it } from "vitest";
import type { Choice } from "./choices";
import { detailsOf, freshTyped, lacking, tomorrow, typedOf } from "./typed";

function choice(key: string, extra: NonNullable<Choice["extra"]>): Choice {
  return { key, act: key, words: "must", extra };
}

it("sends each field as the server takes it, and reads it back as it was typed", () => {
  const typed = { ...freshTyped("0106"), to: " 住建委 ", amount: 2, unit: "wh" as const };
  Object.assign(typed, { until: "2026-12-01", way: "visit", reached: false });
  const sent: [Choice, Record<string, unknown>][] = [
    [choice("propose_transfer", "body"), { to: "住建委" }],
    [choice("stop_work", "order"), { organization: "住建委" }],
    [choice("request_extension", "limit"), { limit: "2wh" }],
    [choice("request_parking", "until"), { until: "2026-12-01" }],
    [choice("reply", "way"), { way: "visit", reached: false }],
    [choice("request_return", "grounds"), { grounds: "not_ours", to: "住建委" }],
    [choice("fix_on_spot", "category"), { category: "0106" }],
    [choice("close", "solved"), { solved: true }],
  ];
  for (const [one, details] of sent) {
    expect(detailsOf(one, typed)).toEqual(details);
    expect(detailsOf(one, typedOf({ ...details, reason: "等灯具" }))).toEqual(details);
  }
});

it("names the field that is still to be filled in", () => {
  const typed = { ...freshTyped(null), amount: "" as const, to: "  " };
  expect(lacking(choice("add_assist", "body"), typed)).toBe("body_add_assist");
  expect(lacking(choice("stop_work", "order"), typed)).toBe("body_stop_work");
  expect(lacking(choice("request_extension", "limit"), typed)).toBe("extensionAmount");
  expect(lacking(choice("request_extension", "limit"), { ...typed, amount: 0.5 })).toBe(
    "extensionAmount",
  );
  expect(lacking(choice("request_parking", "until"), typed)).toBe("parkingUntil");
  expect(lacking(choice("fix_on_spot", "category"), typed)).toBe("reportCategory");
  expect(lacking(choice("reply", "way"), typed)).toBeUndefined();
});

it("lets a case rest from tomorrow on", () => {
  expect(tomorrow(Date.parse("2026-11-21T12:00:00+08:00"))).toMatch(/^2026-11-2[12]$/);
});
