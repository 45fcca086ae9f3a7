import { expect, it } from "vitest";
import { language } from "../shared/language";
import { pressure, span, untilDue } from "./time";

const at = Date.parse("2026-11-21T12:00:00Z");

it("says what is left and what is over, in two units at most", () => {
  language.value = "zh-Hans";
  expect(untilDue("2026-11-21T15:20:00Z", at)).toBe("还剩 3 小时 20 分");
  expect(untilDue("2026-11-19T10:00:00Z", at)).toBe("已超时 2 天 2 小时");
  language.value = "en";
  expect(untilDue("2026-11-21T12:00:20Z", at)).toBe("1 min left");
  expect(span(30 * 24 * 3600_000)).toBe("30 d");
});

it("warns in the last hour and in the last fifth of the time", () => {
  const since = "2026-11-11T12:00:00Z";
  expect(pressure(null, since, at)).toBe("calm");
  expect(pressure("2026-11-21T11:59:00Z", since, at)).toBe("overdue");
  expect(pressure("2026-11-22T12:00:00Z", since, at)).toBe("warning");
  expect(pressure("2026-11-25T12:00:00Z", since, at)).toBe("calm");
  expect(pressure("2026-11-21T12:30:00Z", "2026-11-21T12:00:00Z", at)).toBe("warning");
});
