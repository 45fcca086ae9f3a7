import { describe, expect, it } from "vitest";
import { shown } from "./looks";

describe("fields in words", () => {
  it("shows bodies by name, lists joined, nothing as blank", () => {
    expect(shown("organization", { code: "A", name: "城管局" })).toBe("城管局");
    expect(shown("assists", ["A", "B"])).toBe("A、B");
    expect(shown("role", "owner")).toBe("权属");
    expect(shown("standard", "")).toBe("（空）");
    expect(shown("photos", 2)).toBe("2");
  });
});
