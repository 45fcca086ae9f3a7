/** What is written into the phone's store, each in one transaction, so that a kill loses nothing. */
import {
  newId,
  type Fix,
  type Operation,
  type Photo,
  type Receipt,
  type RefusalNote,
  type Store,
} from "./records";

const DONE_KEPT_MS = 7 * 24 * 3600_000; // thumbnails and receipts, so that one can look back
const STRICT = { durability: "strict" } as const;

export type NewPhoto = Omit<Photo, "operation" | "held">;

/** Keep a photo with its bytes the moment it is taken. */
export async function keepPhoto(store: Store, photo: NewPhoto, blob: Blob): Promise<Photo> {
  const kept: Photo = { ...photo, operation: null, held: false };
  const work = store.transaction(["photos", "bytes"], "readwrite", STRICT);
  void work.objectStore("bytes").put({ id: photo.id, blob });
  void work.objectStore("photos").put(kept);
  await work.done;
  return kept;
}

/** A fix that came just after the shutter, for a photo that has not been handed on yet. */
export async function addFix(store: Store, photo: string, fix: Fix): Promise<void> {
  const work = store.transaction("photos", "readwrite");
  const kept = await work.store.get(photo);
  if (kept?.operation === null) await work.store.put({ ...kept, fixes: [...kept.fixes, fix] });
  await work.done;
}

/** Throw away a photo that was not handed on; others stay whatever is asked. */
export async function discardPhoto(store: Store, id: string): Promise<void> {
  const work = store.transaction(["photos", "bytes"], "readwrite");
  const kept = await work.objectStore("photos").get(id);
  if (kept?.operation === null) {
    await work.objectStore("photos").delete(id);
    await work.objectStore("bytes").delete(id);
  }
  await work.done;
}

/** A person's photos of a subject that are not handed on yet, in the order they were taken. */
export async function draftsOf(store: Store, user: string, subject: string): Promise<Photo[]> {
  const photos = await store.getAllFromIndex("photos", "subject", subject);
  return photos
    .filter((photo) => photo.user === user && photo.operation === null)
    .sort((one, other) => one.captured_at.localeCompare(other.captured_at));
}

export interface NewOperation {
  id?: string;
  kind: string;
  case: string | null;
  title: string;
  payload?: Record<string, unknown>;
  base_version?: number | null;
  photos?: string[];
  after?: string | null;
}

/** Put things done into the queue, all or none, in the order given. */
export async function enqueue(
  store: Store,
  user: string,
  things: NewOperation[],
  now = new Date(),
): Promise<Operation[]> {
  const work = store.transaction(["operations", "photos", "counters"], "readwrite", STRICT);
  const counters = work.objectStore("counters");
  let sequence = Number((await counters.get("sequence"))?.value ?? 0);
  const queued: Operation[] = [];
  for (const thing of things) {
    sequence += 1;
    const operation: Operation = {
      id: thing.id ?? newId(),
      user,
      sequence,
      kind: thing.kind,
      case: thing.case,
      title: thing.title,
      // Plain JSON, as it will be sent: a screen hands in what it watches.
      payload: JSON.parse(JSON.stringify(thing.payload ?? {})) as Record<string, unknown>,
      base_version: thing.base_version ?? null,
      captured_at: now.toISOString(),
      photos: thing.photos ?? [],
      after: thing.after ?? null,
      state: "waiting",
      attempts: 0,
      not_before: 0,
      refusal: null,
      receipt: null,
      done_at: null,
    };
    for (const id of operation.photos) {
      const photo = await work.objectStore("photos").get(id);
      if (photo) await work.objectStore("photos").put({ ...photo, operation: operation.id });
    }
    await work.objectStore("operations").add(operation);
    queued.push(operation);
  }
  await counters.put({ name: "sequence", value: sequence });
  await work.done;
  return queued;
}

/** This phone's name for itself, made once. */
export async function deviceOf(store: Store): Promise<string> {
  const work = store.transaction("counters", "readwrite");
  const known = await work.store.get("device");
  const device = String(known?.value ?? newId());
  if (!known) await work.store.put({ name: "device", value: device });
  await work.done;
  return device;
}

/** A person's queue, in order. */
export async function operationsOf(store: Store, user: string): Promise<Operation[]> {
  const all = await store.getAllFromIndex("operations", "user", user);
  return all.sort((one, other) => one.sequence - other.sequence);
}

/**
 * The server did it. Bytes go only where the receipt lists their hash; whatever waited for this
 * learns the case. Returns the photos that the receipt left out.
 */
