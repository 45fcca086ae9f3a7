/** What happens in the city comes into list, map and panel as it is committed. */
import { reactive } from "vue";
import { Live, type Happening, type LiveState } from "../../shared/live";
import type { Row } from "./rows";
import { list, loadAll, loadCounts, refreshSome } from "./list";
import { fetchOpen, open } from "./open";

const CASE = "inspections.case";
const GATHER_MS = 60; // events of one commit come together
const CALM_MS = 1500; // counts are not counted more often than this

export const connection = reactive({
  state: "stopped" as LiveState,
  /** New cases nobody has looked at yet, the newest first. */
  fresh: [] as Row[],
  sound: localStorage.getItem("console-sound") === "on",
});

let changed = new Set<string>();
const opened = new Set<string>();
let gathering: ReturnType<typeof setTimeout> | undefined;
let counting: ReturnType<typeof setTimeout> | undefined;
let looking: ReturnType<typeof setTimeout> | undefined;

function happened(event: Happening): void {
  if (event.subject_type === CASE) {
    changed.add(event.subject_id);
    if (event.kind === "case_opened" || event.kind === "case_open") opened.add(event.subject_id);
    gathering ??= setTimeout(() => void show(), GATHER_MS);
  } else if (open.number) {
    clearTimeout(looking);
    looking = setTimeout(() => void fetchOpen(), 5 * GATHER_MS);
  }
}

async function show(): Promise<void> {
  gathering = undefined;
  const keys = [...changed];
  changed = new Set();
  const known = new Set(list.rows.map((row) => row.number));
  const born = keys.some((key) => opened.delete(key));
  const now = await refreshSome(keys).catch(() => {
    for (const key of keys) changed.add(key); // the next event, or a reset, fetches them again
    return [];
  });
  counting ??= setTimeout(() => {
    counting = undefined;
    void loadCounts();
  }, CALM_MS);
  if (now.some((row) => row.number === open.number)) void fetchOpen();
  if (born) tellOf(now.filter((row) => row.state === "reported" && !known.has(row.number)));
}

function tellOf(rows: Row[]): void {
  if (!rows.length) return;
  connection.fresh = [...rows, ...connection.fresh].slice(0, 50);
  if (connection.sound) chime();
}

/** Two soft notes, made here: no file, and only if the person asked for it. */
function chime(): void {
  const audio = new AudioContext();
  for (const [at, pitch] of [
    [0, 660],
    [0.14, 880],
  ] as const) {
    const note = audio.createOscillator();
    const volume = audio.createGain();
    note.frequency.value = pitch;
    volume.gain.setValueAtTime(0.06, audio.currentTime + at);
    volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + at + 0.25);
    note.connect(volume).connect(audio.destination);
    note.start(audio.currentTime + at);
    note.stop(audio.currentTime + at + 0.26);
  }
  setTimeout(() => void audio.close(), 800);
}

export function switchSound(): void {
  connection.sound = !connection.sound;
  localStorage.setItem("console-sound", connection.sound ? "on" : "off");
  if (connection.sound) chime();
}

function anew(): void {
  void loadAll();
  if (open.number) void fetchOpen();
}

/** Listen until the page is left; resumes by itself after a cut. */
export function listen(): () => void {
  const live = new Live({
    happened,
    gone: (event) => {
      if (event.subject_type === CASE) anew();
    },
    reset: anew,
    recheck: anew,
    state: (now) => {
      connection.state = now;
    },
  });
  const atOnce = () => {
    live.start();
  };
  window.addEventListener("online", atOnce);
  live.start();
  return () => {
    window.removeEventListener("online", atOnce);
    live.stop();
  };
}
