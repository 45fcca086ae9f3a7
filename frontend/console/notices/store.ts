/** What our bodies are told: unread first, fetched when the page opens and whenever something is said. */
import { reactive } from "vue";
import { getJson, postJson, Refusal } from "../../shared/api";
import type { Body } from "../contract";

export interface Notice {
  id: number;
  kind: string;
  organization: Body;
  words: Record<string, string>;
  case: string | null;
  change_set: string | null;
  created_at: string;
  read_at: string | null;
}

export const notices = reactive({
  rows: [] as Notice[],
  refusal: undefined as Refusal | undefined,
});

export const unread = (): number => notices.rows.filter((one) => !one.read_at).length;

export async function loadNotices(): Promise<void> {
  try {
    const page = await getJson<{ results: Notice[] }>("/api/v1/notices/", { limit: 50 });
    notices.rows = page.results;
    notices.refusal = undefined;
  } catch (failure) {
    notices.refusal = failure instanceof Refusal ? failure : new Refusal("page_error", 0, "");
  }
}

/** Say that one was read; it stays in the list. */
export async function read(notice: Notice): Promise<void> {
  if (notice.read_at) return;
  notice.read_at = new Date().toISOString();
  try {
    await postJson(`/api/v1/notices/${String(notice.id)}/read/`, {});
  } catch {
    notice.read_at = null; // unread still: it is told again
  }
}
