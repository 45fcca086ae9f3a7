/** From a choice on the screen to things in the queue: photos first, then the visit, then the act. */
import type { Case, Task } from "../contract";
import type { Spot } from "../place/geometry";
import { position } from "../place/position";
import type { NewOperation } from "../queue/keep";
import { newId, type Photo } from "../queue/records";
import type { Choice } from "./choices";

export interface Filled {
  words: string;
  pin?: Spot | undefined;
  to?: string;
  grounds?: string;
  category?: string;
  solved?: boolean;
}

/** Where I am now, as a visit takes it; nothing if that is not known. */
export function standing(): Record<string, unknown> {
  const fix = position.fix;
  if (!fix) return {};
  return { lon: fix.lon, lat: fix.lat, accuracy_m: fix.accuracy_m, datum: fix.datum };
}

/** All photos that were not sent yet, as one operation. */
export function evidence(number: string, title: string, photos: Photo[]): NewOperation {
  const ids = photos.map(({ id }) => id);
  return { id: newId(), kind: "add_evidence", case: number, title, photos: ids };
}

function details(choice: Choice, filled: Filled): Record<string, unknown> {
  return {
    ...(filled.words && { reason: filled.words }),
    ...(choice.extra === "pin" && filled.pin && { ...filled.pin, datum: "wgs84" }),
    ...(choice.extra === "body" && { to: filled.to }),
    ...(choice.extra === "grounds" && {
      grounds: filled.grounds,
      ...(filled.to && { to: filled.to }),
    }),
    ...(choice.extra === "category" && filled.category && { category: filled.category }),
    ...(choice.extra === "solved" && { solved: filled.solved ?? true }),
  };
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
      },
    });
  }
  if (choice.act) {
    things.push({
      kind: choice.act,
      case: found.number,
      title,
      base_version: found.version,
      payload: details(choice, filled),
      after: proof?.id ?? null,
    });
  }
  return things;
}
