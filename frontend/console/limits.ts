/** Limits as people say them. */
import { language } from "../shared/language";

const UNITS = {
  min: ["分钟", "min"],
  h: ["小时", "h"],
  d: ["天", "days"],
  wh: ["个工作时", "work hours"],
  wd: ["个工作日", "work days"],
} as const;

/** `5wd` as people say it; what is no limit as it is. */
export function limitInWords(limit: string): string {
  if (!limit) return "—";
  const found = /^(\d+)(min|h|d|wh|wd)$/.exec(limit);
  if (!found) return limit;
  const english = language.value === "en";
  const unit = UNITS[found[2] as keyof typeof UNITS][english ? 1 : 0];
  const one = english && found[1] === "1";
  return `${found[1] ?? ""} ${one ? unit.replace(/s$/, "") : unit}`;
}
