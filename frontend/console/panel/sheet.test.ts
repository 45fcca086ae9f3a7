import { describe, expect, it } from "vitest";
import { sheetOf, sheetOfCase } from "./sheet";

const PLAIN = { at: "", knownAt: "", role: "", draft: "" };

describe("the responsibility sheet", () => {
  it("asks what the panel asks, without what is not said", () => {
    const question = {
      lon: 109.46,
      lat: 31.02,
      facility: undefined,
      category: "0106",
      title: undefined,
    };
    expect(sheetOf(question, { ...PLAIN, at: "2025-01-01" }, "en")).toBe(
      "/sheets/responsibility.pdf?lon=109.46&lat=31.02&category=0106&at=2025-01-01&lang=en",
    );
    expect(sheetOf({ ...question, category: undefined }, PLAIN, "zh-Hans")).toBe(
      "/sheets/responsibility.pdf?lon=109.46&lat=31.02&lang=zh-Hans",
    );
  });

  it("is found by a case's number", () => {
    expect(sheetOfCase("2026 1", "en")).toBe("/sheets/cases/2026%201.pdf?lang=en");
  });
});
