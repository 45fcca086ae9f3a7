import { describe, expect, it } from "vitest";
import { blank, bodyOf } from "./deciding";

const row = { case: "1", organization: { code: "L" }, limit: "3wd", until: "2026-12-01" };

describe("what is sent for a decision", () => {
  it("grants what was asked, or less, to the body that asked", () => {
    expect(bodyOf("approve_extension", row, blank(row)).body).toEqual({
      reason: "",
      organization: "L",
      limit: "3wd",
      citizen: false,
    });
    const less = { ...blank(row), amount: "4", unit: "wh", citizen: "yes", reason: " so " };
    expect(bodyOf("approve_extension", row, less).body).toEqual({
      reason: "so",
      organization: "L",
      limit: "4wh",
      citizen: true,
    });
  });
  it("says what is missing", () => {
    expect(bodyOf("approve_extension", row, { ...blank(row), amount: "0" }).lack).toBe("amount");
    expect(bodyOf("approve_parking", row, { ...blank(row), until: "" }).lack).toBe("until");
    expect(bodyOf("refuse_parking", row, blank(row)).lack).toBe("reason");
    expect(bodyOf("approve_parking", row, blank(row)).lack).toBeUndefined();
  });
  it("begins with one work day where a body named no limit that is known", () => {
    expect(blank({ case: "1" })).toMatchObject({ amount: "1", unit: "wd", until: "" });
  });
});
