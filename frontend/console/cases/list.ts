/** The list of cases: pages, counts and the points of the map, all under the same filters. */
import { reactive, watch } from "vue";
import { getJson, Refusal } from "../../shared/api";
import { mostPressing, pressure } from "./clock-words";
import type { CasePage } from "./contract";
import { grouping, narrowing, NO_FILTERS, type Filters, type Group } from "./filters";
import { appended, refreshed, rowOf, type Row } from "./rows";

const PAGE = 60;
const PAUSE_MS = 250;

export interface Facet {
  code: string;
  name: string;
  count: number;
}

export interface Counts {
  groups: Partial<Record<Group, number>>;
  categories: Facet[];
  bodies: Facet[];
  channels: Facet[];
}

/** A case on the map: number, longitude, latitude, state, 1 if urgent, 1 if overdue. */
export type Point = [string, number, number, string, 0 | 1, 0 | 1];

export const list = reactive({
  filters: { ...NO_FILTERS } as Filters,
  filterMap: true,
  rows: [] as Row[],
  next: null as string | null,
  loading: false,
  refusal: undefined as Refusal | undefined,
  counts: undefined as Counts | undefined,
  points: [] as Point[],
  pointsCut: false,
  /** The number of the case that is marked in list and map. */
  selected: "",
});

let box: readonly [number, number, number, number] | undefined;
let underway: AbortController | undefined;

function asked() {
  return { ...narrowing(list.filters, box), ...grouping(list.filters.group) };
}

function asRefusal(failure: unknown): Refusal {
  return failure instanceof Refusal ? failure : new Refusal("page_error", 0, String(failure));
}

/** Load the first page anew. */
export async function loadList(): Promise<void> {
  underway?.abort();
  const mine = new AbortController();
  underway = mine;
  list.loading = true;
  list.refusal = undefined;
  try {
    const page = await getJson<CasePage>(
      "/api/v1/cases/",
      { ...asked(), limit: String(PAGE) },
      mine.signal,
    );
    list.rows = page.features.map(rowOf);
    list.next = page.next;
  } catch (failure) {
    if (mine.signal.aborted) return;
    list.refusal = asRefusal(failure);
  } finally {
    if (underway === mine) list.loading = false;
  }
}

/** Load the page that follows, if there is one. */
export async function loadMore(): Promise<void> {
  if (!list.next || list.loading) return;
  const mine = underway;
  list.loading = true;
  try {
    const page = await getJson<CasePage>(list.next, {}, mine?.signal);
    if (underway !== mine) return;
    list.rows = appended(list.rows, page.features.map(rowOf));
    list.next = page.next;
  } catch (failure) {
    if (!mine?.signal.aborted) list.refusal = asRefusal(failure);
  } finally {
    if (underway === mine) list.loading = false;
  }
}

/** How many there are of each group under the other filters. */
export async function loadCounts(): Promise<void> {
  const counts = await getJson<Counts>(
    "/console/cases/counts.json",
    narrowing(list.filters, box),
  ).catch(() => undefined);
  if (counts) list.counts = counts;
}

/** What the map shows: the filtered ones, or, without the toggle, all open ones. */
export async function loadPoints(): Promise<void> {
  const { points, cut } = await getJson<{ points: Point[]; cut: boolean }>(
    "/console/cases/points.json",
    list.filterMap ? { ...asked(), bbox: undefined } : { open: true },
  ).catch(() => ({ points: list.points, cut: list.pointsCut }));
  list.points = points;
  list.pointsCut = cut;
}

export function loadAll(): Promise<unknown> {
  return Promise.all([loadList(), loadCounts(), loadPoints()]);
}

/** Some cases changed or appeared: fetch them by their keys, and show those that fit the filters. */
export async function refreshSome(keys: readonly string[]): Promise<Row[]> {
  const these = { subject_id: keys.join(","), limit: String(keys.length) };
  const [all, fitting] = await Promise.all([
    getJson<CasePage>("/api/v1/cases/", these),
    getJson<CasePage>("/api/v1/cases/", { ...asked(), ...these }),
  ]);
  const now = all.features.map(rowOf);
  const fits = fitting.features.map(rowOf);
  const numbers = new Set(now.map((row) => row.number));
  list.rows = refreshed(list.rows, numbers, fits, list.next === null);
  const drawn = list.filterMap ? fits : now.filter((row) => !ENDED.has(row.state));
  const others = list.points.filter(([number]) => !numbers.has(number));
  list.points = [...others, ...drawn.flatMap((row) => pointFor(row) ?? [])];
  return now;
}

const ENDED = new Set(["closed", "archived", "declined", "answered", "merged"]);

function pointFor(row: Row): [Point] | undefined {
  if (!row.place) return undefined;
  const clock = mostPressing(row);
  const overdue = clock !== null && pressure(clock, Date.now()) === "overdue";
  const [lon, lat] = row.place;
  return [[row.number, lon, lat, row.state, row.urgency === "urgent" ? 1 : 0, overdue ? 1 : 0]];
}

/** The map shows another part of the city. */
export function seeBox(shown: readonly [number, number, number, number]): void {
  box = shown;
  if (list.filters.inView) soon();
}

let timer: ReturnType<typeof setTimeout> | undefined;
function soon(): void {
  clearTimeout(timer);
  timer = setTimeout(() => void loadAll(), PAUSE_MS);
}

/** Load again whenever a filter changes; call once. */
export function followFilters(): void {
  watch(() => ({ ...list.filters }), soon);
  watch(
    () => list.filterMap,
    () => void loadPoints(),
  );
}

/** Mark the row above or below; returns its number. */
export function step(by: 1 | -1): string {
  const at = list.rows.findIndex((row) => row.number === list.selected);
  const next = at < 0 ? 0 : Math.min(Math.max(at + by, 0), list.rows.length - 1);
  list.selected = list.rows[next]?.number ?? "";
  if (next > list.rows.length - 20) void loadMore();
  return list.selected;
}
