import { describe, expect, it } from "vitest";
import { appended, pointOf, refreshed, type Row } from "./rows";

function row(number: string, state = "reported"): Row {
  return { number, state } as Row;
}

const numbers = (rows: Row[]) => rows.map((one) => `${one.number} ${one.state}`);

describe("rows", () => {
  const shown = [row("5"), row("3"), row("1")];

  it("takes each case of the next page once", () => {
    expect(numbers(appended(shown, [row("1", "filed"), row("0")]))).toEqual([
      "5 reported",
      "3 reported",
      "1 reported",
      "0 reported",
    ]);
  });

  it("changes in place, adds above, takes away what no longer fits", () => {
    const after = refreshed(shown, new Set(["3", "5"]), [row("6"), row("3", "filed")], false);
    expect(numbers(after)).toEqual(["6 reported", "3 filed", "1 reported"]);
  });

  it("leaves an older case to its page, unless all pages are there", () => {
    expect(numbers(refreshed(shown, new Set(), [row("0")], false))).toHaveLength(3);
    expect(numbers(refreshed(shown, new Set(), [row("0")], true))).toHaveLength(4);
    expect(numbers(refreshed([], new Set(), [row("0")], false))).toEqual(["0 reported"]);
  });

  it("draws a line by its middle, and nothing without a place", () => {
    const geometry = {
      type: "LineString" as const,
      coordinates: [
        [1, 1],
        [2, 2],
        [3, 3],
      ],
    };
    expect(pointOf({ type: "Feature", id: "1", geometry, properties: {} })).toEqual([2, 2]);
    expect(pointOf({ type: "Feature", id: "1", geometry: null, properties: {} })).toBeNull();
  });
});
