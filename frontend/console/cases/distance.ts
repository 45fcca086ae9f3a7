/** Metres between two places, on a sphere: good to half a percent, enough to read. */

const EARTH_M = 6_371_008.8;
const radians = (degrees: number) => (degrees * Math.PI) / 180;

export function distanceM(a: readonly [number, number], b: readonly [number, number]): number {
  const up = radians(b[1] - a[1]);
  const along = radians(b[0] - a[0]);
  const half =
    Math.sin(up / 2) ** 2 +
    Math.cos(radians(a[1])) * Math.cos(radians(b[1])) * Math.sin(along / 2) ** 2;
  return 2 * EARTH_M * Math.asin(Math.sqrt(half));
}
