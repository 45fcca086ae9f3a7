/** Categories and bodies to choose from, fetched once when the first form needs them. */
import { shallowRef, type ShallowRef } from "vue";
import { getJson } from "../../shared/api";

export interface CategoryChoice {
  code: string;
  kind: "facility" | "matter";
  name: string;
  parent: string | null;
  /** Classes that it stands for; whether others stand for it. */
  formers?: { code: string; name: string }[];
  superseded?: boolean;
}

export interface BodyChoice {
  code: string;
  name: string;
  kind: string;
  /** The duty contact; blank: perhaps nobody takes what is sent there. */
  phone: string;
}

const MOST = "1000";

function once<T>(path: string): () => ShallowRef<T[]> {
  const rows = shallowRef<T[]>([]);
  let asked = false;
  return () => {
    if (!asked) {
      asked = true;
      void fetchAll<T>(path).then(
        (all) => {
          rows.value = all;
        },
        () => {
          asked = false; // the next form asks again
        },
      );
    }
    return rows;
  };
}

async function fetchAll<T>(path: string): Promise<T[]> {
  const all: T[] = [];
  let next: string | null = `${path}?limit=${MOST}`;
  while (next) {
    const page: { results: T[]; next: string | null } = await getJson(next);
    all.push(...page.results);
    next = page.next;
  }
  return all;
}

export const categories = once<CategoryChoice>("/api/v1/categories/");
export const organizations = once<BodyChoice>("/api/v1/organizations/");
