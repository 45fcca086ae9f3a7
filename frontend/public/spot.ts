/** A position in words. */
import { say } from "./words";

export interface Spot {
  inside: boolean;
  community: string;
  near: string;
}

/** 瞿塘社区，同丰路附近 */
export function placeInWords(spot: Spot, lang?: string): string {
  const near = spot.near ? say("near", { place: spot.near }, lang) : "";
  const parts = [spot.community, near].filter(Boolean);
  if (!parts.length) return say("unnamed", {}, lang);
  const english = (lang ?? document.documentElement.lang) === "en";
  return parts.join(english ? ", " : "，");
}
