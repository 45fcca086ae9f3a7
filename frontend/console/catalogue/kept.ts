/** What is typed into a form is kept through errors and reloads, until it is sent or given up. */
import { reactive, watch } from "vue";

const PREFIX = "lamplighter-catalogue-";

/** The form as it was left, else as given; `restored` says which. `forget` when it was sent. */
export function keptForm<T extends object>(
  key: string,
  given: T,
): { form: T; restored: boolean; forget: () => void } {
  let before: Partial<T> | undefined;
  try {
    before = JSON.parse(sessionStorage.getItem(PREFIX + key) ?? "null") as Partial<T> | undefined;
  } catch {
    before = undefined;
  }
  const form = reactive({ ...given, ...(before ?? {}) }) as T;
  const stop = watch(
    () => JSON.stringify(form),
    (text) => {
      try {
        sessionStorage.setItem(PREFIX + key, text);
      } catch {
        /* a full or forbidden store keeps nothing; the form itself stays */
      }
    },
  );
  return {
    form,
    restored: Boolean(before),
    forget: () => {
      stop();
      sessionStorage.removeItem(PREFIX + key);
    },
  };
}