export async function settle(
  store: Store,
  id: string,
  receipt: Receipt,
  now = Date.now(),
): Promise<string[]> {
  const work = store.transaction(["operations", "photos", "bytes"], "readwrite", STRICT);
  const operations = work.objectStore("operations");
  const operation = await operations.get(id);
  if (!operation) return [];
  const listed = new Set(receipt.sha256);
  const missing: string[] = [];
  for (const photoId of operation.photos) {
    const photo = await work.objectStore("photos").get(photoId);
    if (!photo) continue;
    if (listed.has(photo.sha256)) {
      await work.objectStore("photos").put({ ...photo, held: true });
      await work.objectStore("bytes").delete(photoId);
    } else {
      missing.push(photoId);
    }
  }
  const whole = missing.length === 0;
  await operations.put({
    ...operation,
    case: receipt.case ?? operation.case,
    receipt,
    state: whole ? "done" : "parked",
    refusal: whole ? null : note(0, "receipt_incomplete"),
    done_at: whole ? now : null,
  });
  for (const other of await operations.index("user").getAll(operation.user)) {
    if (isNext(operation, other) && receipt.version !== undefined) {
      await operations.put({ ...other, base_version: receipt.version });
    }
    if (other.after !== id || other.case !== null) continue;
    const why = receipt.why_no_case;
    await operations.put(
      receipt.case
        ? { ...other, case: receipt.case }
        : { ...other, state: "parked", refusal: note(0, "no_case", { words: why?.words ?? {} }) },
    );
  }
  await work.done;
  return missing;
}

/** Done after this one upon what was seen before it: our own act is no surprise to it. */
function isNext(operation: Operation, other: Operation): boolean {
  return (
    other.state === "waiting" &&
    other.sequence > operation.sequence &&
    other.case === operation.case &&
    operation.base_version !== null &&
    other.base_version === operation.base_version
  );
}

export function note(
  status: number,
  code: string,
  details: Record<string, unknown> = {},
  detail = "",
): RefusalNote {
  return { status, code, detail, details };
}

/** The server refused it: it is kept, with the reason, until a person decides. */
export async function park(store: Store, id: string, refusal: RefusalNote): Promise<void> {
  await change(store, id, (operation) => ({ ...operation, state: "parked", refusal }));
}

/** It could not be sent now: again later, ever more slowly. */
export async function postpone(store: Store, id: string, until: number): Promise<void> {
  await change(store, id, (operation) => ({
    ...operation,
    attempts: operation.attempts + 1,
    not_before: until,
  }));
}

/** Send it again: the same thing, or with what a person changed of it (then under a new id). */
export async function sendAgain(
  store: Store,
  id: string,
  changed?: Partial<Pick<Operation, "payload" | "base_version">>,
): Promise<void> {
  const work = store.transaction(["operations", "photos"], "readwrite", STRICT);
  const operations = work.objectStore("operations");
  const old = await operations.get(id);
  if (old?.state !== "parked") return;
  const again: Operation = {
    ...old,
    ...changed,
    id: changed ? newId() : id,
    state: "waiting",
    attempts: 0,
    not_before: 0,
    refusal: null,
  };
  if (changed) {
    await operations.delete(id);
    for (const photoId of old.photos) {
      const photo = await work.objectStore("photos").get(photoId);
      if (photo) await work.objectStore("photos").put({ ...photo, operation: again.id });
    }
    for (const other of await operations.index("user").getAll(old.user)) {
      if (other.after === id) await operations.put({ ...other, after: again.id });
    }
  }
  await operations.put(again);
  await work.done;
}

/**
 * A person decided against a parked thing: its photos become drafts again, none is deleted. What
 * waited for it goes on, unless it has no case to go to: then it is withdrawn with it.
 */
export async function withdraw(store: Store, id: string): Promise<void> {
  const work = store.transaction(["operations", "photos"], "readwrite", STRICT);
  const operations = work.objectStore("operations");
  const first = await operations.get(id);
  if (first?.state !== "parked") return;
  const leaving = [first];
  for (const operation of leaving) {
    for (const photoId of operation.photos) {
      const photo = await work.objectStore("photos").get(photoId);
      if (photo && !photo.held) {
        await work.objectStore("photos").put({ ...photo, operation: null });
      }
    }
    for (const other of await operations.index("user").getAll(operation.user)) {
      if (other.after !== operation.id || other.state === "done") continue;
      if (other.case === null) leaving.push(other);
      else await operations.put({ ...other, after: null });
    }
    await operations.delete(operation.id);
  }
  await work.done;
}

/** Forget receipts and thumbnails of a week ago; what is not held by the server stays. */
export async function sweep(store: Store, now = Date.now()): Promise<void> {
  const work = store.transaction(["operations", "photos"], "readwrite");
  for (const operation of await work.objectStore("operations").getAll()) {
    if (operation.state !== "done" || (operation.done_at ?? now) > now - DONE_KEPT_MS) continue;
    for (const id of operation.photos) {
      const photo = await work.objectStore("photos").get(id);
      if (photo?.held) await work.objectStore("photos").delete(id);
    }
    await work.objectStore("operations").delete(operation.id);
  }
  await work.done;
}

async function change(
  store: Store,
  id: string,
  how: (operation: Operation) => Operation,
): Promise<void> {
  const work = store.transaction("operations", "readwrite", STRICT);
  const operation = await work.store.get(id);
  if (operation) await work.store.put(how(operation));
  await work.done;
}
