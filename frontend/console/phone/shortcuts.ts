/** The keys of the telephone desk; each is shown where it acts. Pure. */

export type Shortcut =
  | { kind: "choose"; digit: number }
  | { kind: "file" | "aside" | "drop" | "urgent" | "nature" | "lacking" };

type Pressed = Pick<
  KeyboardEvent,
  "key" | "code" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey" | "isComposing"
>;

const PLAIN = { F2: "urgent", F4: "nature", F8: "lacking", F9: "aside" } as const;

/** What a key asks for; nothing while a Chinese word is being put together. */
export function shortcut(pressed: Pressed): Shortcut | undefined {
  const { key, code, ctrlKey, metaKey, altKey, shiftKey, isComposing } = pressed;
  if (isComposing || shiftKey) return undefined;
  if ((ctrlKey || metaKey) && !altKey && key === "Enter") return { kind: "file" };
  if (ctrlKey || metaKey) return undefined;
  if (altKey) {
    const digit = /^(?:Digit|Numpad)([1-8])$/.exec(code)?.[1];
    if (digit) return { kind: "choose", digit: Number(digit) };
    return key === "Backspace" ? { kind: "drop" } : undefined;
  }
  const kind = PLAIN[key as keyof typeof PLAIN] as (typeof PLAIN)[keyof typeof PLAIN] | undefined;
  return kind && { kind };
}
