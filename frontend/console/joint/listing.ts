/** A list of the server under its filters: loaded, loaded further, and what was refused. */
import { reactive } from "vue";
import { getJson, postJson, Refusal, type Parameters } from "../../shared/api";

export const refusalOf = (failure: unknown) =>
  failure instanceof Refusal ? failure : new Refusal("page_error", 0, String(failure));

export interface Listing<T> {
  rows: T[];
  next: string | null;
  loading: boolean;
  loaded: boolean;
  refusal: Refusal | undefined;
  load: (asked?: Parameters) => Promise<void>;
  more: () => Promise<void>;
}

/** A list at an address; a later question overtakes an earlier one. */
export function listing<T>(path: string): Listing<T> {
  let underway: AbortController | undefined;
  const held = reactive({
    rows: [] as T[],
    next: null,
    loading: false,
    loaded: false,
    refusal: undefined,
    load,
    more,
  }) as Listing<T>;

  async function fetchInto(address: string, asked: Parameters, further: boolean): Promise<void> {
    underway?.abort();
    const mine = new AbortController();
    underway = mine;
    held.loading = true;
    held.refusal = undefined;
    try {
      const page = await getJson<{ results: T[]; next: string | null }>(
        address,
        asked,
        mine.signal,
      );
      held.rows = further ? [...held.rows, ...page.results] : page.results;
      held.next = page.next;
      held.loaded = true;
    } catch (failure) {
      if (!mine.signal.aborted) held.refusal = refusalOf(failure);
    } finally {
      if (underway === mine) held.loading = false;
    }
  }

  function load(asked: Parameters = {}): Promise<void> {
    return fetchInto(path, { limit: 50, ...asked }, false);
  }

  async function more(): Promise<void> {
    if (held.next && !held.loading) await fetchInto(held.next, {}, true);
  }
  return held;
}

const drafts = new Map<string, Record<string, string>>();

/** What was typed into a form: the same when it is opened again, until it was sent. */
export function draft(name: string, empty: Record<string, string>): Record<string, string> {
  const known = drafts.get(name) ?? reactive({ ...empty });
  drafts.set(name, known);
  return known;
}

export function sent(name: string): void {
  drafts.delete(name);
}

/** Send one attempt at an act, once; throws Refusal. */
export function send<T>(path: string, body: object): Promise<T> {
  return postJson<T>(path, body, crypto.randomUUID());
}

/** A form without its empty fields. */
export function filled(form: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(form)
      .map(([name, value]) => [name, value.trim()] as const)
      .filter(([, value]) => value !== ""),
  );
}
