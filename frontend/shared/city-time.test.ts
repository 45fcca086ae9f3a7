import { afterEach, describe, expect, it } from "vitest";
import { cityDay, cityMoment } from "./city-time";
import { language } from "./language";

const NOW = Date.parse("2026-11-21T17:30:00Z"); // half past one of the 22nd in Shanghai

describe("times in the city's time zone", () => {
  afterEach(() => {
    language.value = "zh-Hans";
  });

  it("counts the day as the city does, not as the reader's machine does", () => {
    expect(cityDay(NOW, "Asia/Shanghai")).toBe("2026-11-22");
    expect(cityDay(NOW, "America/New_York")).toBe("2026-11-21");
  });

  it.each([
    ["2026-11-21T16:00:00Z", "00:00", "00:00"],
    ["2026-11-21T15:59:00Z", "11/21 23:59", "21 Nov, 23:59"],
    ["2025-11-21T15:59:00Z", "2025/11/21 23:59", "21 Nov 2025, 23:59"],
  ])("says %s", (at, zh, en) => {
    expect(cityMoment(at, NOW, "Asia/Shanghai")).toBe(zh);
    language.value = "en";
    expect(cityMoment(at, NOW, "Asia/Shanghai")).toBe(en);
  });
});
