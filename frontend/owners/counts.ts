/** How many of what: from the groups the server counted, for the filters as they stand. */
import type { Group, HandoverState, Part } from "./contract";

export interface Chosen {
  part: Part | "";
  states: readonly HandoverState[];
  category: string;
}

function sum(groups: readonly Group[], fits: (group: Group) => boolean): number {
  return groups.reduce((total, group) => (fits(group) ? total + group.count : total), 0);
}

/** How many there would be with another part chosen; "" counts all. */
export function countOfPart(groups: readonly Group[], part: Part | "", chosen: Chosen): number {
  return sum(
    groups,
    (group) =>
      (!part || group.parts.includes(part)) &&
      (!chosen.category || group.category === chosen.category),
  );
}

/** How many stand in a state, of the part and category chosen. */
export function countOfState(
  groups: readonly Group[],
  state: HandoverState,
  chosen: Chosen,
): number {
  return sum(
    groups,
    (group) =>
      group.state === state &&
      (!chosen.part || group.parts.includes(chosen.part)) &&
      (!chosen.category || group.category === chosen.category),
  );
}

/** How many of a category, of the part and states chosen. */
export function countOfCategory(
  groups: readonly Group[],
  category: string,
  chosen: Chosen,
): number {
  return sum(
    groups,
    (group) =>
      group.category === category &&
      (!chosen.part || group.parts.includes(chosen.part)) &&
      (chosen.states.length === 0 || chosen.states.includes(group.state)),
  );
}
