/** Doing an act: sent once, with the version one saw; what was typed is kept until it is done. */
import { reactive } from "vue";
import { postForm, postJson, Refusal } from "../../shared/api";
import type { CaseWhole, Feature } from "./contract";
import { fetchOpen, open, takeOver } from "./open";

const drafts = new Map<string, object>();

/** What was typed into the form of an act upon the open case: the same when it is opened again. */
export function draftOf<D extends object>(act: string, fresh: () => D): D {
  const key = `${open.number} ${act}`;
  const known = drafts.get(key);
  if (known) return known as D;
  const draft = reactive(fresh()) as D;
  drafts.set(key, draft);
  return draft;
}

let lastSent = { content: "", key: "" };

/** The same content goes out under the same key as long as nobody knows whether it was done. */
function keyFor(content: string): string {
  if (lastSent.content !== content) lastSent = { content, key: crypto.randomUUID() };
  return lastSent.key;
}

/** Carry out an act upon the open case; throws Refusal, and forgets the draft once it is done. */
export async function carryOut(act: string, given: Record<string, unknown>): Promise<void> {
  const number = open.number;
  const body = { base_version: open.whole?.version, ...given };
  const address = `/api/v1/cases/${encodeURIComponent(number)}/${act}/`;
  const key = keyFor(JSON.stringify([address, body]));
  try {
    const feature = await postJson<Feature<CaseWhole>>(address, body, key);
    lastSent = { content: "", key: "" };
    drafts.delete(`${number} ${act}`);
    if (open.number !== number) return;
    open.act = "";
    open.meanwhile = undefined;
    takeOver(feature);
    void fetchOpen();
  } catch (failure) {
    if (failure instanceof Refusal && !failure.unknown) lastSent = { content: "", key: "" };
    throw failure;
  }
}

/** Put a file forward as evidence of the open case. */
export async function sendFile(file: File, purpose: string): Promise<void> {
  const number = open.number;
  const form = new FormData();
  form.set("file", file);
  form.set("purpose", purpose);
  await postForm(`/api/v1/cases/${encodeURIComponent(number)}/add_evidence/`, form);
  drafts.delete(`${number} add_evidence`);
  if (open.number !== number) return;
  open.act = "";
  await fetchOpen();
}
