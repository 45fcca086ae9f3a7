/** Who sits here, and in which roles. */
import { computed, reactive } from "vue";
import { getJson } from "../shared/api";

interface Me {
  name: string;
  roles: { role: string; organization: { code: string; name: string }; area: string }[];
}

export const me = reactive<Me & { known: boolean }>({ name: "", roles: [], known: false });

export async function meet(): Promise<void> {
  const answer = await getJson<Me>("/api/v1/me/").catch(() => undefined);
  if (answer) Object.assign(me, answer, { known: true });
}

const holds = (...roles: string[]) => me.roles.some(({ role }) => roles.includes(role));

/** The desk takes down what is said over the telephone. */
export const mayReport = computed(() => holds("dispatcher"));
export const isDesk = computed(() => holds("dispatcher"));

/** Who may draft a change of the ground: the desk or the administrator of the whole city. */
export const mayDraft = computed(() =>
  me.roles.some(({ role, area }) => !area && (role === "dispatcher" || role === "administrator")),
);

/** Who writes a case up for the leader in charge, and who reads that: the desk and the leaders. */
export const mayWriteUp = computed(() => holds("dispatcher", "leader"));
