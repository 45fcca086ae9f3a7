/** What our bodies are told: unread first, fetched when the page opens and whenever something is said. */
import { reactive } from "vue";
import { getJson, postJson, Refusal } from "../../shared/api";
import type { Body } from "../contract";

export interface Notice {
  id: number;
  kind: string;
  organization: Body;
  words: Record<string, string>;
  /** Null where nothing was published: records of the ground began or ceased to hold. */
  change_set: string | null;
  /** The number of the case that it is about. */
  case: string | null;
  at: string;
  unread: boolean;
}

export const notices = reactive({
  rows: [] as Notice[],
  refusal: undefined as Refusal | undefined,
});

export const unread = (): number => notices.rows.filter((one) => one.unread).length;

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
  if (!notice.unread) return;
  notice.unread = false;
  try {
    await postJson(`/api/v1/notices/${String(notice.id)}/read/`, {});
  } catch {
    notice.unread = true; // it is told again
  }
}
