/** Change sets: the list, the open one, its impact, and what one does with it. */
import type { FeatureCollection } from "geojson";
import { reactive } from "vue";
import { csrfToken, getJson, postForm, postJson, Refusal } from "../../shared/api";
import { goTo, overlay, type Shown } from "../map/overlay";
import type { ChangeLine, ChangePage, ChangeSet, ImpactPage, ImpactRow, Layer } from "./contract";
import { colours, keyOf, nameOf, NOBODY } from "./moves";

const BASE = "/api/v1/change-sets/";
const PAGE = 50;
const ROWS = 500;

export const changes = reactive({
  rows: [] as ChangeLine[],
  next: null as string | null,
  loading: false,
  refusal: undefined as Refusal | undefined,

  /** The number of the open set; "new" while one is begun. */
  number: "",
  whole: undefined as ChangeSet | undefined,
  missing: undefined as Refusal | undefined,
  /** What is being added: a file, a boundary drawn by hand, or nothing. */
  adding: "" as "" | "file" | "draw",

  kind: "facilities" as "facilities" | "cases",
  impact: { facilities: [], cases: [] } as Record<"facilities" | "cases", ImpactRow[]>,
  more: { facilities: null, cases: null } as Record<"facilities" | "cases", string | null>,
  reading: false,
  /** Only what goes from one body to another, by `keyOf`; "" for everything. */
  move: "",
  row: "",
});

export const refusalOf = (failure: unknown): Refusal =>
  failure instanceof Refusal ? failure : new Refusal("page_error", 0, String(failure));

const addressOf = (number: string) => `${BASE}${encodeURIComponent(number)}/`;

export async function loadChanges(): Promise<void> {
  changes.loading = true;
  changes.refusal = undefined;
  try {
    const page = await getJson<ChangePage>(BASE, { limit: PAGE });
    changes.rows = page.results;
    changes.next = page.next;
  } catch (failure) {
    changes.refusal = refusalOf(failure);
  } finally {
    changes.loading = false;
  }
}

export async function loadMore(): Promise<void> {
  if (!changes.next) return;
  try {
    const page = await getJson<ChangePage>(changes.next);
    changes.rows = [...changes.rows, ...page.results];
    changes.next = page.next;
  } catch (failure) {
    changes.refusal = refusalOf(failure);
  }
}

function forget(): void {
  changes.whole = undefined;
  changes.missing = undefined;
  changes.adding = "";
  changes.impact = { facilities: [], cases: [] };
  changes.more = { facilities: null, cases: null };
  changes.move = "";
  changes.row = "";
}

/** Open a change set in the panel, with what it moves on the map. */
export async function openChange(number: string): Promise<void> {
  if (changes.number !== number) forget();
  changes.number = number;
  if (number !== "new") await fetchChange();
}

export function closeChange(): void {
  changes.number = "";
  forget();
}

function takeOver(set: ChangeSet): void {
  changes.rows = changes.rows.map((one) => (one.number === set.number ? set : one));
  if (changes.number === set.number) changes.whole = set;
}

export async function fetchChange(): Promise<void> {
  const { number } = changes;
  changes.missing = undefined;
  try {
    takeOver(await getJson<ChangeSet>(addressOf(number)));
  } catch (failure) {
    if (changes.number === number) changes.missing = refusalOf(failure);
    return;
  }
  await readImpact();
}

const rowsOf = (page: ImpactPage): ImpactRow[] =>
  page.features.map(({ geometry, properties }) => ({ ...properties, geometry }));

/** Read which facilities and cases change hands, the first page of each. */
export async function readImpact(): Promise<void> {
  const { number, whole } = changes;
  changes.move = "";
  changes.row = "";
  if (!whole?.impact) {
    changes.impact = { facilities: [], cases: [] };
    show();
    return;
  }
  changes.reading = true;
  const address = `${addressOf(number)}impact/`;
  try {
    const [facilities, cases] = await Promise.all([
      getJson<ImpactPage>(address, { kind: "facilities", limit: ROWS }),
      getJson<ImpactPage>(address, { kind: "cases", limit: ROWS }),
    ]);
    if (changes.number !== number) return;
    changes.impact = { facilities: rowsOf(facilities), cases: rowsOf(cases) };
    changes.more = { facilities: facilities.next, cases: cases.next };
    changes.kind = facilities.features.length ? "facilities" : "cases";
    show();
    goTo(overlay.shapes.map(({ geometry }) => geometry));
  } catch (failure) {
    changes.missing = refusalOf(failure);
  } finally {
    changes.reading = false;
  }
}

