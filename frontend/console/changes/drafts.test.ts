import { describe, expect, it } from "vitest";
import { optionsOf, pairsOf } from "./drafts";

describe("the options of a file", () => {
  it("reads pairs as the command line writes them", () => {
    expect(pairsOf("code=编号， organization = 单位,nonsense,x=")).toEqual({
      code: "编号",
      organization: "单位",
    });
  });

  it("sends only what was said", () => {
    const blank = { layer: "ownership" as const, datum: "", columns: "", set: "", keepGood: false };
    expect(optionsOf(blank)).toEqual({});
    expect(optionsOf({ ...blank, datum: "gcj02", set: "role=owner", keepGood: true })).toEqual({
      datum: "gcj02",
      constants: { role: "owner" },
      keep_good: true,
    });
  });
});
