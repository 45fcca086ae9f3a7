/** The rows of the list: kept newest first, each once, whatever comes from pages and from live events. */
import type { CaseProperties, Feature } from "./contract";

export interface Row extends CaseProperties {
  /** Where it is, for the map; null if the case has no point. */
  place: [number, number] | null;
}

/** The one point by which a feature is drawn: a line stands for its middle. */
export function pointOf(feature: Feature<unknown>): [number, number] | null {
  const geometry = feature.geometry;
  if (!geometry) return null;
  if (geometry.type === "Point") return geometry.coordinates;
  const corners: [number, number][] = [];
  collect(geometry.coordinates, corners);
  return corners[Math.floor(corners.length / 2)] ?? null;
}

function collect(nested: unknown, corners: [number, number][]): void {
  if (!Array.isArray(nested)) return;
  if (typeof nested[0] === "number") corners.push([nested[0], nested[1] as number]);
  else for (const inner of nested) collect(inner, corners);
}

export function rowOf(feature: Feature<CaseProperties>): Row {
  const number = feature.properties.number || String(feature.id);
  return { ...feature.properties, number, place: pointOf(feature) };
}

// Numbers are a day and a running number: as text they sort in the order of opening.
const newer = (a: Row, b: Row) => (a.number < b.number ? 1 : a.number > b.number ? -1 : 0);

/** Rows of a page that follows, those already shown left as they are. */
export function appended(rows: readonly Row[], page: readonly Row[]): Row[] {
  const known = new Set(rows.map((row) => row.number));
  return [...rows, ...page.filter((row) => !known.has(row.number))];
}

/**
 * Rows after something changed: `asked` are the numbers that were asked about, `found` those of them
 * that (still) fit. An older case than the last one shown waits for its page, unless all are shown.
 */
export function refreshed(
  rows: readonly Row[],
  asked: ReadonlySet<string>,
  found: readonly Row[],
  whole: boolean,
): Row[] {
  const fresh = new Map(found.map((row) => [row.number, row]));
  const kept = rows.flatMap((row) => {
    const now = fresh.get(row.number);
    fresh.delete(row.number);
    if (now) return [now];
    return asked.has(row.number) ? [] : [row];
  });
  const last = rows.at(-1);
  const added = [...fresh.values()].filter((row) => whole || !last || newer(row, last) < 0);
  return added.length ? [...kept, ...added].sort(newer) : kept;
}
