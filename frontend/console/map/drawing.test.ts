import { beforeEach, describe, expect, it } from "vitest";
import {
  addCorner,
  areaOf,
  crosses,
  drawing,
  moveCorner,
  polygonOf,
  removeCorner,
  startDrawing,
  stopDrawing,
  undoCorner,
  type Corner,
} from "./drawing";
import { boxOf } from "./overlay";

const SQUARE: Corner[] = [
  [0, 0],
  [0.001, 0],
  [0.001, 0.001],
  [0, 0.001],
];

describe("a boundary drawn by hand", () => {
  beforeEach(() => {
    stopDrawing();
    startDrawing();
  });

  it("is closed when it has three corners", () => {
    addCorner(0, 0);
    addCorner(1, 0);
    expect(polygonOf(drawing.corners)).toBeUndefined();
    addCorner(1, 1);
    expect(polygonOf(drawing.corners)?.coordinates[0]).toEqual([
      [0, 0],
      [1, 0],
      [1, 1],
      [0, 0],
    ]);
  });

  it("undoes every step, one by one", () => {
    addCorner(0, 0);
    addCorner(1, 0);
    moveCorner(1, 2, 0);
    removeCorner(0);
    expect(drawing.corners).toEqual([[2, 0]]);
    undoCorner();
    undoCorner();
    expect(drawing.corners).toEqual([
      [0, 0],
      [1, 0],
    ]);
    undoCorner();
    undoCorner();
    undoCorner();
    expect(drawing.corners).toEqual([]);
  });

  it("takes a corner into an edge", () => {
    startDrawing(SQUARE);
    addCorner(0.0005, -0.0001, 1);
    expect(drawing.corners[1]).toEqual([0.0005, -0.0001]);
    expect(drawing.corners).toHaveLength(5);
  });

  it("says when it crosses itself", () => {
    expect(crosses(SQUARE)).toBe(false);
    const [a, b, c, d] = SQUARE as [Corner, Corner, Corner, Corner];
    expect(crosses([a, c, b, d])).toBe(true);
  });

  it("measures about what it encloses", () => {
    expect(areaOf(SQUARE)).toBeCloseTo(111.195 * 111.195, -2);
    expect(areaOf(SQUARE.slice(0, 2))).toBe(0);
  });
});

describe("the box around shapes", () => {
  it("holds every corner of every kind", () => {
    expect(
      boxOf([
        { type: "Point", coordinates: [5, 5] },
        { type: "MultiPolygon", coordinates: [[[...SQUARE, [0, 0]]]] },
      ]),
    ).toEqual([0, 0, 5, 5]);
    expect(boxOf([])).toBeUndefined();
  });
});
