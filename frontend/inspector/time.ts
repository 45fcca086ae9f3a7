/** Times as people say them: what is left, what is over, at what hour. */
import { ref } from "vue";
import { cityMoment } from "../shared/city-time";
import { say } from "./words";

/** The minute we are in; screens that say what is left look at it. */
export const now = ref(Date.now());
setInterval(() => {
  now.value = Date.now();
}, 30_000);

/** A span in two units at most. */
export function span(milliseconds: number): string {
  const minutes = Math.max(1, Math.round(Math.abs(milliseconds) / 60_000));
  if (minutes < 60) return say("minutes", { n: minutes });
  const hours = Math.floor(minutes / 60);
  if (hours < 24) {
    const rest = minutes % 60;
    return rest ? say("hoursMinutes", { h: hours, m: rest }) : say("hours", { n: hours });
  }
  const days = Math.floor(hours / 24);
  const rest = days < 7 ? hours % 24 : 0;
  return rest ? say("daysHours", { d: days, h: rest }) : say("days", { n: days });
}

/** "还剩 3 小时", "已超时 2 天". */
export function untilDue(due: string, at = now.value): string {
  const left = Date.parse(due) - at;
  return say(left >= 0 ? "left" : "overdue", { time: span(left) });
}

export type Pressure = "calm" | "warning" | "overdue";

/** How pressing a limit is: over; within an hour or the last fifth of its time; or neither. */
export function pressure(due: string | null, since: string, at = now.value): Pressure {
  if (!due) return "calm";
  const left = Date.parse(due) - at;
  if (left < 0) return "overdue";
  const whole = Date.parse(due) - Date.parse(since);
  return left < 3600_000 || left < whole / 5 ? "warning" : "calm";
}

/** Day and hour in city time, the day left out when it is today. */
export const moment = (at: string): string => cityMoment(at);
