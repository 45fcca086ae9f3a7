/** The moment the clocks on the screen are read at; moves on by itself. */
import { ref } from "vue";

const STEP_MS = 15_000;

export const now = ref(Date.now());

setInterval(() => {
  now.value = Date.now();
}, STEP_MS);
