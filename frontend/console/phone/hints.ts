/** What fills itself in while one types: who called before, what is open here, what was, what to answer. */
import { reactive } from "vue";
import { getJson, postJson, Refusal } from "../../shared/api";
import { say } from "../words";
import type { Call } from "./call";
import type { Answer, Candidate, Earlier, SaidFeature, Similar } from "./contract";
import { accuracyOf, digitsOf } from "./report";

const PAUSE_MS = 250;
const AGAIN_MS = 4000;
const EARLIER = 8;

export const hints = reactive({
  candidates: [] as Candidate[],
  similar: [] as Similar[],
  answers: [] as Answer[],
  earlier: [] as Earlier[],
  /** The number whose history is shown; "" while none is. */
  asked: "",
  /** What could not be fetched: it is said, never silently left out. */
  failed: { candidates: false, similar: false, answers: false, earlier: false },
});

type Part = keyof typeof hints.failed;
const underway: Partial<Record<Part, AbortController>> = {};
const timers: Partial<Record<Part, ReturnType<typeof setTimeout>>> = {};

/**
 * The last question of each part is answered; an older answer never takes its place. What the network
 * or a busy server swallowed, or cut short, is asked again until there is another question.
 */
function later(part: Part, work: (signal: AbortSignal) => Promise<void>, pause = PAUSE_MS): void {
  clearTimeout(timers[part]);
  underway[part]?.abort();
  timers[part] = setTimeout(() => {
    const mine = new AbortController();
    underway[part] = mine;
    work(mine.signal).then(
      () => {
        if (!mine.signal.aborted) hints.failed[part] = false;
      },
      (failure: unknown) => {
        if (mine.signal.aborted) return;
        hints.failed[part] = true;
        if (!(failure instanceof Refusal) || failure.unknown) later(part, work, AGAIN_MS);
      },
    );
  }, pause);
}

/** What is open here, or was: by place, category and words. */
export function askAround(call: Call): void {
  const { place, category } = call;
  if (!place) {
    hints.candidates = [];
    hints.similar = [];
    for (const part of ["candidates", "similar"] as const) {
      clearTimeout(timers[part]);
      underway[part]?.abort();
    }
    return;
  }
  const facility = place.kind === "facility" ? place.code : "";
  const here = {
    lon: place.lon,
    lat: place.lat,
    accuracy_m: accuracyOf(place),
    category,
    facility,
  };
  const text = call.text.trim().slice(0, 1000);
  later("candidates", async (signal) => {
    const { results } = await getJson<{ results: Candidate[] }>(
      "/api/v1/cases/candidates/",
      { ...here, text },
      signal,
    );
    if (!signal.aborted) hints.candidates = results.slice(0, 5);
  });
  later("similar", async (signal) => {
    const { results } = await getJson<{ results: Similar[] }>(
      "/api/v1/cases/similar/",
      here,
      signal,
    );
    if (!signal.aborted) hints.similar = results.slice(0, 10);
  });
}

/** What may be answered at once: by the words, without any the hot questions. */
export function askAnswers(call: Call): void {
  const { category } = call;
  const q = call.text.trim().slice(0, 300);
  later("answers", async (signal) => {
    const { results } = await getJson<{ results: Answer[] }>(
      "/api/v1/knowledge/",
      { q, category: category || undefined, limit: 3 },
      signal,
    );
    if (!signal.aborted) hints.answers = results;
  });
}

/** Who called before; every question is on record, so it is asked once for a whole number. */
export function askEarlier(phone: string): void {
  const digits = digitsOf(phone);
  if (digits === hints.asked) return;
  hints.earlier = [];
  hints.asked = "";
  if (digits.length < 7) return;
  hints.asked = digits;
  later("earlier", async (signal) => {
    const found = await postJson<{ features: SaidFeature[] }>("/api/v1/requests/by_phone/", {
      phone: digits,
      reason: say("phoneReason"),
    });
    if (signal.aborted) return;
    hints.earlier = found.features.slice(0, EARLIER).map(({ properties, geometry, id }) => ({
      ...properties,
      code: String(id),
      state: "",
      place: geometry?.type === "Point" ? (geometry.coordinates as [number, number]) : undefined,
    }));
    await Promise.all(
      hints.earlier.map(async (one) => {
        if (!one.case) return;
        const whole = await getJson<{ properties: { state: string } }>(
          `/api/v1/cases/${one.case}/`,
          {},
          signal,
        ).catch(() => undefined);
        if (whole) one.state = whole.properties.state;
      }),
    );
  });
}

/** The next call begins with nothing of the last. */
export function forget(): void {
  for (const part of Object.keys(hints.failed) as Part[]) {
    clearTimeout(timers[part]);
    underway[part]?.abort();
    hints.failed[part] = false;
  }
  Object.assign(hints, { candidates: [], similar: [], earlier: [], asked: "" });
}
