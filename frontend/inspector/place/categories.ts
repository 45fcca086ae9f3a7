/** The catalogue's categories, loaded once; found by any part of their name or code. */
import { ref } from "vue";
import { getJson } from "../../shared/api";
import type { Category } from "../contract";

const MOST = 1000;

export const categories = ref<Category[]>([]);
export const categoriesFailed = ref(false);

export async function loadCategories(): Promise<void> {
  if (categories.value.length) return;
  try {
    const { results } = await getJson<{ results: Category[] }>("/api/v1/categories/", {
      limit: MOST,
    });
    const parents = new Set(results.map((one) => one.parent));
    categories.value = results.filter(
      (one) => !parents.has(one.code) && !one.superseded, // classes are no answer
    );
    categoriesFailed.value = false;
  } catch {
    categoriesFailed.value = true;
  }
}

/** Names that begin with it first, then those that hold it, then codes. */
export function findCategories(all: Category[], words: string, most = 8): Category[] {
  const sought = words.trim().toLowerCase();
  if (!sought) return [];
  const rank = (one: Category): number => {
    const name = one.name.toLowerCase();
    if (name === sought) return 0;
    if (name.startsWith(sought)) return 1;
    if (name.includes(sought)) return 2;
    return one.code.startsWith(sought) ? 3 : 4;
  };
  return all
    .map((one) => ({ one, rank: rank(one) }))
    .filter((found) => found.rank < 4)
    .sort((a, b) => a.rank - b.rank || a.one.name.length - b.one.name.length)
    .slice(0, most)
    .map((found) => found.one);
}
