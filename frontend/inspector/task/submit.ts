/** From a choice on the screen to things in the queue: photos first, then the visit, then the act. */
import type { Case, Task } from "../contract";
import { number } from "../../shared/language";
import { MOST_ACCURACY_M } from "../camera/shoot";
import { metres, nearest, type Geometry, type Spot } from "../../shared/geometry";
import { position } from "../place/position";
import type { NewOperation } from "../queue/keep";
import { newId, type Photo } from "../queue/records";
import { say } from "../words";
import type { Choice } from "./choices";
import { detailsOf, type Typed } from "./typed";

export interface Filled {
  words: string;
  pin?: Spot | undefined;
  typed?: Typed;
}

/** Where I am now, as a visit takes it; nothing if that is not known. */
export function standing(): Record<string, unknown> {
  const fix = position.fix;
  if (!fix) return {};
  return { lon: fix.lon, lat: fix.lat, accuracy_m: fix.accuracy_m, datum: fix.datum };
}

/** Why a visit from here would not count as an arrival; empty if it would. */
export function visitWarning(geometry: Geometry | null, limit: number): string {
  const fix = position.fix;
  if (!fix) return say("noPositionVisit");
  if (!geometry) return "";
  const away = metres(fix, nearest(geometry, fix));
  if (away - Math.min(fix.accuracy_m, MOST_ACCURACY_M) <= limit) return "";
  return say("farVisit", { m: number(Math.round(away)), limit: number(limit) });
}

/** All photos that were not sent yet, as one operation. */
export function evidence(number: string, title: string, photos: Photo[]): NewOperation {
  const ids = photos.map(({ id }) => id);
  return { id: newId(), kind: "add_evidence", case: number, title, photos: ids };
}

function details(choice: Choice, { words, pin, typed }: Filled): Record<string, unknown> {
  return {
    ...(words && { [choice.extra === "order" ? "text" : "reason"]: words }),
    ...(choice.extra === "pin" && pin && { ...pin, datum: "wgs84" }),
    ...(typed && detailsOf(choice, typed)),
    ...(choice.undertaking !== undefined && { undertaking: choice.undertaking }),
  };
}

/** An undertaking has a version of its own; an act upon the case is of the case as it was seen. */
function seenAt(choice: Choice, found: Case): number | null {
  return choice.extra === "order" || choice.undertaking !== undefined ? null : found.version;
}

/** What a choice means for the queue. An act waits for its photos; a visit waits for nothing. */
export function thingsOf(
  choice: Choice,
  filled: Filled,
  at: { task: Task | undefined; found: Case; title: string; photos: Photo[] },
): NewOperation[] {
  const { task, found, title, photos } = at;
  const things: NewOperation[] = [];
  const proof = photos.length ? evidence(found.number, title, photos) : undefined;
  if (proof) things.push(proof);
  if (choice.outcome && task) {
    things.push({
      kind: "visit",
      case: found.number,
      title,
      base_version: choice.outcome === "pin_moved" ? found.version : null,
      payload: {
        task: task.id,
        outcome: choice.outcome,
        arrived_at: new Date().toISOString(),
        note: filled.words,
        ...standing(),
        ...(filled.pin && { pin: filled.pin }),
        ...(filled.typed?.met && { met_requester: true }),
      },
    });
  }
  if (choice.act) {
    things.push({
      kind: choice.act,
      case: found.number,
      title,
      base_version: seenAt(choice, found),
      payload: details(choice, filled),
      after: proof?.id ?? null,
    });
  }
  return things;
}
