/** What each form sends: pure, from the draft to the act's JSON, or the word that says what is missing. */
import type { Word } from "../../words";
import type { CaseWhole, Moving } from "../contract";
import { fieldsOf } from "./which";

export interface Draft {
  reason: string;
  category: string;
  urgency: "normal" | "urgent";
  facility: string;
  scenario: string;
  place: { lon: number; lat: number } | undefined;
  to: string;
  assists: string[];
  rating: string;
  contacted: boolean | null;
  solved: boolean | null;
  effect_ok: boolean | null;
  attitude_ok: boolean | null;
  grounds: string;
  /** Whose return is decided on. */
  whose: string;
  purpose: string;
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
    rating: "",
    contacted: null,
    solved: null,
    effect_ok: null,
    attitude_ok: null,
    grounds: "",
    whose: waitingReturns(whole)[0]?.organization.code ?? "",
    purpose: "document",
  };
}

/** The returns on which the desk has yet to decide, the first first. */
export function waitingReturns(whole: CaseWhole): Moving[] {
  return (whole.returns ?? []).filter(({ state }) => state === "asked");
}

/** The body the verdict would send it to, unless it goes elsewhere now. */
export function named(whole: CaseWhole): string {
  return whole.verdict?.dispatch_to?.code ?? "";
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
      const silent = overrides(whole, draft) && !draft.reason.trim();
      return silent ? { body, missing: "dispatchOverride" } : { body };
    }
    case "pin":
      return place ? { body: { ...place, accuracy_m: 0 } } : { body: {}, missing: "pinMissing" };
    case "callback": {
      const { rating, contacted, solved, effect_ok, attitude_ok } = draft;
      const body = { rating, contacted, solved, effect_ok, attitude_ok };
      return rating ? { body } : { body, missing: "chooseRating" };
    }
    case "close":
      return { body: { solved: draft.solved ?? undefined } };
    case "transfer":
      return to ? { body: { to } } : { body: {}, missing: "dispatchMissing" };
    case "return":
      return draft.grounds
        ? { body: { grounds: draft.grounds, to } }
        : { body: {}, missing: "groundsMissing" };
    case "grant":
      return { body: { to, organization: draft.whose } };
    case "decide":
      return { body: { organization: draft.whose } };
    default:
      return { body: {} };
  }
}
