/** The case that is open in the panel: all of it, its trail, and what one does with it. */
import { reactive } from "vue";
import { getJson, Refusal } from "../../shared/api";
import type { CaseWhole, Feature, TrailLine } from "./contract";
import { list } from "./list";
import { pointOf } from "./rows";

export const open = reactive({
  number: "",
  whole: undefined as CaseWhole | undefined,
  place: null as [number, number] | null,
  trail: [] as TrailLine[],
  loading: false,
  refusal: undefined as Refusal | undefined,
  /** The act whose form is open, or "". */
  act: "",
  /** While a form is open, somebody else acted: who and what. */
  meanwhile: undefined as TrailLine | undefined,
  /** The photo that is looked at, by its place in the evidence. */
  photo: -1,
});

let underway: AbortController | undefined;

/** Open a case in the panel; marks it in list and map. */
export async function openCase(number: string): Promise<void> {
  list.selected = number;
  if (open.number === number && open.whole) return;
  open.number = number;
  open.whole = undefined;
  open.place = null;
  open.trail = [];
  open.act = "";
  open.photo = -1;
  open.meanwhile = undefined;
  await fetchOpen();
}

/** Take over what an act answered, or what was fetched. */
export function takeOver(feature: Feature<CaseWhole>): void {
  if (String(feature.id) !== open.number && feature.properties.number !== open.number) return;
  open.whole = { ...feature.properties, number: open.number };
  open.place = pointOf(feature);
}

/**
 * Fetch the open case and its trail anew; what is shown stays until the new is there. Whoever is
 * filling in a form is told what somebody else did meanwhile.
 */
export async function fetchOpen(): Promise<void> {
  const number = open.number;
  if (!number) return;
  underway?.abort();
  const mine = new AbortController();
  underway = mine;
  open.loading = true;
  open.refusal = undefined;
  const { act } = open;
  const before = open.whole?.version;
  const known = open.trail.at(-1)?.seq ?? 0;
  const address = `/api/v1/cases/${encodeURIComponent(number)}/`;
  try {
    const [feature, trail] = await Promise.all([
      getJson<Feature<CaseWhole>>(address, {}, mine.signal),
      getJson<{ results: TrailLine[] }>(`${address}trail/`, {}, mine.signal),
    ]);
    if (underway !== mine) return;
    takeOver(feature);
    open.trail = trail.results;
    if (act && act === open.act && before !== undefined && before !== open.whole?.version) {
      open.meanwhile = open.trail.findLast((line) => line.seq > known);
    }
  } catch (failure) {
    if (mine.signal.aborted) return;
    open.refusal =
      failure instanceof Refusal ? failure : new Refusal("page_error", 0, String(failure));
  } finally {
    if (underway === mine) open.loading = false;
  }
}

export function closeCase(): void {
  underway?.abort();
  open.number = "";
  open.whole = undefined;
  open.trail = [];
  open.act = "";
  open.photo = -1;
  open.refusal = undefined;
}
