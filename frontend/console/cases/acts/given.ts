/** What each form sends: pure, from the draft to the act's JSON, or the word that says what is missing. */
import type { Word } from "../../words";
import type { CaseWhole, Moving, PutOff } from "../contract";
import { fieldsOf } from "./which";

export const OUTCOMES = ["solved", "explained", "mediated", "unsolved"] as const;
export const WAYS = ["phone", "visit", "message", "letter"] as const;
/** The rungs of supervision, from below. */
export const RUNGS = ["subdistrict", "district", "city"] as const;
export const EXCUSES = ["beyond_rules", "unreasonable", "malicious"] as const;
export const CAUSES = [
  "not_solved",
  "poor_result",
  "late",
  "no_contact",
  "attitude",
  "relapsed",
  "no_proof",
  ...EXCUSES,
  "other",
] as const;

export interface Draft {
  reason: string;
  category: string;
  urgency: "normal" | "urgent";
  facility: string;
  scenario: string;
  place: { lon: number; lat: number } | undefined;
  to: string;
  assists: string[];
  /** What speaks against sending it so, as codes of the server. */
  warned: string[];
  rating: string;
  contacted: boolean | null;
  solved: boolean | null;
  effect_ok: boolean | null;
  attitude_ok: boolean | null;
  grounds: string;
  /** Whose return is decided on. */
  whose: string;
  purpose: string;
  /** How the matter ended, and which closing conditions are met, by their places. */
  outcome: (typeof OUTCOMES)[number];
  conditions: number[];
  cause: string;
  way: (typeof WAYS)[number];
  reached: boolean;
  /** How much more time: a number, and the unit in which a catalogue states limits. */
  amount: number;
  unit: "wd" | "wh" | "h";
  /** The requester was told: the citizen's deadline follows. */
  citizen: boolean;
  /** The day until which the case rests. */
  until: string;
  /** At which level it is supervised. */
  level: (typeof RUNGS)[number];
  /** Number of the case that it is merged into. */
  into: string;
  /** Codes of the requests that are split off. */
  leaving: string[];
}

/** An empty form, prefilled with what the case says. */
export function freshDraft(whole: CaseWhole): Draft {
  return {
    reason: "",
    category: whole.category ?? "",
    urgency: whole.urgency,
    facility: whole.facility ?? "",
    scenario: whole.scenario,
    place: undefined,
    to: "",
    assists: [],
    warned: [],
    rating: "",
    contacted: null,
    solved: null,
    effect_ok: null,
    attitude_ok: null,
    grounds: "",
    whose: (waitingReturns(whole)[0] ?? waiting(whole.extensions)[0])?.organization.code ?? "",
    purpose: "document",
    outcome: whole.solved === false ? "unsolved" : "solved",
    conditions: [],
    cause: "",
    way: "phone",
    reached: true,
    ...stated(waiting(whole.extensions)[0]?.limit),
    citizen: false,
    until: waiting(whole.parkings)[0]?.until ?? "",
    level: "district",
    into: "",
    leaving: [],
  };
}

/** The returns on which the desk has yet to decide, the first first. */
export function waitingReturns(whole: CaseWhole): Moving[] {
  return (whole.returns ?? []).filter(({ state }) => state === "asked");
}

/** Those of what was asked on which the desk has yet to decide, the first first. */
export function waiting(asked: PutOff[] | undefined): PutOff[] {
  return (asked ?? []).filter(({ state }) => state === "asked");
}

/** A limit as its two fields; a work day where none is stated. */
export function stated(limit: string | undefined): { amount: number; unit: "wd" | "wh" | "h" } {
  const [, amount, unit] = /^(\d+)(wd|wh|h)$/.exec(limit ?? "") ?? [undefined, "1", "wd"];
  return { amount: Number(amount), unit: unit as "wd" | "wh" | "h" };
}

/** The body the verdict would send it to, unless it goes elsewhere now. */
export function named(whole: CaseWhole): string {
  return whole.verdict?.dispatch_to?.code ?? "";
}

/** Whether a class of a department's would go to a street office alone: to be confirmed with a reason. */
export function pushedDown(draft: Draft): boolean {
  return draft.warned.includes("pushed_down");
}

/** Whether this dispatch goes elsewhere than the verdict says. */
export function overrides(whole: CaseWhole, draft: Draft): boolean {
  return draft.to !== "" && draft.to !== named(whole);
}

export interface Given {
  body: Record<string, unknown>;
  missing?: Word;
}

function without(body: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(body).filter(([, value]) => value !== "" && value !== undefined),
  );
}

