/** A word in passing: said aloud too, and gone by itself. */
import { ref } from "vue";

const SHOWN_MS = 2500;

export const toast = ref("");
let timer: ReturnType<typeof setTimeout> | undefined;

export function tell(words: string): void {
  toast.value = words;
  clearTimeout(timer);
  timer = setTimeout(() => {
    toast.value = "";
  }, SHOWN_MS);
}
