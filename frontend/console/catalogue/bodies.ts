/** The names of all bodies, to choose from while typing; read once. */
import { ref } from "vue";
import { getJson } from "../../shared/api";
import type { Body } from "../contract";
import type { Page } from "./contract";

export const bodies = ref<Body[]>([]);
let asked = false;

export async function loadBodies(): Promise<void> {
  if (asked) return;
  asked = true;
  try {
    const page = await getJson<Page<Body>>("/api/v1/organizations/", { limit: 1000 });
    bodies.value = page.results;
  } catch {
    asked = false; // names can be typed all the same; the next form asks again
  }
}
