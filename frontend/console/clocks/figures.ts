/** Figures in words. */
import { number } from "../../shared/language";
import { say } from "../words";
import type { Portion } from "./contract";
import { tell } from "./words";

/** A rate as a percentage, a dash where there is nothing to divide by. */
export const percent = ({ rate }: Portion) => (rate === null ? "—" : `${number(rate * 100, 2)}%`);

/** What it is made of. */
export const parts = ({ numerator, denominator }: Portion) =>
  `${number(numerator)} / ${number(denominator)}`;

const [MINUTE, HOUR, DAY] = [60, 3600, 86_400];

/** Seconds as one says them. */
export function seconds(length: number | null): string {
  if (length === null) return "—";
  if (length < MINUTE) return tell("secondsN", { n: number(length, 1) });
  if (length < HOUR) return tell("minutesN", { n: number(length / MINUTE, 1) });
  if (length < DAY) return tell("hoursN", { n: number(length / HOUR, 1) });
  return say("spanDays", { d: number(length / DAY, 1) });
}
