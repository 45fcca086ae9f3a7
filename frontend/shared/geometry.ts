/** How far and in which direction, on the scale of a walk (flat within a few kilometres). */

export interface Spot {
  lon: number;
  lat: number;
}

export type Geometry =
  | { type: "Point"; coordinates: [number, number] }
  | { type: "LineString"; coordinates: [number, number][] }
  | { type: "Polygon"; coordinates: [number, number][][] };

const DEGREE_M = 111_195; // of latitude, on a sphere of 6371 km

interface Flat {
  x: number;
  y: number;
}

/** Metres east and north of an origin. */
function flat(origin: Spot, lon: number, lat: number): Flat {
  const squeeze = Math.cos((origin.lat * Math.PI) / 180);
  return { x: (lon - origin.lon) * DEGREE_M * squeeze, y: (lat - origin.lat) * DEGREE_M };
}

function corners(geometry: Geometry): [number, number][] {
  if (geometry.type === "Point") return [geometry.coordinates];
  return geometry.type === "LineString" ? geometry.coordinates : (geometry.coordinates[0] ?? []);
}

/** The point of a place that is nearest to somebody. */
export function nearest(geometry: Geometry, from: Spot): Spot {
  const path = corners(geometry).map(([lon, lat]) => ({ lon, lat, ...flat(from, lon, lat) }));
  let best = path[0] ?? { lon: from.lon, lat: from.lat, x: 0, y: 0 };
  for (let i = 0; i < path.length; i += 1) {
    const here = path[i];
    const before = path[i - 1] ?? here;
    if (!here || !before) continue;
    const [dx, dy] = [here.x - before.x, here.y - before.y];
    const length = dx * dx + dy * dy;
    const share = length ? Math.min(1, Math.max(0, -(before.x * dx + before.y * dy) / length)) : 0;
    const candidate = {
      x: before.x + share * dx,
      y: before.y + share * dy,
      lon: before.lon + share * (here.lon - before.lon),
      lat: before.lat + share * (here.lat - before.lat),
    };
    if (Math.hypot(candidate.x, candidate.y) < Math.hypot(best.x, best.y)) best = candidate;
  }
  return { lon: best.lon, lat: best.lat };
}

/** A point that stands for a place: itself, or the middle of a line. */
export function middle(geometry: Geometry): Spot {
  const path = corners(geometry);
  const [lon, lat] = path[Math.floor(path.length / 2)] ?? [0, 0];
  if (geometry.type !== "LineString" || path.length % 2) return { lon, lat };
  const [before, north] = path[path.length / 2 - 1] ?? [lon, lat];
  return { lon: (lon + before) / 2, lat: (lat + north) / 2 };
}

export function metres(from: Spot, to: Spot): number {
  const { x, y } = flat(from, to.lon, to.lat);
  return Math.hypot(x, y);
}

export const DIRECTIONS = ["n", "ne", "e", "se", "s", "sw", "w", "nw"] as const;
export type Direction = (typeof DIRECTIONS)[number];

/** Degrees clockwise from north. */
export function bearing(from: Spot, to: Spot): number {
  const { x, y } = flat(from, to.lon, to.lat);
  return ((Math.atan2(x, y) * 180) / Math.PI + 360) % 360;
}

export function direction(degrees: number): Direction {
  return DIRECTIONS[Math.round(degrees / 45) % 8] ?? "n";
}