export async function readMore(): Promise<void> {
  const { kind } = changes;
  const next = changes.more[kind];
  if (!next) return;
  changes.reading = true;
  try {
    const page = await getJson<ImpactPage>(next);
    changes.impact[kind] = [...changes.impact[kind], ...rowsOf(page)];
    changes.more[kind] = page.next;
    show();
  } catch (failure) {
    changes.missing = refusalOf(failure);
  } finally {
    changes.reading = false;
  }
}

/** The rows of the kind that is looked at, narrowed to one move. */
export function shownRows(): ImpactRow[] {
  const rows = changes.impact[changes.kind];
  return changes.move ? rows.filter((row) => keyOf(row) === changes.move) : rows;
}

/** Lay what changes hands over the map, each in the colour of who gains it. */
export function show(): void {
  const colour = colours(changes.whole?.impact?.moves ?? []);
  const rows = [...changes.impact.facilities, ...changes.impact.cases];
  overlay.shapes = rows
    .filter((row) => !changes.move || keyOf(row) === changes.move)
    .flatMap((row): Shown[] =>
      row.geometry
        ? [
            {
              id: nameOf(row),
              geometry: row.geometry,
              colour: colour.get(row.to?.code ?? NOBODY) ?? "#55606a",
            },
          ]
        : [],
    );
  overlay.marked = changes.row;
  overlay.picked = (id) => {
    mark(id);
  };
}

export function mark(id: string): void {
  changes.row = changes.row === id ? "" : id;
  overlay.marked = changes.row;
}

/** Begin a change set; throws Refusal. */
export async function begin(title: string, reason: string, key: string): Promise<string> {
  const set = await postJson<ChangeSet>(BASE, { title, reason }, key);
  changes.rows = [set, ...changes.rows];
  return set.number;
}

/** Do an act upon the open set; throws Refusal. */
export async function carryOut(act: string, reason: string, key: string): Promise<void> {
  const { number, whole } = changes;
  const body = { base_version: whole?.version, ...(reason && { reason }) };
  const set = await postJson<ChangeSet>(`${addressOf(number)}${act}/`, body, key);
  takeOver(set);
  await readImpact();
}

/** Add a file to the open set; throws Refusal, with the rows that were rejected. */
export async function addFile(layer: Layer, file: File, options: object): Promise<void> {
  const { number, whole } = changes;
  const form = new FormData();
  form.set("layer", layer);
  form.set("file", file);
  form.set("options", JSON.stringify(options));
  if (whole) form.set("base_version", String(whole.version));
  await postForm(`${addressOf(number)}items/`, form);
  changes.adding = "";
  await fetchChange();
}

/** Add what was drawn by hand; throws Refusal. */
export async function addFeatures(layer: Layer, features: FeatureCollection): Promise<void> {
  const { number, whole } = changes;
  const body = { layer, features, options: {}, base_version: whole?.version };
  await postJson(`${addressOf(number)}items/`, body);
  changes.adding = "";
  await fetchChange();
}

/** Take an item out of the open set; throws Refusal. */
export async function removeItem(id: number): Promise<void> {
  const seen = changes.whole ? `?base_version=${String(changes.whole.version)}` : "";
  const address = `${addressOf(changes.number)}items/${String(id)}/${seen}`;
  const response = await fetch(address, {
    method: "DELETE",
    credentials: "same-origin",
    headers: { Accept: "application/json", "X-CSRFToken": csrfToken() },
  }).catch(() => undefined);
  if (!response) throw new Refusal("offline", 0, "");
  if (!response.ok) {
    const problem = (await response.json().catch(() => ({}))) as { code?: string; detail?: string };
    throw new Refusal(problem.code ?? "failed", response.status, problem.detail ?? "");
  }
  await fetchChange();
}

export const downloadOf = (number: string, kind: "csv" | "geojson"): string =>
  `${addressOf(number)}impact.${kind}`;
