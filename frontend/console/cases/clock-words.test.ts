import { beforeEach, describe, expect, it } from "vitest";
import { language } from "../../shared/language";
import { clockWords, pressure, span } from "./clock-words";
import type { Clock } from "./contract";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const MINUTE = 60_000;

function due(minutes: number, state: Clock["state"] = "running"): Clock {
  const due_at = new Date(NOW + minutes * MINUTE).toISOString();
  return { clock: "resolve", name: "处置", due_at, state };
}

describe("clocks in words", () => {
  beforeEach(() => {
    language.value = "zh-Hans";
  });

  it.each([
    [0, "0分钟"],
    [59, "59分钟"],
    [120, "2小时"],
    [150, "2小时30分"],
    [7 * 60 + 30, "7小时"],
    [47 * 60, "47小时"],
    [50 * 60, "2天2小时"],
    [9 * 24 * 60, "9天"],
  ])("says %i minutes", (minutes, words) => {
    expect(span(minutes * MINUTE)).toBe(words);
  });

  it("says what is left and what is over, in both languages", () => {
    expect(clockWords(due(120), NOW)).toBe("剩余 2小时");
    expect(clockWords(due(-180, "overdue"), NOW)).toBe("超时 3小时");
    language.value = "en";
    expect(clockWords(due(120), NOW)).toBe("2 h left");
    expect(clockWords(due(-180), NOW)).toBe("3 h overdue");
  });

  it("turns overdue by itself, while the screen stands", () => {
    expect(pressure(due(1), NOW)).toBe("calm");
    expect(pressure(due(1), NOW + 2 * MINUTE)).toBe("overdue");
    expect(pressure(due(30, "warning"), NOW)).toBe("warning");
    expect(pressure(due(-30, "met"), NOW)).toBe("over");
    expect(pressure(due(-30, "missed"), NOW)).toBe("overdue");
  });
});
