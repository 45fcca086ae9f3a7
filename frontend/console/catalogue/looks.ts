/** How limits and fields of the catalogue are said. */
import { Refusal } from "../../shared/api";
import { language } from "../../shared/language";
import { tell, tellOr } from "./words";

const UNITS = {
  min: ["分钟", "min"],
  h: ["小时", "h"],
  wh: ["个工作时", "work hours"],
  wd: ["个工作日", "work days"],
} as const;

/** `5wd` as people say it; what is no limit as it is. */
export function limitInWords(limit: string): string {
  if (!limit) return "—";
  const found = /^(\d+)(min|h|wh|wd)$/.exec(limit);
  if (!found) return limit;
  const english = language.value === "en";
  const unit = UNITS[found[2] as keyof typeof UNITS][english ? 1 : 0];
  const one = english && found[1] === "1";
  return `${found[1] ?? ""} ${one ? unit.replace(/s$/, "") : unit}`;
}

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
