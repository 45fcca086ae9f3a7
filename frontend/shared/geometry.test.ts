import { expect, it } from "vitest";
import { bearing, direction, metres, middle, nearest } from "./geometry";

const here = { lon: 109.46, lat: 31.02 };

it("measures a walk to within a metre in a kilometre", () => {
  expect(metres(here, { lon: 109.46, lat: 31.029 })).toBeCloseTo(1000.8, 0);
  expect(metres(here, { lon: 109.4705, lat: 31.02 })).toBeCloseTo(1000.5, 0);
});

it("tells the direction in eighths", () => {
  const to = (lon: number, lat: number) => direction(bearing(here, { lon, lat }));
  expect([to(109.46, 31.1), to(109.5, 31.02), to(109.46, 31), to(109.4, 31.02)]).toEqual([
    "n",
    "e",
    "s",
    "w",
  ]);
  expect(direction(359)).toBe("n");
});

it("finds the nearest point of a street, not its end", () => {
  const street = {
    type: "LineString" as const,
    coordinates: [
      [109.45, 31.021],
      [109.47, 31.021],
    ] as [number, number][],
  };
  const spot = nearest(street, here);
  expect(spot.lon).toBeCloseTo(109.46, 6);
  expect(spot.lat).toBeCloseTo(31.021, 6);
  expect(middle(street).lon).toBeCloseTo(109.46, 6);
});
