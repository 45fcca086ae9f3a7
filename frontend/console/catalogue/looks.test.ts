import { describe, expect, it } from "vitest";
import { limitInWords, shown } from "./looks";

describe("limits in words", () => {
  it("says what the catalogue writes", () => {
    expect(limitInWords("5wd")).toBe("5 个工作日");
    expect(limitInWords("4wh")).toBe("4 个工作时");
    expect(limitInWords("30min")).toBe("30 分钟");
    expect(limitInWords("2h")).toBe("2 小时");
    expect(limitInWords("")).toBe("—");
    expect(limitInWords("three days")).toBe("three days");
  });

  it("shows bodies by name, lists joined, nothing as blank", () => {
    expect(shown("organization", { code: "A", name: "城管局" })).toBe("城管局");
    expect(shown("assists", ["A", "B"])).toBe("A、B");
    expect(shown("role", "owner")).toBe("权属");
    expect(shown("standard", "")).toBe("（空）");
    expect(shown("photos", 2)).toBe("2");
  });
});
