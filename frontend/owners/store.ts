/** What the portal knows and what is asked of it: one state, changed only by the acts below. */
import { computed, reactive } from "vue";
import { getJson, queryOf, Refusal } from "../shared/api";
import {
  PARTS,
  STATES,
  type Facts,
  type HandoverState,
  type Part,
  type Row,
  type Summary,
} from "./contract";

export const BELOW = "*"; // the choice of one's own bodies and all below them

type Box = [number, number, number, number];

export const state = reactive({
  summary: undefined as Summary | undefined,
  refusal: undefined as Refusal | undefined,

  body: "", // a code; blank: one's own; BELOW
  part: "" as Part | "",
  states: [] as HandoverState[],
  category: "",
  words: "",
  inView: false,
  box: undefined as Box | undefined,

  rows: [] as Row[],
  next: null as string | null,
  loading: false,
  rowsRefusal: undefined as Refusal | undefined,

  opened: "", // the code of the facility whose facts are shown
  facts: undefined as Facts | undefined,
  factsRefusal: undefined as Refusal | undefined,
});

/** Where the own rows of a map or list stand for the same question. */
export const question = computed(() => ({
  body: state.body === BELOW ? undefined : state.body,
  below: state.body === BELOW ? "1" : undefined,
  part: state.part,
  state: state.states,
  category: state.category,
  q: state.words,
}));

/** Nothing at all is theirs, under whatever filter. */
export const empty = computed(() => state.summary?.groups.length === 0);

export const filtered = computed(
  () => state.states.length > 0 || state.category !== "" || state.words !== "" || state.inView,
);

/** The address of the rows as a file. */
export function exportAddress(kind: "csv" | "xlsx" | "geojson"): string {
  return `/owners/handovers.${kind}${queryOf({ ...question.value, bbox: boxed() })}`;
}

function boxed(): string | undefined {
  return state.inView && state.box ? state.box.map((one) => one.toFixed(6)).join(",") : undefined;
}

let underway: AbortController | undefined;

export async function loadSummary(): Promise<void> {
  state.refusal = undefined;
  const { body, below } = question.value;
  try {
    state.summary = await getJson<Summary>("/owners/summary.json", { body, below });
  } catch (failure) {
    state.refusal = asRefusal(failure);
  }
}

/** The first page anew, or the next one; a later question takes the place of one on its way. */
export async function loadRows(further = false): Promise<void> {
  if (further && (state.loading || !state.next)) return;
  underway?.abort();
  const mine = new AbortController();
  underway = mine;
  state.loading = true;
  state.rowsRefusal = undefined;
  try {
    const page = await getJson<{ results: Row[]; next: string | null }>(
      "/owners/facilities.json",
      {
        ...question.value,
        bbox: boxed(),
        cursor: further ? (state.next ?? undefined) : undefined,
      },
      mine.signal,
    );
    if (underway !== mine) return;
    state.rows = further ? [...state.rows, ...page.results] : page.results;
    state.next = page.next;
  } catch (failure) {
    if (underway === mine && !mine.signal.aborted) state.rowsRefusal = asRefusal(failure);
  } finally {
    if (underway === mine) state.loading = false;
  }
}

export async function openFacility(code: string): Promise<void> {
  state.opened = code;
  state.facts = undefined;
  state.factsRefusal = undefined;
  saveLink();
  try {
    const facts = await getJson<Facts>(`/owners/facilities/${encodeURIComponent(code)}.json`);
    if (state.opened === code) state.facts = facts;
  } catch (failure) {
    if (state.opened === code) state.factsRefusal = asRefusal(failure);
  }
}

export function closeFacility(): void {
  state.opened = "";
  state.facts = undefined;
  saveLink();
}

export function toggleState(one: HandoverState): void {
  state.states = state.states.includes(one)
    ? state.states.filter((other) => other !== one)
    : [...state.states, one];
}

export function clearFilters(): void {
  state.states = [];
  state.category = "";
  state.words = "";
  state.inView = false;
}

/** The address says what one looks at, so that it can be kept and sent. */
export function saveLink(): void {
  const link = new URLSearchParams();
  if (state.body) link.set("body", state.body);
  if (state.part) link.set("part", state.part);
  for (const one of state.states) link.append("state", one);
  if (state.category) link.set("category", state.category);
  if (state.words) link.set("q", state.words);
  if (state.opened) link.set("facility", state.opened);
  history.replaceState(null, "", link.size ? `#${link.toString()}` : location.pathname);
}

/** Look at what the address says; what cannot be understood is left out. */
export function openLink(): void {
  const link = new URLSearchParams(location.hash.replace(/^#/, ""));
  state.body = link.get("body") ?? "";
  state.part = PARTS.find((part) => part === link.get("part")) ?? "";
  state.states = STATES.filter((one) => link.getAll("state").includes(one));
  state.category = link.get("category") ?? "";
  state.words = link.get("q") ?? "";
  state.opened = link.get("facility") ?? "";
}

function asRefusal(failure: unknown): Refusal {
  return failure instanceof Refusal ? failure : new Refusal("page_error", 0, String(failure));
}
