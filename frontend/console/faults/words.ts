/** A fault in a line: what it is called, how large it is, whom it concerns. */
import { number } from "../../shared/language";
import { say } from "../words";
import type { Fault } from "./contract";

const CODES_SHOWN = 3;

export function nameOf(fault: Fault): string {
  if (!fault.codes.length) return say("faultNoCode");
  const more = fault.codes.length - CODES_SHOWN;
  const shown = fault.codes.slice(0, CODES_SHOWN).join(" / ");
  return more > 0 ? `${shown} +${String(more)}` : shown;
}

export function sizeOf(fault: Fault): string {
  const { area_m2: area } = fault;
  if (area <= 0) return "";
  if (area >= 10_000) return say("hectares", { n: number(area / 10_000, 1) });
  return say("squareMetres", { n: number(area, area < 10 ? 2 : 0) });
}

export function whoOf(fault: Fault): string {
  return fault.organizations.map(({ name }) => name).join(" ↔ ");
}
