/** What was typed and not yet sent, kept across reloads, for each person and place of typing. */
import { ref, watch, type Ref } from "vue";
import { queue } from "./queue/queue";

const PREFIX = "lamplighter-draft";

function nameOf(place: string): string {
  return `${PREFIX}:${queue.user}:${place}`;
}

/** A value that survives a reload; a full or forbidden store only loses that. */
export function draft<T>(place: string, first: T): Ref<T> {
  const name = nameOf(place);
  let kept = first;
  try {
    const text = localStorage.getItem(name);
    if (text !== null) kept = JSON.parse(text) as T;
  } catch {
    kept = first;
  }
  const value = ref(kept) as Ref<T>;
  watch(
    value,
    (now) => {
      write(name, now);
    },
    { deep: true },
  );
  return value;
}

/** Put words back to where they were typed. */
export function putBack(place: string, value: unknown): void {
  write(nameOf(place), value);
}

/** An act, and of several undertakings the one it is about; without an act it is a visit. */
export function typedFor(act: string | undefined, undertaking?: unknown): string {
  return [act ?? "visit", undertaking].filter((one) => one !== undefined).join(":");
}

/** Where the words of an act upon a case are typed. */
export function wordsOf(number: string, act: string): string {
  return `words:${number}:${act}`;
}

/** Where the fields beside its words are filled in. */
export function fieldsOf(number: string, act: string): string {
  return `fields:${number}:${act}`;
}

export function forget(place: string): void {
  try {
    localStorage.removeItem(nameOf(place)); // once it is in the queue
  } catch {
    return;
  }
}

function write(name: string, value: unknown): void {
  try {
    localStorage.setItem(name, JSON.stringify(value));
  } catch {
    return; // only a reload would lose it; what is on the screen stays
  }
}
