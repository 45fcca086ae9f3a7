/** What this phone did to a case: what its screen shows of it, and what is on its way already. */
import { typedFor } from "../drafts";
import type { Operation } from "../queue/records";

const NEWS_MS = 3 * 60_000;
const FLAW_MS = 24 * 3600_000; // a photo that does not count is to be taken again

/** All that is not done, and of the rest the new and the flawed. */
export function oursOf(
  operations: Operation[],
  number: string | undefined,
  now: number,
): Operation[] {
  return operations.filter(
    (one) =>
      one.case !== null &&
      one.case === number &&
      (one.state !== "done" || (one.done_at ?? 0) > now - (isFlawed(one) ? FLAW_MS : NEWS_MS)),
  );
}

function isFlawed(one: Operation): boolean {
  return one.receipt?.evidence.some((told) => !told.accepted) ?? false;
}

/** On its way, or done since what is shown was asked for: the answer does not know it yet. */
export function queuedOf(ours: Operation[], shownSince: number): Operation[] {
  return ours.filter((one) => one.state !== "done" || (one.done_at ?? 0) >= shownSince);
}

/** Acts and outcomes that are on their way: not to be offered a second time. */
export function underWayOf(queued: Operation[]): Set<string> {
  return new Set(
    queued.map(({ kind, payload }) =>
      kind === "visit" ? String(payload["outcome"]) : typedFor(kind, payload["undertaking"]),
    ),
  );
}
