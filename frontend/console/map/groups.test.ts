import { describe, expect, it } from "vitest";
import { HANDOVER_STATES, lookOf } from "./groups";

describe("the look of a category", () => {
  it.each([
    ["路灯", "lamp", "lighting"],
    ["路灯控制箱", "box", "power"],
    ["上水井盖", "manhole", "water"],
    ["消火栓", "hydrant", "water"],
    ["交通标志牌", "sign", "traffic"],
    ["交通信号灯", "signal", "traffic"],
    ["行道树", "tree", "green"],
    ["垃圾箱", "bin", "sanitation"],
    ["车行道", "dot", "road"],
    ["Street lamp", "lamp", "lighting"],
    ["highway manhole", "manhole", "water"],
    ["水域", "dot", "green"],
    ["次干路", "dot", "road"],
    ["路灯用电户", "box", "power"],
    ["其他", "dot", "other"],
  ])("%s is drawn as %s among %s", (name, symbol, group) => {
    expect(lookOf(name)).toEqual({ symbol, group });
  });

  it("falls back on the code", () => {
    expect(lookOf("一类", "street_lamp")).toEqual({ symbol: "lamp", group: "lighting" });
  });

  it("puts each handover state into one group", () => {
    const states = Object.values(HANDOVER_STATES).flat();
    expect(new Set(states).size).toBe(states.length);
  });
});
