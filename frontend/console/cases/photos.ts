/** Every photo of a case in one row: its evidence, then what citizens sent along. */
import type { CaseWhole, Photo } from "./contract";

export function photosOf(whole: CaseWhole): Photo[] {
  return [...whole.evidence, ...whole.requests.flatMap(({ evidence }) => evidence ?? [])];
}
