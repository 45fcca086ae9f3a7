/** The bodies of the city, loaded once for whoever has to name one; without the network one types the name. */
import { ref } from "vue";
import { getJson } from "../../shared/api";
import type { Body } from "../contract";

const MOST = 1000;

export const bodies = ref<Body[]>([]);

export async function loadBodies(): Promise<void> {
  if (bodies.value.length) return;
  try {
    const page = await getJson<{ results: Body[]; next: string | null }>("/api/v1/organizations/", {
      limit: MOST,
    });
    // A part of the list would call the rest unknown: then the server alone says what it knows.
    if (!page.next) bodies.value = page.results;
  } catch {
    return; // the name typed goes as it is
  }
}

/** Whether a name or code is of none of them; nobody knows while the list is not there. */
export function isUnknown(name: string, known: Body[] = bodies.value): boolean {
  return known.length > 0 && !known.some((one) => one.name === name || one.code === name);
}
