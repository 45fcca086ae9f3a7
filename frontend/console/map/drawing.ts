/** A boundary drawn by hand: its corners in order, by clicks, drags or the keyboard; each step can be undone. */
import type { Polygon } from "geojson";
import { reactive } from "vue";

export type Corner = [lon: number, lat: number];

export const drawing = reactive({
  /** Whether clicks on the map set corners. */
  active: false,
  corners: [] as Corner[],
  before: [] as Corner[][],
});

const MOST_CORNERS = 500;
const DIGITS = 7; // of a degree: a centimetre

function change(corners: Corner[]): void {
  drawing.before = [...drawing.before.slice(-99), drawing.corners];
  drawing.corners = corners;
}

const rounded = (lon: number, lat: number): Corner => [
  Number(lon.toFixed(DIGITS)),
  Number(lat.toFixed(DIGITS)),
];

export function startDrawing(corners: readonly Corner[] = []): void {
  drawing.active = true;
  drawing.before = [];
  drawing.corners = [...corners];
}

export function stopDrawing(): void {
  drawing.active = false;
  drawing.before = [];
  drawing.corners = [];
}

/** A corner is set where it lengthens the outline least: at the end of what is drawn, or into an edge. */
export function addCorner(lon: number, lat: number, into?: number): void {
  if (drawing.corners.length >= MOST_CORNERS) return;
  const corners = [...drawing.corners];
  corners.splice(into ?? corners.length, 0, rounded(lon, lat));
  change(corners);
}

export function moveCorner(index: number, lon: number, lat: number): void {
  change(drawing.corners.map((one, n) => (n === index ? rounded(lon, lat) : one)));
}

export function removeCorner(index: number): void {
  change(drawing.corners.filter((_, n) => n !== index));
}

export function undoCorner(): void {
  const before = drawing.before.at(-1);
  if (!before) return;
  drawing.before = drawing.before.slice(0, -1);
  drawing.corners = before;
}

function turn(a: Corner, b: Corner, c: Corner): number {
  return Math.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]));
}

/** Whether an outline crosses itself. */
export function crosses(corners: readonly Corner[]): boolean {
  const count = corners.length;
  for (let i = 0; i < count; i += 1) {
    for (let j = i + 2; j < count; j += 1) {
      if (i === 0 && j === count - 1) continue; // neighbours around the end
      const [a, b] = [corners[i], corners[(i + 1) % count]];
      const [c, d] = [corners[j], corners[(j + 1) % count]];
      if (!a || !b || !c || !d) continue;
      if (turn(a, b, c) * turn(a, b, d) < 0 && turn(c, d, a) * turn(c, d, b) < 0) return true;
    }
  }
  return false;
}

/** The polygon that is drawn; undefined with fewer than three corners. */
export function polygonOf(corners: readonly Corner[]): Polygon | undefined {
  const first = corners[0];
  if (!first || corners.length < 3) return undefined;
  return { type: "Polygon", coordinates: [[...corners, first]] };
}

const EARTH_M = 6_371_008.8;

/** About how many square metres an outline encloses (flat around its first corner). */
export function areaOf(corners: readonly Corner[]): number {
  const first = corners[0];
  if (!first || corners.length < 3) return 0;
  const radians = Math.PI / 180;
  const squeeze = Math.cos(first[1] * radians);
  const flat = corners.map(([lon, lat]) => [
    (lon - first[0]) * radians * EARTH_M * squeeze,
    (lat - first[1]) * radians * EARTH_M,
  ]) as [number, number][];
  const twice = flat.reduce((sum, [x, y], n) => {
    const [nextX, nextY] = flat[(n + 1) % flat.length] ?? [0, 0];
    return sum + x * nextY - nextX * y;
  }, 0);
  return Math.abs(twice) / 2;
}
