import { describe, expect, it } from "vitest";
import { chosen, grouping, narrowing, NO_FILTERS } from "./filters";

describe("filters", () => {
  it("asks for what is open unless told otherwise", () => {
    expect(grouping("all")).toEqual({ open: true });
    expect(grouping("done")).toEqual({ open: false });
    expect(grouping("overdue")).toEqual({ clock: "overdue" });
    expect(grouping("callback")).toEqual({ waits_for: "callback" });
  });

  it("takes the map's view only when it is asked for", () => {
    const box = [109.1, 31, 109.2, 31.1] as const;
    expect(narrowing({ ...NO_FILTERS }, box)["bbox"]).toBeUndefined();
    expect(narrowing({ ...NO_FILTERS, inView: true }, box)["bbox"]).toBe(
      "109.100000,31.000000,109.200000,31.100000",
    );
    expect(narrowing({ ...NO_FILTERS, inView: true }, undefined)["bbox"]).toBeUndefined();
  });

  it("asks for cases under changed ground only when told to", () => {
    expect(narrowing({ ...NO_FILTERS }, undefined)["ground_changed"]).toBeUndefined();
    const marked = narrowing({ ...NO_FILTERS, groundChanged: true }, undefined);
    expect(marked["ground_changed"]).toBe(true);
  });

  it("counts the filters that are set", () => {
    expect(chosen({ ...NO_FILTERS, words: "灯", group: "file" })).toBe(0);
    expect(chosen({ ...NO_FILTERS, category: "0118", urgency: "urgent" })).toBe(2);
  });
});
