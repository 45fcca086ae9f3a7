/** A task in few words: what, where, how far. */
import { number } from "../../shared/language";
import type { Task } from "../contract";
import type { Near } from "../tasks";
import { say, sayOr } from "../words";

const HERE_M = 15;

export function kindWords(task: Pick<Task, "kind" | "kind_name">): string {
  return sayOr(`kind_${task.kind}`, task.kind_name);
}

/** Metres as one says them: to ten metres on foot, to a tenth of a kilometre beyond. */
export function distanceWords(metres: number): string {
  if (metres < 100) return say("metres", { m: number(Math.round(metres)) });
  if (metres < 995) return say("metres", { m: number(Math.round(metres / 10) * 10) });
  return say("kilometres", { km: number(metres / 1000, metres < 10_000 ? 1 : 0) });
}

export function awayWords(near: Pick<Near, "distance" | "direction">): string {
  if (near.distance === undefined || !near.direction) return "";
  if (near.distance < HERE_M) return say("here");
  return say("away", {
    direction: say(`dir_${near.direction}`),
    distance: distanceWords(near.distance),
  });
}

/** Where it is: the facility, then the road and community the server names. */
export function whereWords(task: Task): string {
  const facility = task.facility_name ?? "";
  return [facility, task.place_words ?? ""].filter(Boolean).join(" · ") || say("unknownPlace");
}
