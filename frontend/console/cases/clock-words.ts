/** Clocks in words: how long is left, how long it is over, and how pressing that is. */
import { cityMoment } from "../../shared/city-time";
import { say, sayOr } from "../words";
import type { CaseProperties, Clock } from "./contract";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A span as one says it: minutes below an hour, hours and minutes below six, then hours, then days. */
export function span(ms: number): string {
  const length = Math.abs(ms);
  if (length < HOUR) return say("spanMinutes", { m: Math.floor(length / MINUTE) });
  const hours = Math.floor(length / HOUR);
  if (length < 6 * HOUR) {
    const minutes = Math.floor((length % HOUR) / MINUTE);
    return minutes
      ? say("spanHoursMinutes", { h: hours, m: minutes })
      : say("spanHours", { h: hours });
  }
  if (length < 2 * DAY) return say("spanHours", { h: hours });
  const days = Math.floor(length / DAY);
  const rest = Math.floor((length % DAY) / HOUR);
  return rest && days < 4
    ? say("spanDaysHours", { d: days, h: rest })
    : say("spanDays", { d: days });
}

export type Pressure = "calm" | "warning" | "overdue" | "over";

/** How a clock stands now: a running one that has passed its time is overdue, whatever was said earlier. */
export function pressure(clock: Clock, now: number): Pressure {
  if (clock.state === "met" || clock.state === "stopped") return "over";
  if (clock.state === "resting") return "calm";
  if (clock.state === "missed") return "overdue";
  if (clock.state === "overdue" || Date.parse(clock.due_at) < now) return "overdue";
  return clock.state === "warning" ? "warning" : "calm";
}

/** 剩余 2小时, 超时 3小时, 按时完成 … */
export function clockWords(clock: Clock, now: number): string {
  if (clock.state === "met") return say("clockMet");
  if (clock.state === "missed") return say("clockMissed");
  if (clock.state === "stopped") return say("clockStopped");
  if (clock.state === "resting") return say("clockResting");
  const left = Date.parse(clock.due_at) - now;
  return left >= 0
    ? say("clockLeft", { span: span(left) })
    : say("clockOver", { span: span(left) });
}

/** What a clock is for, in the reader's language. */
export function clockName(clock: Clock): string {
  return sayOr(`clock_${clock.clock}`, clock.name);
}

const RUNNING = new Set(["reported", "verified", "filed", "dispatched", "accepted", "handled"]);

/** The most pressing clock: as the server says, or, if it does not, from the case's own limits. */
export function mostPressing(one: CaseProperties): Clock | null {
  if (one.clock !== undefined) return one.clock;
  if (!RUNNING.has(one.state)) return null;
  const filing = one.state === "reported" || one.state === "verified";
  const due = filing ? (one.file_by ?? one.resolve_by) : one.resolve_by;
  if (!due) return null;
  return {
    clock: filing && one.file_by ? "file" : "citizen",
    name: "",
    due_at: due,
    state: "running",
  };
}

/** A moment as the desk reads it, in city time: the hour today, the day before that. */
export function moment(at: string | null | undefined, now = Date.now()): string {
  return at ? cityMoment(at, now) : "";
}

/** How long ago. */
export function ago(at: string, now: number): string {
  const length = now - Date.parse(at);
  return length < MINUTE ? say("agoNow") : say("ago", { span: span(length) });
}
