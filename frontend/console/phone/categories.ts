/** Categories found by their name, its pinyin or the pinyin's initials, in the page itself. */
import { getJson } from "../../shared/api";
import type { CategoryName } from "./contract";

const SHOWN = 8;
let asked: Promise<CategoryName[]> | undefined;

/** All that a report may be of; fetched once, and again after a failure. */
export function allCategories(): Promise<CategoryName[]> {
  asked ??= getJson<{ results: CategoryName[] }>("/console/categories.json").then(
    ({ results }) => results,
    (failure: unknown) => {
      asked = undefined;
      throw failure;
    },
  );
  return asked;
}

/** How well the letters fit, 0 best; undefined: not at all. */
function rank(one: CategoryName, typed: string): number | undefined {
  const name = one.name.toLowerCase();
  if (name === typed || one.code === typed || one.initials === typed) return 0;
  if (name.startsWith(typed) || one.initials.startsWith(typed)) return 1;
  if (one.code.startsWith(typed) || one.sound.startsWith(typed)) return 2;
  if (name.includes(typed)) return 3;
  if (one.was?.some((former) => former.toLowerCase().startsWith(typed))) return 3;
  if (typed.length > 1 && (one.initials.includes(typed) || one.sound.includes(typed))) return 4;
  return undefined;
}

/** The best of them; shorter names first. */
export function fitting(all: readonly CategoryName[], words: string): CategoryName[] {
  const typed = words.normalize("NFKC").toLowerCase().replace(/\s/g, "");
  return all
    .map((one) => ({ one, rank: rank(one, typed) }))
    .filter((each): each is { one: CategoryName; rank: number } => each.rank !== undefined)
    .sort((a, b) => a.rank - b.rank || a.one.name.length - b.one.name.length)
    .slice(0, SHOWN)
    .map(({ one }) => one);
}
