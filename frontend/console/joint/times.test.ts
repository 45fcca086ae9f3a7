import { describe, expect, it } from "vitest";
import { asInstant } from "./times";

describe("asInstant", () => {
  it("reads what was typed by the city's clocks", () => {
    expect(asInstant("2026-11-21T10:00", "Asia/Shanghai")).toBe("2026-11-21T02:00:00.000Z");
    expect(asInstant("2026-07-01T10:30", "Europe/Berlin")).toBe("2026-07-01T08:30:00.000Z");
  });
});
