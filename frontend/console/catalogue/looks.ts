/** How fields of the catalogue are said. */
import { Refusal } from "../../shared/api";
import { language } from "../../shared/language";
import { tell, tellOr } from "./words";

/** What a field says, before or after a change. */
export function shown(field: string, value: unknown): string {
  if (value === null || value === undefined || value === "") return tell("blank");
  if (Array.isArray(value)) {
    return value.length ? value.join(language.value === "en" ? ", " : "、") : tell("blank");
  }
  if (typeof value === "object") return String((value as { name?: string }).name ?? "");
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return tellOr(`${field}_${text}`, text);
}

export const refusalOf = (failure: unknown): Refusal =>
  failure instanceof Refusal ? failure : new Refusal("page_error", 0, String(failure));

/** Why something could not be loaded, in words. */
export const whyOf = (refusal: Refusal): string => refusal.message || tell("offline");
