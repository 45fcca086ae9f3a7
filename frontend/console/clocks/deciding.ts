/** What is sent for an act upon the case of a row: pure, from what was typed to JSON, or what is missing. */

/** Acts that must say why. */
const REASONED = new Set([
  "refuse_extension",
  "refuse_parking",
  "refuse_exclusion",
  "unpark",
  "answer_supervision",
  "escalate_supervision",
  "end_supervision",
]);

export interface Row {
  case: string;
  organization?: { code: string };
  limit?: string;
  until?: string;
}

/** The empty form of an act upon a row. */
export function blank(row: Row): Record<string, string> {
  const [, amount = "1", unit = "wd"] = /^(\d+)(\w+)$/.exec(row.limit ?? "") ?? [];
  return { reason: "", amount, unit, citizen: "", until: row.until ?? "" };
}

export const needsReason = (act: string) => REASONED.has(act);

export type Lack = "reason" | "amount" | "until";

/** What an act takes beside the version one saw. */
export function bodyOf(
  act: string,
  row: Row,
  typed: Record<string, string>,
): { body: Record<string, unknown>; lack?: Lack } {
  const reason = (typed.reason ?? "").trim();
  const body: Record<string, unknown> = { reason };
  const whose = row.organization?.code;
  if (act === "approve_extension" || act === "refuse_extension") body.organization = whose;
  if (act === "approve_extension") {
    const amount = Math.floor(Number(typed.amount));
    if (!(amount >= 1)) return { body, lack: "amount" };
    body.limit = `${String(amount)}${typed.unit ?? "wd"}`;
    body.citizen = typed.citizen === "yes";
  }
  if (act === "approve_parking") {
    if (!typed.until) return { body, lack: "until" };
    body.until = typed.until;
  }
  return needsReason(act) && !reason ? { body, lack: "reason" } : { body };
}
