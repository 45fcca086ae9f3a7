import { describe, expect, it } from "vitest";
import { BODY_COLOURS } from "../map/groups";
import type { Impact, ImpactRow } from "./contract";
import { balances, colours, keyOf, nameOf } from "./moves";
import { changes, shownRows } from "./store";

const A = { code: "A", name: "甲" };
const B = { code: "B", name: "乙" };
const IMPACT: Impact = {
  computed_at: "2026-11-21T08:00:00Z",
  ground_version: 7,
  facilities: 12,
  cases: 3,
  moves: [
    { from: A, to: B, facilities: 10, cases: 2 },
    { from: B, to: null, facilities: 2, cases: 1 },
  ],
};

describe("what changes hands", () => {
  it("gives each body that gains its colour, the one that gains most the first", () => {
    expect([...colours(IMPACT.moves)]).toEqual([
      ["B", BODY_COLOURS[0]],
      ["", BODY_COLOURS[1]],
    ]);
  });

  it("balances gains and losses for each body", () => {
    expect(balances(IMPACT)).toEqual([
      { body: A, gains: 0, loses: 12 },
      { body: B, gains: 12, loses: 3 },
      { body: null, gains: 3, loses: 0 },
    ]);
  });

  it("narrows the rows to one move", () => {
    const row = (code: string, from: typeof A | null, to: typeof A | null): ImpactRow => ({
      kind: "facility",
      code,
      category: "0106",
      name: "路灯",
      from,
      to,
      from_outcome: "presumed",
      to_outcome: "settled",
      geometry: null,
    });
    changes.kind = "facilities";
    changes.impact.facilities = [row("L1", A, B), row("L2", B, null)];
    changes.move = "";
    expect(shownRows().map(nameOf)).toEqual(["L1", "L2"]);
    changes.move = keyOf({ from: B, to: null });
    expect(shownRows().map(nameOf)).toEqual(["L2"]);
    changes.move = "";
  });
});
