/** What a room lays over the city: shapes to look at, one of them marked; who clicked one is told. */
import type { Geometry } from "geojson";
import { shallowReactive } from "vue";

export interface Shown {
  id: string;
  geometry: Geometry;
  colour: string;
}

export type Box = [number, number, number, number];

export const overlay = shallowReactive({
  shapes: [] as readonly Shown[],
  marked: "",
  /** Where the map is to go; a new array goes there again. */
  goTo: undefined as Box | undefined,
  picked: undefined as ((id: string) => void) | undefined,
});

/** Take everything away. */
export function clearOverlay(): void {
  overlay.shapes = [];
  overlay.marked = "";
  overlay.picked = undefined;
}

/** The box around some geometries; undefined around nothing. */
export function boxOf(geometries: readonly Geometry[]): Box | undefined {
  const box: Box = [Infinity, Infinity, -Infinity, -Infinity];
  const widen = (one: unknown): void => {
    if (!Array.isArray(one)) return;
    const [lon, lat] = one as unknown[];
    if (typeof lon === "number" && typeof lat === "number") {
      box[0] = Math.min(box[0], lon);
      box[1] = Math.min(box[1], lat);
      box[2] = Math.max(box[2], lon);
      box[3] = Math.max(box[3], lat);
    } else for (const inner of one as unknown[]) widen(inner);
  };
  for (const one of geometries) {
    if (one.type === "GeometryCollection") {
      const inner = boxOf(one.geometries);
      if (inner) widen([inner.slice(0, 2), inner.slice(2)]);
    } else widen(one.coordinates);
  }
  return box[0] <= box[2] ? box : undefined;
}

/** Bring some geometries into view. */
export function goTo(geometries: readonly Geometry[]): void {
  const box = boxOf(geometries);
  if (box) overlay.goTo = [...box];
}
