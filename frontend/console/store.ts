/** What the console knows and what is asked: one state, changed only by the acts below. */
import { reactive } from "vue";
import { getJson, Refusal } from "../shared/api";
import { language, speak, asLanguage } from "../shared/language";
import type { Answer, City, Found } from "./contract";
import { readLink, writeLink, type View } from "./deep-link";
import type { CategoryGroup, HandoverGroup } from "./map/groups";
import type { ColourBy } from "./map/style";
import type { Room } from "./rooms";

export interface Question {
  lon: number;
  lat: number;
  facility: string | undefined;
  category: string | undefined;
  title: string | undefined; // what a search said it is
}

export type GroundSwitch = "areas" | "cells" | "ownership" | "facilities";
export type LayerSwitch = GroundSwitch | "cases";

/** How a question is asked besides where: when, as known when, for which role, under which draft. */
export interface Manner {
  at: string;
  knownAt: string;
  role: string;
  draft: string;
}

export const PLAINLY: Readonly<Manner> = { at: "", knownAt: "", role: "", draft: "" };

export const state = reactive({
  room: "cases" as Room,
  /** What is open in each room, for the address. */
  subjectOf: {} as Partial<Record<Room, string>>,
  manner: { ...PLAINLY },
  caseNumber: "", // the case that is open, for the address
  city: undefined as City | undefined,
  cityRefusal: undefined as Refusal | undefined,
  view: undefined as View | undefined,

  question: undefined as Question | undefined,
  subject: undefined as string | undefined, // the category the dispatcher chose to ask about
  accuracyM: 0,
  asking: false,
  answer: undefined as Answer | undefined,
  refusal: undefined as Refusal | undefined,

  layers: { areas: true, cells: true, ownership: true, facilities: true, cases: true } as Record<
    LayerSwitch,
    boolean
  >,
  colourBy: "handover" as ColourBy,
  hiddenGroups: [] as CategoryGroup[],
  hiddenHandover: [] as HandoverGroup[],
  tilesFailed: false,
});

let underway: AbortController | undefined;

/** Load what the page must know before it draws. */
export async function loadCity(): Promise<void> {
  state.cityRefusal = undefined;
  try {
    state.city = await getJson<City>("/console/city.json");
  } catch (failure) {
    state.cityRefusal = asRefusal(failure);
  }
}

function asRefusal(failure: unknown): Refusal {
  return failure instanceof Refusal ? failure : new Refusal("page_error", 0, String(failure));
}

/** Ask whose it is; a later question takes the place of one still on its way. */
export async function ask(question: Question): Promise<void> {
  underway?.abort();
  const mine = new AbortController();
  underway = mine;
  const { manner } = state;
  state.question = question;
  state.asking = true;
  state.refusal = undefined;
  state.answer = undefined;
  saveLink();
  try {
    const answer = await getJson<Answer>(
      "/api/v1/jurisdiction/",
      {
        lon: question.lon,
        lat: question.lat,
        accuracy_m: state.accuracyM || undefined,
        category: question.category,
        facility: question.facility,
        at: manner.at,
        as_known_at: manner.knownAt,
        role: manner.role,
        change_set: manner.draft,
      },
      mine.signal,
    );
    if (underway === mine) state.answer = answer;
  } catch (failure) {
    if (underway !== mine || mine.signal.aborted) return;
    state.refusal = asRefusal(failure);
  } finally {
    if (underway === mine) state.asking = false;
  }
}

/** Ask the same again: after a refusal, or with another subject or accuracy. */
export function askAgain(): void {
  const question = state.question;
  if (!question) return;
  const category = question.facility ? question.category : state.subject;
  void ask({ ...question, category });
}

/** Forget the question. */
export function clearQuestion(): void {
  underway?.abort();
  underway = undefined;
  state.question = undefined;
  state.answer = undefined;
  state.refusal = undefined;
  state.asking = false;
  saveLink();
}

/** A facility by its exact code, or undefined. */
export async function findFacility(code: string): Promise<Found | undefined> {
  const { results } = await getJson<{ results: Found[] }>("/console/facility.json", { code });
  return results[0];
}

/** What matches some letters of a code or a name. */
export async function find(words: string, signal?: AbortSignal): Promise<Found[]> {
  const { results } = await getJson<{ results: Found[] }>("/api/v1/search/", { q: words }, signal);
  return results;
}

/** Remember the view in the page's address. */
export function look(view: View): void {
  state.view = view;
  saveLink();
}

/** What is open in a page; change sets and faults have words of their own in the address. */
function ofPage(room: Room): string | undefined {
  return room === "changes" || room === "faults" ? undefined : state.subjectOf[room];
}

function saveLink(): void {
  const question = state.question;
  const hash = writeLink({
    ...(state.view && { view: state.view }),
    ...(state.room !== "cases" && { room: state.room }),
    ...(state.caseNumber && { case: state.caseNumber }),
    ...(state.subjectOf.changes && { change: state.subjectOf.changes }),
    ...(state.subjectOf.faults && { fault: state.subjectOf.faults }),
    ...(ofPage(state.room) && { of: ofPage(state.room) }),
    ...(question && { ask: { lat: question.lat, lon: question.lon } }),
    ...(question?.facility && { facility: question.facility }),
    ...(state.subject && { category: state.subject }),
    ...(state.accuracyM && { accuracy: state.accuracyM }),
    ...(state.manner.at && { at: state.manner.at }),
    ...(state.manner.knownAt && { known: state.manner.knownAt }),
    ...(state.manner.role && { role: state.manner.role }),
    ...(language.value === "en" && { lang: "en" }),
  });
  history.replaceState(null, "", location.pathname + hash);
}

/** Say in the address which case is open. */
export function nameCase(number: string): void {
  state.caseNumber = number;
  saveLink();
}

/** Go to another list; what was open in it is open again. */
export function enter(room: Room): void {
  state.room = room;
  saveLink();
}

/** Say in the address what is open in a room. */
export function nameSubject(room: Room, name: string): void {
  state.subjectOf[room] = name;
  saveLink();
}

/** Speak another language, and say so in the address. */
export function changeLanguage(): void {
  speak(language.value === "en" ? "zh-Hans" : "en");
  saveLink();
}

/** Take over what the address says; returns it for the map to go there. `roomNamed` knows the rooms. */
export function openLink(roomNamed: (room: string | undefined) => Room | undefined) {
  const link = readLink(location.hash);
  const named = new URLSearchParams(location.search).get("case");
  if (named) link.case = named;
  const spoken = asLanguage(link.lang);
  if (spoken) speak(spoken);
  if (link.view) state.view = link.view;
  if (link.category) state.subject = link.category;
  if (link.accuracy) state.accuracyM = link.accuracy;
  state.room = roomNamed(link.room) ?? "cases";
  state.subjectOf = { changes: link.change ?? "", faults: link.fault ?? "" };
  if (link.of) state.subjectOf[state.room] = link.of;
  state.manner = {
    at: link.at ?? "",
    knownAt: link.known ?? "",
    role: link.role ?? "",
    draft: "",
  };
  return link;
}
