/** Colours of the states of a handover: the console's groups, told apart on map and list. */
import { HANDOVER_COLOURS, HANDOVER_STATES, type HandoverGroup } from "../console/map/groups";
import type { HandoverState } from "./contract";

const GROUP_OF: Partial<Record<string, HandoverGroup>> = Object.fromEntries(
  Object.entries(HANDOVER_STATES).flatMap(([group, states]) =>
    states.map((state) => [state, group as HandoverGroup]),
  ),
);

/** Which of the console's groups a state belongs to; a project never handed over is one of its own. */
export function groupOf(state: HandoverState): HandoverGroup | "open" {
  return state === "not_handed_over" ? "open" : (GROUP_OF[state] ?? "none");
}

/** The colour of a state's point. */
export function colourOf(state: HandoverState): string {
  const group = groupOf(state);
  return group === "open" ? "#3f5f8a" : HANDOVER_COLOURS[group];
}
