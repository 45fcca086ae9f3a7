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

const drafts = new Map<string, { typed: Record<string, string>; empty: Record<string, string> }>();

/** What was typed into a form: the same when it is opened again, until it was sent. */
export function draft(name: string, empty: Record<string, string>): Record<string, string> {
  const known = drafts.get(name) ?? { typed: reactive({ ...empty }), empty };
  drafts.set(name, known);
  return known.typed;
}

/** It was sent: a form that is still there is empty again. */
export function sent(name: string): void {
  const known = drafts.get(name);
  if (known) Object.assign(known.typed, known.empty);
  drafts.delete(name);
}

const keys = new Map<string, string>();

/** Do an act; sent under one key until it is known whether it was done. Throws Refusal. */
export async function send<T>(path: string, body: object): Promise<T> {
  const content = JSON.stringify([path, body]);
  const key = keys.get(content) ?? crypto.randomUUID();
  keys.set(content, key);
  try {
    const record = await postJson<T>(path, body, key);
    keys.delete(content);
    return record;
  } catch (failure) {
    if (failure instanceof Refusal && !failure.unknown) keys.delete(content);
    throw failure;
  }
}

/** A form without its empty fields. */
export function filled(form: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(form)
      .map(([name, value]) => [name, value.trim()] as const)
      .filter(([, value]) => value !== ""),
  );
}
