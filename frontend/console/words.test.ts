import { describe, expect, it } from "vitest";
import { language } from "../shared/language";
import { say, sayOr } from "./words";

describe("words", () => {
  it("fills in values in the language of the page", () => {
    language.value = "zh-Hans";
    expect(say("ruleNumber", { n: 3 })).toBe("规则 3");
    language.value = "en";
    expect(say("ruleNumber", { n: 3 })).toBe("rule 3");
  });

  it("keeps the data's own word for what it does not know", () => {
    expect(sayOr("role_guardian", "guardian")).toBe("guardian");
  });
});
