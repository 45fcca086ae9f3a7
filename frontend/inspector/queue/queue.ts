/** The queue as the screens see it: one store, one flusher among all tabs, and what stands in it. */
import { computed, reactive } from "vue";
import { Live, type Happening } from "../../shared/live";
import {
  addFix,
  discardPhoto,
  draftsOf,
  enqueue,
  keepPhoto,
  operationsOf,
  sendAgain,
  sweep,
  withdraw,
  type NewOperation,
  type NewPhoto,
} from "./keep";
import { openStore, type Fix, type Operation, type Photo, type Store } from "./records";
import { flush, pauseAfter, type Outcome } from "./send";
import { SERVER } from "./wire";

export const DATABASE = "lamplighter-inspector";
const LOCK = "lamplighter-inspector-flush";
const LOOK_AGAIN_MS = 30_000;

export const queue = reactive({
  user: "",
  operations: [] as Operation[],
  /** How the last pass ended; undefined before the first. */
  outcome: undefined as Outcome | undefined,
  sending: false,
  /** Share of the upload that goes on, by photo. */
  shares: {} as Record<string, number>,
  /** The browser keeps nothing for us (private window, full disk): say so before anything is taken. */
  broken: "",
  persistent: undefined as boolean | undefined,
});

export const waiting = computed(() => queue.operations.filter((one) => one.state === "waiting"));
export const parked = computed(() => queue.operations.filter((one) => one.state === "parked"));
export const unsent = computed(() => waiting.value.length + parked.value.length);

let opened: Promise<Store> | undefined;
let failures = 0;
let timer: ReturnType<typeof setTimeout> | undefined;
const settled = new Set<() => void>();

/** The store, opened again if the browser closed it (phones do, in the background). */
function store(): Promise<Store> {
  opened ??= openStore(DATABASE, () => {
    opened = undefined;
  }).catch((failure: unknown) => {
    opened = undefined;
    queue.broken = String(failure);
    throw failure;
  });
  return opened;
}

/** Begin for a person: what was left is shown and sent. */
export async function startQueue(user: string): Promise<void> {
  queue.user = user;
  await sweep(await store());
  await refresh();
  addEventListener("online", again);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") again();
  });
  timer = setTimeout(again, LOOK_AGAIN_MS);
  again();
  // Optional in old web views, whatever the types say.
  const storage = navigator.storage as StorageManager | undefined;
  queue.persistent = await storage?.persist?.().catch(() => false);
}

async function refresh(): Promise<void> {
  queue.operations = await operationsOf(await store(), queue.user);
  for (const told of settled) told();
}

/** Try now: the network came back, or somebody pressed the button. */
export function again(): void {
  failures = 0;
  void send();
}

async function exclusively(work: () => Promise<void>): Promise<void> {
  const locks = (navigator as { locks?: LockManager }).locks;
  if (!locks) return work(); // the server does everything once, even if two tabs send it
  await locks.request(LOCK, { ifAvailable: true }, async (lock) => {
    if (lock) await work();
  });
}

async function send(): Promise<void> {
  if (queue.sending) return;
  queue.sending = true;
  clearTimeout(timer);
  try {
    await exclusively(async () => {
      const kept = await store();
      queue.outcome = await flush(kept, queue.user, SERVER, {
        uploading: (photo, share) => (queue.shares[photo] = share),
        changed: () => void refresh(),
      });
      failures = queue.outcome === "offline" ? failures + 1 : 0;
    });
  } finally {
    queue.sending = false;
    queue.shares = {};
    await refresh().catch(() => undefined);
    timer = setTimeout(() => void send(), nextLook());
  }
}

function nextLook(): number {
  if (queue.outcome === "offline") return pauseAfter(failures);
  const soonest = Math.min(...waiting.value.map((one) => one.not_before - Date.now()), Infinity);
  return Math.max(1000, Math.min(soonest, LOOK_AGAIN_MS));
}

/** Things were done: kept first, then sent as soon as it can be. */
export async function act(things: NewOperation[]): Promise<Operation[]> {
  const queued = await enqueue(await store(), queue.user, things);
  await refresh();
  again();
  return queued;
}

/** Wait until these are done or parked, or until the network is found missing. */
export async function outcomeOf(ids: string[]): Promise<Operation[]> {
  const found = () => queue.operations.filter((one) => ids.includes(one.id));
  return new Promise((resolve) => {
    const look = () => {
      const ours = found();
      const open = ours.filter((one) => one.state === "waiting");
      const stuck = open.some((one) => one.attempts > 0 || blockedByParked(one));
      const stopped = !queue.sending && queue.outcome !== undefined && queue.outcome !== "idle";
      if (open.length && !stuck && !stopped) return;
      settled.delete(look);
      clearInterval(watch);
      resolve(ours);
    };
    const watch = setInterval(look, 500);
    settled.add(look);
  });
}

function blockedByParked(operation: Operation): boolean {
  const first = queue.operations.find((one) => one.id === operation.after);
  return first?.state === "parked";
}

export async function keep(photo: NewPhoto, blob: Blob): Promise<Photo> {
  return keepPhoto(await store(), photo, blob);
}

export async function fixAfter(photo: string, fix: Fix): Promise<void> {
  await addFix(await store(), photo, fix);
}

export async function discard(photo: string): Promise<void> {
  await discardPhoto(await store(), photo);
}

export async function drafts(subject: string): Promise<Photo[]> {
  return draftsOf(await store(), queue.user, subject);
}

export async function photosOf(operation: Operation): Promise<Photo[]> {
  const kept = await store();
  const found = await Promise.all(operation.photos.map((id) => kept.get("photos", id)));
  return found.filter((photo) => photo !== undefined);
}

/** The picture itself, as long as the phone has it. */
export async function bytesOf(photo: string): Promise<Blob | undefined> {
  return (await (await store()).get("bytes", photo))?.blob;
}

/** Send a parked thing again, as it was or as a person changed it; returns its id. */
export async function retry(
  id: string,
  changed?: Partial<Pick<Operation, "payload" | "base_version">>,
): Promise<void> {
  await sendAgain(await store(), id, changed);
  await refresh();
  again();
}

export async function giveUp(id: string): Promise<void> {
  await withdraw(await store(), id);
  await refresh();
}

/** Tell `work` when something happens to tasks or cases; live, across cuts. */
export function whenHappens(work: (event?: Happening) => void): Live {
  const live = new Live({
    happened: work,
    gone: work,
    reset: () => {
      work();
    },
    recheck: () => {
      work();
    },
  });
  live.start();
  return live;
}
