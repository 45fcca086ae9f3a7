import { describe, expect, it } from "vitest";
import { draft, filled, sent } from "./listing";

describe("forms", () => {
  it("sends what was filled in, without the blanks", () => {
    expect(filled({ text: " 挖沟 ", due_at: "", level: "  " })).toEqual({ text: "挖沟" });
  });

  it("keeps what was typed until it was sent", () => {
    draft("give", { text: "" }).text = "挖沟";
    expect(draft("give", { text: "" }).text).toBe("挖沟");
    const shown = draft("give", { text: "" });
    sent("give");
    expect(shown.text).toBe("");
    expect(draft("give", { text: "" }).text).toBe("");
  });
});
