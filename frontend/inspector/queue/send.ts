/** One pass over a person's queue: blobs first, then the thing itself, and nothing is ever dropped. */
import { Refusal } from "../../shared/api";
import { deviceOf, note, operationsOf, park, postpone, settle } from "./keep";
import type { Operation, Photo, Store } from "./records";
import type { Wire } from "./wire";

const SHORTEST_MS = 2000;
const LONGEST_MS = 300_000;

/** `idle`: nothing is left to send now; `offline`, `signed_out`, `other_user`: why it stopped. */
export type Outcome = "idle" | "offline" | "signed_out" | "other_user";

export interface Listening {
  /** An upload goes on. */
  uploading?: (photo: string, share: number) => void;
  /** An operation is done, parked or postponed. */
  changed?: (operation: string) => void;
}

/** How long to wait after the nth failure, with jitter so that phones do not come all at once. */
export function pauseAfter(failures: number, random = Math.random()): number {
  return Math.min(SHORTEST_MS * 2 ** failures, LONGEST_MS) * (0.5 + random / 2);
}

/** Whether it can be sent now, by what it waits for. */
function due(operation: Operation, all: Map<string, Operation>, now: number): boolean {
  if (operation.state !== "waiting" || operation.not_before > now) return false;
  if (operation.after === null) return true;
  const first = all.get(operation.after);
  return first === undefined || first.state === "done";
}

/** Send what is due of this person's things. */
export async function flush(
  store: Store,
  user: string,
  wire: Wire,
  listening: Listening = {},
  now: () => number = Date.now,
): Promise<Outcome> {
  const tried = new Set<string>();
  let known = false;
  for (;;) {
    const all = new Map((await operationsOf(store, user)).map((one) => [one.id, one]));
    const next = [...all.values()].find((one) => !tried.has(one.id) && due(one, all, now()));
    if (!next) return "idle";
    tried.add(next.id);
    try {
      // On a shared phone somebody else may have signed in meanwhile, in another tab.
      if (!known && (await wire.whoami()) !== user) return "other_user";
      known = true;
      await sendOne(store, next, wire, listening, now);
    } catch (failure) {
      if (!(failure instanceof Refusal)) throw failure;
      if (failure.status === 0) return "offline";
      if (failure.status === 401 || failure.code === "not_authenticated") return "signed_out";
      if (failure.code === "csrf_failed") return "signed_out";
      if (failure.unknown || failure.status === 429 || failure.code === "missing_blobs") {
        await postpone(store, next.id, now() + pauseAfter(next.attempts));
      } else {
        const { status, code, details, message } = failure;
        await park(store, next.id, note(status, code, details, message));
      }
    }
    listening.changed?.(next.id);
  }
}

async function sendOne(
  store: Store,
  operation: Operation,
  wire: Wire,
  listening: Listening,
  now: () => number,
): Promise<void> {
  const photos: Photo[] = [];
  for (const id of operation.photos) {
    const photo = await store.get("photos", id);
    if (!photo) continue;
    photos.push(photo);
    const bytes = await store.get("bytes", id); // one photo at a time in memory
    if (!bytes) continue; // the server holds it: the receipt of an earlier try was written down
    await wire.upload(photo.sha256, bytes.blob, (share) => listening.uploading?.(id, share));
  }
  const receipt = await wire.operate(operation, photos, await deviceOf(store));
  await settle(store, operation.id, receipt, now());
}
