/** How the kinds of faults look: as the ground report's own map draws them. */
import type { FaultKind } from "./contract";

export const COLOURS: Record<FaultKind, string> = {
  contested: "#a8321f",
  overlaps: "#c2620b",
  uncovered: "#6a4590",
  unproven: "#1f5c99",
  gaps: "#7d2447",
  crossings: "#80570a",
  slivers: "#55606a",
};
