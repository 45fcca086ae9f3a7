/** The timeline of a case: acts on record, with visits, photos and calls where they happened. */
import { say, sayOr } from "../words";
import type { CaseWhole, TrailLine } from "./contract";
import { WAY } from "./steps";

export interface Happened {
  at: string;
  who: string;
  what: string;
  reason: string;
  more: string[];
  tone: "act" | "note" | "bad" | "good";
}

const BAD = new Set([
  "rework",
  "urge",
  "decline",
  "refuse",
  "refuse_return",
  "callback_missed",
  "reopen",
]);
const GOOD = new Set(["close", "check", "answer", "archive", "fix_on_spot"]);
const NOTES = new Set(["record_request", "read_requester", "release_request", "release_evidence"]);

// The audit names the state an act led to as `to`, unless it led to a body.
const STATES: ReadonlySet<string> = new Set([...WAY, "declined", "answered", "merged"]);
const MOVED = new Set([
  "asked",
  "granted",
  "refused",
  "withdrawn",
  "lapsed",
  "appealed",
  "proposed",
  "agreed",
  "open",
]);

function named(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(named).filter(Boolean).join("、");
  if (typeof value === "object" && value !== null && "name" in value) return named(value.name);
  return "";
}

/** Which body, as the details of an act name it. */
function told(details: Record<string, unknown>, names: ReadonlyMap<string, string>): string[] {
  const words: string[] = [];
  for (const key of ["into", "merged", "unmerged", "made", "split_from"]) {
    const number = details[key];
    if (typeof number === "string") words.push(number);
  }
  for (const key of ["to", "lead", "organization"]) {
    const name = named(details[key]);
    if (name && !STATES.has(name) && !MOVED.has(name)) {
      words.push(`→ ${names.get(name) ?? name}`);
      break;
    }
  }
  const rating = details["rating"];
  if (typeof rating === "string") words.push(sayOr(`rating_${rating}`, rating));
  const outcome = details["outcome"];
  if (typeof outcome === "string") words.push(sayOr(`outcome_${outcome}`, outcome));
  const grounds = details["grounds"];
  if (typeof grounds === "string") words.push(sayOr(`grounds_${grounds}`, grounds));
  return words;
}

/** A case is opened once; whatever is opened after that is a dispute about it. */
function didWord(act: string, opened: boolean): string {
  if (act === "open" && opened) return say("did_dispute");
  return sayOr(`did_${act}`, sayOr(`act_${act}`, `${say("did_")} ${act}`));
}

/** Everything that happened, the newest first. */
export function happenings(whole: CaseWhole, trail: readonly TrailLine[]): Happened[] {
  const names = new Map(
    whole.assignments.map(({ organization }) => [organization.code, organization.name]),
  );
  const opening = trail.findIndex((line) => line.act === "open");
  const acts = trail.map((line, place): Happened => ({
    at: line.at,
    who: line.actor,
    what: didWord(line.act, place > opening),
    reason: line.reason,
    more: told(line.details, names),
    tone: BAD.has(line.act)
      ? "bad"
      : GOOD.has(line.act)
        ? "good"
        : NOTES.has(line.act)
          ? "note"
          : "act",
  }));
  const recorded = new Set(trail.map((line) => line.act));
  const visits = recorded.has("record_visit")
    ? []
    : (whole.visits ?? []).map((visit): Happened => ({
        at: visit.arrived_at,
        who: visit.visitor,
        what: say("did_record_visit"),
        reason: visit.note,
        more: [sayOr(`outcome_${visit.outcome}`, visit.outcome_name ?? visit.outcome)],
        tone: "act",
      }));
  const photos = recorded.has("add_evidence")
    ? []
    : whole.evidence.map((photo): Happened => ({
        at: photo.received_at,
        who: photo.uploaded_by,
        what: say("did_add_evidence"),
        reason: "",
        more: photo.purpose ? [sayOr(`purpose_${photo.purpose}`, photo.purpose)] : [],
        tone: photo.accepted ? "note" : "bad",
      }));
  return [...acts, ...visits, ...photos].sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
}
