/** What the big button does: a photo that is missing comes before the act that needs it. */
import type { Purpose } from "../queue/records";
import { say } from "../words";
import { ARRIVE, type Choice } from "./choices";

export interface Next {
  photo?: Purpose;
  choice?: Choice;
}

/** `missing` is the first photo that is not taken yet; `isFree` whether a step is not on its way already. */
export function nextOf(
  first: Choice | undefined,
  missing: Purpose | undefined,
  arrived: boolean,
  isFree: (one: Choice) => boolean,
): Next | undefined {
  if (!first) return undefined;
  if (isFree(first)) return first.photo && missing ? { photo: missing } : { choice: first };
  // Accepted here, and not yet sent: a crew goes on all the same.
  if (first.key !== "accept") return undefined;
  if (!arrived) return isFree(ARRIVE) ? { choice: ARRIVE } : undefined;
  return missing && { photo: missing };
}

export function nextWords(next: Next | undefined): string {
  const { photo, choice } = next ?? {};
  if (photo === "before" || photo === "after") return say(`do_${photo}`);
  if (photo === "verify" || photo === "check") return say(`do_${photo}_photo`);
  return choice ? say(`do_${choice.key}` as "do_accept") : "";
}
