/** The work list of the ground's faults: what is wrong where, to whom it was given, and until when. */
import { reactive, watch } from "vue";
import { getJson, postJson, Refusal } from "../../shared/api";
import { goTo, overlay } from "../map/overlay";
import {
  KINDS,
  STATES,
  type FaultCount,
  type FaultFeature,
  type FaultKind,
  type FaultPage,
  type FaultState,
} from "./contract";
import { COLOURS } from "./looks";

const PAGE = 100;

export const faults = reactive({
  rows: [] as FaultFeature[],
  next: null as string | null,
  counts: [] as FaultCount[],
  loading: false,
  refusal: undefined as Refusal | undefined,
  state: "open" as FaultState,
  kind: "" as FaultKind | "",
  mine: false,

  id: "",
  whole: undefined as FaultFeature | undefined,
  missing: undefined as Refusal | undefined,
  act: "",
});

const refusalOf = (failure: unknown) =>
  failure instanceof Refusal ? failure : new Refusal("page_error", 0, String(failure));

let underway: AbortController | undefined;

/** Fetch the list anew under its filters, and the counts. */
export async function loadFaults(): Promise<void> {
  underway?.abort();
  const mine = new AbortController();
  underway = mine;
  faults.loading = true;
  faults.refusal = undefined;
  const asked = {
    state: faults.state,
    kind: faults.kind,
    mine: faults.mine ? "true" : undefined,
    limit: PAGE,
  };
  try {
    const [page, counts] = await Promise.all([
      getJson<FaultPage>("/api/v1/ground-faults/", asked, mine.signal),
      getJson<{ results: FaultCount[] }>("/api/v1/ground-faults/counts/", {}, mine.signal),
    ]);
    faults.rows = page.features;
    faults.next = page.next;
    faults.counts = counts.results;
    show();
  } catch (failure) {
    if (!mine.signal.aborted) faults.refusal = refusalOf(failure);
  } finally {
    if (underway === mine) faults.loading = false;
  }
}

export async function loadMore(): Promise<void> {
  if (!faults.next || faults.loading) return;
  faults.loading = true;
  try {
    const page = await getJson<FaultPage>(faults.next);
    faults.rows = [...faults.rows, ...page.features];
    faults.next = page.next;
    show();
  } catch (failure) {
    faults.refusal = refusalOf(failure);
  } finally {
    faults.loading = false;
  }
}

/** Lay the faults over the map: those of the list, and the open one. */
export function show(): void {
  const open = faults.whole;
  const rows = faults.rows.filter(({ id }) => id !== open?.id);
  overlay.shapes = [...rows, ...(open ? [open] : [])].map((one) => ({
    id: String(one.id),
    geometry: one.geometry,
    colour: COLOURS[one.properties.kind],
  }));
  overlay.marked = faults.id;
}

/** Open a fault in the panel and bring it into view. */
export async function openFault(id: string): Promise<void> {
  faults.act = "";
  faults.id = id;
  faults.missing = undefined;
  faults.whole = faults.rows.find((one) => String(one.id) === id);
  if (!faults.whole) await fetchFault();
  show();
  if (faults.whole) goTo([faults.whole.geometry]);
}

export async function fetchFault(): Promise<void> {
  const { id } = faults;
  try {
    const fault = await getJson<FaultFeature>(`/api/v1/ground-faults/${encodeURIComponent(id)}/`);
    if (faults.id === id) faults.whole = fault;
  } catch (failure) {
    if (faults.id === id) faults.missing = refusalOf(failure);
  }
}

export function closeFault(): void {
  faults.id = "";
  faults.whole = undefined;
  faults.act = "";
}

const drafts = new Map<string, { to: string; due_on: string; reason: string }>();

/** What was typed into the form of an act: the same when it is opened again. */
export function draftOf(act: string): { to: string; due_on: string; reason: string } {
  const key = `${faults.id} ${act}`;
  const known = drafts.get(key) ?? reactive({ to: "", due_on: "", reason: "" });
  drafts.set(key, known);
  return known;
}

/** Carry out an act upon the open fault; throws Refusal, and what was typed stays. */
export async function carryOut(act: string, given: Record<string, unknown>, key: string) {
  const { id } = faults;
  const body = { base_version: faults.whole?.properties.version, ...given };
  const address = `/api/v1/ground-faults/${encodeURIComponent(id)}/${act}/`;
  const fault = await postJson<FaultFeature>(address, body, key);
  drafts.delete(`${id} ${act}`);
  if (faults.id === id) {
    faults.whole = fault;
    faults.act = "";
  }
  await loadFaults();
}

/** How many faults there are of a state, of a kind or of all. */
export function countOf(counts: readonly FaultCount[], state: FaultState, kind = ""): number {
  return counts
    .filter((one) => one.state === state && (!kind || one.kind === kind))
    .reduce((sum, one) => sum + one.count, 0);
}

/** The kinds that stand in a state, in their order, with how many. */
export function kindsOf(counts: readonly FaultCount[], state: FaultState) {
  return KINDS.map((kind) => ({ kind, count: countOf(counts, state, kind) })).filter(
    ({ count }) => count > 0,
  );
}

/** The list follows its filters while it is looked at; returns how to stop. */
export function followFilters(): () => void {
  void loadFaults();
  return watch(
    () => [faults.state, faults.kind, faults.mine],
    () => void loadFaults(),
  );
}

export { STATES };