/** What to send for an act, and what is still missing. */
export function given(act: string, needsReason: boolean, whole: CaseWhole, draft: Draft): Given {
  const reason = draft.reason.trim();
  const told = own(act, whole, draft);
  const body = without({ reason, ...told.body });
  if (told.missing) return { body, missing: told.missing };
  return needsReason && !reason ? { body, missing: "reasonMissing" } : { body };
}

function own(act: string, whole: CaseWhole, draft: Draft): Given {
  const { category, urgency, facility, scenario, place, to, assists } = draft;
  switch (fieldsOf(act)) {
    case "file": {
      const moved = place ? { ...place, accuracy_m: 0 } : {};
      const fixed =
        act === "fix_on_spot" ? { category } : { category, urgency, scenario, ...moved };
      const body = { ...fixed, ...(act === "file" && facility !== whole.facility && { facility }) };
      return category ? { body } : { body, missing: "fileCategoryMissing" };
    }
    case "dispatch": {
      const body = { to, assists: assists.length ? assists : undefined };
      if (!to && !named(whole)) return { body, missing: "dispatchMissing" };
      if (draft.reason.trim()) return { body };
      if (pushedDown(draft)) return { body, missing: "dispatchPushed" };
      return overrides(whole, draft) ? { body, missing: "dispatchOverride" } : { body };
    }
    case "pin":
      return place ? { body: { ...place, accuracy_m: 0 } } : { body: {}, missing: "pinMissing" };
    case "callback": {
      const { rating, contacted, solved, effect_ok, attitude_ok } = draft;
      const body = { rating, contacted, solved, effect_ok, attitude_ok };
      return rating ? { body } : { body, missing: "chooseRating" };
    }
    case "close":
      return concluded(whole, draft);
    case "rework":
      return { body: { cause: draft.cause } };
    case "reply":
      return { body: { way: draft.way, reached: draft.reached } };
    case "exclusion":
      return draft.cause ? { body: { cause: draft.cause } } : { body: {}, missing: "causeMissing" };
    case "assist":
    case "transfer":
      return to ? { body: { to } } : { body: {}, missing: "dispatchMissing" };
    case "return":
      return draft.grounds
        ? { body: { grounds: draft.grounds, to } }
        : { body: {}, missing: "groundsMissing" };
    case "grant":
      return { body: { to, organization: draft.whose } };
    case "merge":
      return draft.into ? { body: { into: draft.into } } : { body: {}, missing: "mergeMissing" };
    case "split": {
      const requests = whole.requests
        .map(({ code }) => code)
        .filter((code) => draft.leaving.includes(code));
      if (!requests.length) return { body: {}, missing: "splitMissing" };
      const all = requests.length === whole.requests.length;
      return { body: { requests }, ...(all && { missing: "splitAll" as const }) };
    }
    case "decide":
      return { body: { organization: draft.whose } };
    case "extension":
      return timely(draft, {});
    case "approve_extension":
      return timely(draft, { citizen: draft.citizen, organization: extended(whole, draft) });
    case "refuse_extension":
      return { body: { organization: extended(whole, draft) } };
    case "supervise": {
      const { limit: within } = timely(draft, {}).body;
      const body = { level: draft.level, within };
      return within ? { body } : { body, missing: "superviseMissing" };
    }
    case "parking":
    case "approve_parking":
      return draft.until
        ? { body: { until: draft.until } }
        : { body: {}, missing: "parkingDayMissing" };
    default:
      return { body: {} };
  }
}

/** How it ended; conditions that are not met want a reason. */
function concluded(whole: CaseWhole, draft: Draft): Given {
  const asked = whole.closing_conditions ?? [];
  const body = {
    outcome: draft.outcome,
    conditions: asked.length ? draft.conditions : undefined,
  };
  const unmet = asked.length > draft.conditions.length && !draft.reason.trim();
  return unmet ? { body, missing: "conditionsUnmet" } : { body };
}

function timely({ amount, unit }: Draft, more: Record<string, unknown>): Given {
  if (!(amount >= 1)) return { body: {}, missing: "extensionMissing" };
  return { body: { limit: `${String(Math.floor(amount))}${unit}`, ...more } };
}

/** Whose request is decided on, where several bodies have asked. */
function extended(whole: CaseWhole, draft: Draft): string | undefined {
  const bodies = waiting(whole.extensions).map(({ organization }) => organization.code);
  if (bodies.length < 2) return undefined;
  return bodies.includes(draft.whose) ? draft.whose : bodies[0];
}
