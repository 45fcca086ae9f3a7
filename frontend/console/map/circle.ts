/** A circle of metres on the ground as a polygon, for the accuracy of a position. */
import type { Polygon } from "geojson";

const EARTH_M = 6_371_008.8;
const CORNERS = 64;

export function circle(lon: number, lat: number, radiusM: number): Polygon {
  const up = (radiusM / EARTH_M) * (180 / Math.PI);
  const along = up / Math.cos((lat * Math.PI) / 180);
  const ring = Array.from({ length: CORNERS + 1 }, (_, i) => {
    const angle = ((i % CORNERS) / CORNERS) * 2 * Math.PI;
    return [lon + along * Math.cos(angle), lat + up * Math.sin(angle)];
  });
  return { type: "Polygon", coordinates: [ring] };
}
