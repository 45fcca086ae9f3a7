import { describe, expect, it } from "vitest";
import { forget, kept } from "./draft";
import { placeInWords } from "./spot";
import { say } from "./words";

class Memory {
  private readonly held = new Map<string, string>();
  readonly length = 0;
  clear = () => {
    this.held.clear();
  };
  key = () => null;
  getItem = (name: string) => this.held.get(name) ?? null;
  setItem = (name: string, value: string) => void this.held.set(name, value);
  removeItem = (name: string) => void this.held.delete(name);
}

describe("a position in words", () => {
  const spot = { inside: true, community: "瞿塘社区", near: "同丰路" };
  it("names community and street", () => {
    expect(placeInWords(spot, "zh-Hans")).toBe("瞿塘社区，同丰路附近");
    expect(placeInWords(spot, "en")).toBe("瞿塘社区, near 同丰路");
  });
  it("says so when it knows no name", () => {
    expect(placeInWords({ inside: true, community: "", near: "" }, "en")).toBe(
      "this point on the map",
    );
  });
});

describe("a draft", () => {
  it("takes back only the fields it knows, and forgets", () => {
    const store = new Memory();
    store.setItem("lamplighter.report", '{"text":"路灯不亮","phone":"138","lon":3}');
    expect(kept(store)).toEqual({ text: "路灯不亮" });
    forget(store);
    expect(kept(store)).toEqual({});
  });
  it("survives what is no draft", () => {
    const store = new Memory();
    store.setItem("lamplighter.report", "{");
    expect(kept(store)).toEqual({});
  });
});

describe("words", () => {
  it("are filled in", () => {
    expect(say("many", { most: 4 }, "en")).toBe("At most 4 photos.");
  });
});
