/** Filing a call: once, however often it is sent; what the network swallowed goes again by itself. */
import { reactive } from "vue";
import { postJson, Refusal } from "../../shared/api";
import { outbox, type Call } from "./call";
import type { Filed } from "./contract";
import { reportOf } from "./report";

const KEPT = 6;
const AGAIN_MS = 15_000;

export interface Done extends Filed {
  at: string;
  answered: boolean;
}

/** What was filed in this sitting, the last first. */
export const done = reactive<Done[]>([]);

/** File a call and, where an answer was chosen, answer it; throws Refusal. */
export async function file(call: Call): Promise<Done> {
  const { body } = reportOf(call);
  const content = JSON.stringify(body);
  const first = !call.sent;
  if (call.sent && call.sent !== content) call.key = crypto.randomUUID(); // it is another report now
  call.sent = content;
  const told = await postJson<{ id: string; properties: Filed }>(
    "/api/v1/requests/",
    body,
    call.key,
  ).catch((failure: unknown) => {
    if (first && failure instanceof Refusal && !failure.unknown) call.sent = ""; // not filed, for sure
    throw failure;
  });
  const filed = { ...told.properties, code: told.id };
  if (call.answer) {
    await postJson(
      `/api/v1/knowledge/${String(call.answer)}/answer/`,
      { request: filed.code },
      `${call.key}-answer`,
    );
  }
  const one = {
    ...filed,
    at: new Date().toISOString(),
    answered: Boolean(call.answer),
  };
  done.unshift(one);
  done.splice(KEPT);
  return one;
}

/** The caller heard the code: the last stage of the desk's clock. It is no matter if it fails. */
export async function tellFedBack(code: string): Promise<void> {
  await postJson(`/api/v1/requests/${code}/fed_back/`, {}).catch(() => undefined);
}

let timer: ReturnType<typeof setTimeout> | undefined;
let busy = false;

/** Send what waits; what the server refuses stays with its reason, until somebody takes it up again. */
export async function sendWaiting(): Promise<void> {
  clearTimeout(timer);
  if (busy) return;
  busy = true;
  for (const one of outbox.filter(({ refused }) => !refused)) {
    try {
      await file(one);
      outbox.splice(outbox.indexOf(one), 1);
    } catch (failure) {
      if (!(failure instanceof Refusal)) throw failure;
      if (!failure.unknown && failure.status !== 401) one.refused = failure.message || failure.code;
    }
  }
  busy = false;
  if (outbox.some(({ refused }) => !refused)) {
    timer = setTimeout(() => void sendWaiting(), AGAIN_MS);
  }
}
