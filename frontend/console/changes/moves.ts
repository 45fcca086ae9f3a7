/** What changes hands: who gives, who gains, and the colour each new body has on the map. */
import { BODY_COLOURS, OTHER_BODY_COLOUR } from "../map/groups";
import type { Body } from "../contract";
import type { Impact, ImpactRow, Move } from "./contract";

export const NOBODY = "";

export const keyOf = (move: { from: Body | null; to: Body | null }): string =>
  `${move.from?.code ?? NOBODY}→${move.to?.code ?? NOBODY}`;

/** The colour of each body that gains, the one that gains most first. */
export function colours(moves: readonly Move[]): Map<string, string> {
  const gains = new Map<string, number>();
  for (const { to, facilities, cases } of moves) {
    const code = to?.code ?? NOBODY;
    gains.set(code, (gains.get(code) ?? 0) + facilities + cases);
  }
  const order = [...gains].sort(([a, x], [b, y]) => y - x || a.localeCompare(b));
  return new Map(
    order.map(([code], index) => [code, BODY_COLOURS[index] ?? OTHER_BODY_COLOUR] as const),
  );
}

export interface Balance {
  body: Body | null;
  gains: number;
  loses: number;
}

/** For each body how many facilities and cases come and go, the largest change first. */
export function balances(impact: Impact): Balance[] {
  const told = new Map<string, Balance>();
  const of = (body: Body | null) => {
    const code = body?.code ?? NOBODY;
    const known = told.get(code) ?? { body, gains: 0, loses: 0 };
    told.set(code, known);
    return known;
  };
  for (const { from, to, facilities, cases } of impact.moves) {
    of(from).loses += facilities + cases;
    of(to).gains += facilities + cases;
  }
  const size = ({ gains, loses }: Balance) => Math.abs(gains - loses);
  return [...told.values()].sort((a, b) => size(b) - size(a));
}

/** What a row is known by: a facility's code or a case's number. */
export const nameOf = (row: ImpactRow): string => row.number ?? row.code ?? "";
