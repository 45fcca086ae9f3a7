/** Which language the page speaks: zh-Hans first, English complete, one cookie with the server. */
import { computed, ref } from "vue";

export type Language = "zh-Hans" | "en";

const SERVER_NAMES: Record<Language, string> = { "zh-Hans": "zh-hans", en: "en" };
const A_YEAR_S = 31_536_000;

export function asLanguage(word: string | null | undefined): Language | undefined {
  if (!word) return undefined;
  return word.toLowerCase().startsWith("zh") ? "zh-Hans" : "en";
}

export const language = ref<Language>("zh-Hans");

/** Speak another language here, and on every page of the server from now on. */
export function speak(next: Language): void {
  language.value = next;
  document.documentElement.lang = next;
  document.cookie = `django_language=${SERVER_NAMES[next]}; path=/; max-age=${String(A_YEAR_S)}; samesite=lax`;
}

/** Words of one screen, complete in both languages; `{name}` is filled in. */
export function dictionary<K extends string>(words: Record<Language, Record<K, string>>) {
  const current = computed(() => words[language.value]);
  return (key: K, values: Record<string, string | number> = {}): string =>
    current.value[key].replace(/\{(\w+)\}/g, (whole, name: string) =>
      name in values ? String(values[name]) : whole,
    );
}

/** A number as the reader writes it. */
export function number(value: number, digits = 0): string {
  return value.toLocaleString(language.value === "en" ? "en" : "zh-CN", {
    maximumFractionDigits: digits,
  });
}
