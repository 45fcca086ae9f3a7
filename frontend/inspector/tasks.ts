/** My open tasks, with how far each is from here; loaded anew when something happens to them. */
import { computed, reactive } from "vue";
import { getJson, Refusal } from "../shared/api";
import type { Feature, Features, Task, TaskKind } from "./contract";
import { bearing, direction, metres, nearest, type Direction, type Spot } from "../shared/geometry";
import { isOld, position } from "./place/position";

export const KINDS: TaskKind[] = ["verify", "handle", "check"];
const PAGE = 100;
const RESORT_M = 50; // a list that moves under the thumb is worse than one a few steps old

export interface Near {
  id: number;
  task: Task;
  feature: Feature<Task>;
  distance: number | undefined;
  direction: Direction | undefined;
}

export const tasks = reactive({
  features: [] as Feature<Task>[],
  next: null as string | null,
  loadedAt: undefined as Date | undefined,
  loading: false,
  refusal: undefined as Refusal | undefined,
  /** From where the list was last put in order; undefined: by due time. */
  from: undefined as Spot | undefined,
});

/** Where I am, if that is known and fresh. */
export function hereNow(): Spot | undefined {
  return position.fix && !isOld(position.fix) ? position.fix : undefined;
}

/** How far it is, and in which direction. */
export function away(feature: Feature<unknown>): Pick<Near, "distance" | "direction"> {
  const here = hereNow();
  if (!here || !feature.geometry) return { distance: undefined, direction: undefined };
  const spot = nearest(feature.geometry, here);
  return { distance: metres(here, spot), direction: direction(bearing(here, spot)) };
}

function rank(feature: Feature<Task>): number {
  if (tasks.from && feature.geometry) {
    return metres(tasks.from, nearest(feature.geometry, tasks.from));
  }
  const due = feature.properties.due_at;
  return due ? Date.parse(due) : Infinity;
}

export const near = computed<Near[]>(() =>
  [...tasks.features]
    .sort((one, other) => rank(one) - rank(other) || Number(one.id) - Number(other.id))
    .map((feature) => ({
      id: Number(feature.id),
      task: feature.properties,
      feature,
      ...away(feature),
    })),
);

export const counts = computed(() => {
  const found: Record<string, number> = { all: tasks.features.length };
  for (const { properties } of tasks.features) {
    found[properties.kind] = (found[properties.kind] ?? 0) + 1;
  }
  return found;
});

/** Put the list in order anew once one has walked a little. */
export function resort(): void {
  const here = hereNow();
  if (here && (!tasks.from || metres(tasks.from, here) > RESORT_M)) {
    tasks.from = { lon: here.lon, lat: here.lat };
  }
  if (!here) tasks.from = undefined;
}

/** GeoJSON keeps the id beside the properties; here it is wanted among them. */
export function withId<T extends Task>(feature: Feature<T>): Feature<T> {
  return { ...feature, properties: { ...feature.properties, id: Number(feature.id) } };
}

/** Load the open tasks; what is shown stays if that fails. */
export async function loadTasks(): Promise<void> {
  if (tasks.loading) return;
  tasks.loading = true;
  try {
    const here = hereNow();
    const page = await getJson<Features<Task>>("/api/v1/tasks/", {
      status: "open",
      mine: true,
      limit: PAGE,
      near: here ? `${String(here.lon)},${String(here.lat)}` : undefined,
    });
    tasks.features = page.features.map(withId);
    tasks.next = page.next;
    tasks.loadedAt = new Date();
    tasks.refusal = undefined;
    tasks.from = here ? { lon: here.lon, lat: here.lat } : undefined;
  } catch (failure) {
    tasks.refusal = failure instanceof Refusal ? failure : new Refusal("page_error", 0, "");
  } finally {
    tasks.loading = false;
  }
}

/** The next page, if there is one. */
export async function loadMore(): Promise<void> {
  if (!tasks.next || tasks.loading) return;
  tasks.loading = true;
  try {
    const following = new URL(tasks.next);
    const page = await getJson<Features<Task>>(following.pathname + following.search);
    const known = new Set(tasks.features.map((feature) => feature.id));
    tasks.features.push(...page.features.filter(({ id }) => !known.has(id)).map(withId));
    tasks.next = page.next;
  } catch (failure) {
    tasks.refusal = failure instanceof Refusal ? failure : new Refusal("page_error", 0, "");
  } finally {
    tasks.loading = false;
  }
}
