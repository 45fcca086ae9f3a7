import { expect, it } from "vitest";
import type { CategoryChoice } from "../catalog";
import { boxAround, classOf, nearestFirst } from "./nearby";

const categories: CategoryChoice[] = [
  { code: "01006", kind: "facility", name: "路灯井盖", parent: "01" },
  { code: "01018", kind: "facility", name: "路灯", parent: "01" },
  { code: "06031", kind: "matter", name: "路灯不亮", parent: "06" },
  { code: "06032", kind: "matter", name: "路灯井盖破损", parent: "06" },
  { code: "06001", kind: "matter", name: "暴露垃圾", parent: "06" },
];
const here = { lon: 109.46, lat: 31.02 };
const METRE = 1 / 111_195; // of latitude

function standing(code: string, category: string, metres: number) {
  const coordinates: [number, number] = [here.lon, here.lat + metres * METRE];
  return {
    geometry: { type: "Point" as const, coordinates },
    properties: { code, name: "", category: { code: category, name: category } },
  };
}

it.each([
  ["01018", "01018"],
  ["06031", "01018"],
  ["06032", "01006"],
  ["06001", undefined],
  ["", undefined],
])("knows what class %s is about", (category, wanted) => {
  expect(classOf(category, categories)?.code).toBe(wanted);
});

it("puts the class first, then what else is near, each once", () => {
  const lamps = [90, 30, 60, 149, 120, 20, 151].map((m) => standing(`L${String(m)}`, "01018", m));
  const found = [
    ...lamps,
    standing("tree", "04002", 5),
    standing("far", "04002", 41),
    ...lamps.slice(1, 2),
  ];
  const rows = nearestFirst(found, here, "01018");
  expect(rows.map(({ code }) => code)).toEqual(["L20", "L30", "L60", "L90", "L120", "tree"]);
  expect(rows.map(({ distance }) => Math.round(distance))).toEqual([20, 30, 60, 90, 120, 5]);
});

it("asks for a box as wide as it is high", () => {
  const [west = 0, south = 0, east = 0, north = 0] = boxAround(here, 100).split(",").map(Number);
  expect((north - south) / METRE).toBeCloseTo(200, 0);
  expect(((east - west) / METRE) * Math.cos((here.lat * Math.PI) / 180)).toBeCloseTo(200, 0);
});
