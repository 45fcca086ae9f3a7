/** Where the responsibility sheet of a question is. */
import { queryOf } from "../../shared/api";
import type { Language } from "../../shared/language";
import type { Manner, Question } from "../store";

/** The sheet of what is asked here; the server says in which language it can be read. */
export function sheetOf(question: Question, manner: Manner, lang: Language): string {
  const { lon, lat, category, facility } = question;
  return `/sheets/responsibility.pdf${queryOf({ lon, lat, category, facility, at: manner.at, lang })}`;
}

export const sheetOfCase = (number: string, lang: Language): string =>
  `/sheets/cases/${encodeURIComponent(number)}.pdf${queryOf({ lang })}`;

/** The written report of a case to the leader in charge: to read and sign, or to edit on. */
export const reportOfCase = (number: string, kind: "pdf" | "docx", lang: Language): string =>
  `/sheets/cases/${encodeURIComponent(number)}/report.${kind}${queryOf({ lang })}`;
