import { afterEach, describe, expect, it } from "vitest";
import { language } from "../shared/language";
import { limitInWords } from "./limits";

describe("limits in words", () => {
  afterEach(() => {
    language.value = "zh-Hans";
  });

  it("says what the catalogue writes", () => {
    expect(limitInWords("5wd")).toBe("5 个工作日");
    expect(limitInWords("4wh")).toBe("4 个工作时");
    expect(limitInWords("30min")).toBe("30 分钟");
    expect(limitInWords("2h")).toBe("2 小时");
    expect(limitInWords("")).toBe("—");
    expect(limitInWords("three days")).toBe("three days");
  });

  it("says one day of one", () => {
    language.value = "en";
    expect(limitInWords("1wd")).toBe("1 work day");
    expect(limitInWords("2wd")).toBe("2 work days");
  });
});
