/** Open cases that may be the same matter as the one that is open; asked anew when it changes. */
import { reactive } from "vue";
import { getJson } from "../../../shared/api";
import type { CaseWhole } from "../contract";
import type { Candidate } from "./contract";

export const candidates = reactive({
  of: "",
  found: [] as Candidate[],
  failed: false,
});

const OPEN = new Set(["reported", "verified", "filed", "dispatched", "accepted"]);
let underway: AbortController | undefined;

/** Ask, unless the case has ended or its work is done. What was found stays until the new is there. */
export async function lookFor(whole: CaseWhole): Promise<void> {
  underway?.abort();
  if (candidates.of !== whole.number) candidates.found = [];
  candidates.of = whole.number;
  candidates.failed = false;
  if (!OPEN.has(whole.state)) {
    candidates.found = [];
    return;
  }
  const mine = new AbortController();
  underway = mine;
  try {
    const { results } = await getJson<{ results: Candidate[] }>(
      "/api/v1/cases/candidates/",
      { case: whole.number },
      mine.signal,
    );
    candidates.found = results;
  } catch {
    if (!mine.signal.aborted) candidates.failed = true;
  }
}
