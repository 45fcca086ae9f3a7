/** Times as the city's clocks show them, wherever the reader's own clock stands. */
import { language } from "./language";

/** The city's time zone, as the page was told; the reader's own if it was not. */
export function cityZone(): string | undefined {
  return (globalThis as { document?: Document }).document?.documentElement.dataset.timezone;
}

/** The day as the city counts it: 2026-11-21. */
export function cityDay(at: string | number, zone = cityZone()): string {
  return new Date(at).toLocaleDateString("sv-SE", { timeZone: zone });
}

/** The hour today; the day before it on other days, and the year in other years. */
export function cityMoment(at: string, now = Date.now(), zone = cityZone()): string {
  const [day, today] = [cityDay(at, zone), cityDay(now, zone)];
  const year = day.slice(0, 4) === today.slice(0, 4) ? {} : { year: "numeric" as const };
  const date = language.value === "en" ? ({ month: "short", day: "numeric" } as const) : NUMBERS;
  return new Date(at).toLocaleString(language.value === "en" ? "en-GB" : "zh-CN", {
    ...(day === today ? {} : { ...year, ...date }),
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZone: zone,
  });
}

const NUMBERS = { month: "2-digit", day: "2-digit" } as const;
