/** The facilities one may mean near a place: of the category's own class first, each with its distance. */
import { getJson } from "../../../shared/api";
import { metres, nearest, type Geometry, type Spot } from "../../../shared/geometry";
import type { CategoryChoice } from "../catalog";

export interface Nearby {
  code: string;
  name: string;
  category: string;
  distance: number;
  /** Whether it is of the class the case is about. */
  same: boolean;
}

interface Standing {
  geometry: Geometry | null;
  properties: { code: string; name: string; category: { code: string; name: string } };
}

const SAME_WITHIN_M = 150;
const ANY_WITHIN_M = 40;
const MOST_SAME = 5;
const MOST_OTHERS = 3;
const ASKED_FOR = 200;
const DEGREE_M = 111_195;

/**
 * The class of facilities a category is about: itself, or, for a matter, the class whose name its
 * own begins with (路灯不亮 is about 路灯); undefined when none is.
 */
export function classOf(
  category: string,
  all: readonly CategoryChoice[],
): CategoryChoice | undefined {
  const chosen = all.find(({ code }) => code === category);
  if (chosen?.kind !== "matter") return chosen;
  const named = all.filter(({ kind, name }) => kind === "facility" && chosen.name.startsWith(name));
  return named.sort((one, other) => other.name.length - one.name.length)[0];
}

/** The box of so many metres around a place, as the API takes it. */
export function boxAround({ lon, lat }: Spot, reach: number): string {
  const north = reach / DEGREE_M;
  const east = north / Math.cos((lat * Math.PI) / 180);
  return [lon - east, lat - north, lon + east, lat + north].map((one) => one.toFixed(7)).join(",");
}

/** The nearest of the class, then the nearest of whatever else stands there. */
export function nearestFirst(
  found: readonly Standing[],
  place: Spot,
  wanted: string | undefined,
): Nearby[] {
  const known = new Map<string, Nearby>();
  for (const { geometry, properties } of found) {
    if (!geometry) continue;
    const { code, name, category } = properties;
    known.set(code, {
      code,
      name,
      category: category.name,
      distance: metres(place, nearest(geometry, place)),
      same: category.code === wanted,
    });
  }
  const rows = [...known.values()].sort((one, other) => one.distance - other.distance);
  const same = rows.filter((one) => one.same && one.distance <= SAME_WITHIN_M);
  const others = rows.filter((one) => !one.same && one.distance <= ANY_WITHIN_M);
  return [...same.slice(0, MOST_SAME), ...others.slice(0, MOST_OTHERS)];
}

/** What stands near a place; throws Refusal. */
export async function fetchNearby(
  place: Spot,
  wanted: string | undefined,
  signal: AbortSignal,
): Promise<Nearby[]> {
  const ask = async (bbox: string, category?: string): Promise<Standing[]> =>
    (
      await getJson<{ features: Standing[] }>(
        "/api/v1/facilities/",
        { bbox, category, limit: ASKED_FOR },
        signal,
      )
    ).features;
  const found = await Promise.all([
    wanted ? ask(boxAround(place, SAME_WITHIN_M), wanted) : [],
    ask(boxAround(place, ANY_WITHIN_M)),
  ]);
  return nearestFirst(found.flat(), place, wanted);
}
