/** Which screen is shown: kept in the address after `#`, so that the phone's own back button works. */
import { reactive } from "vue";

export type ScreenName = "tasks" | "map" | "task" | "case" | "report" | "queue" | "me";
const SCREENS: readonly string[] = ["tasks", "map", "task", "case", "report", "queue", "me"];

export const route = reactive({ name: "tasks" as ScreenName, id: "" });

function read(): void {
  const [, name = "", id = ""] = location.hash.split("/");
  route.name = SCREENS.includes(name) ? (name as ScreenName) : "tasks";
  route.id = decodeURIComponent(id);
}

export function startRouting(): void {
  addEventListener("hashchange", read);
  read();
}

export function address(name: ScreenName, id: string | number = ""): string {
  return id === "" ? `#/${name}` : `#/${name}/${encodeURIComponent(id)}`;
}

export function go(name: ScreenName, id: string | number = ""): void {
  location.hash = address(name, id);
}
