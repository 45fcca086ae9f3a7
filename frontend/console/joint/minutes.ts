/** Who was there, one a line: `单位 姓名`, or a name alone. */
export function attendeesOf(text: string): { organization: string; name: string }[] {
  return text
    .split("\n")
    .map((line) => line.trim().replace(/[，,：:\s]+/g, " "))
    .filter(Boolean)
    .map((line) => {
      const cut = line.lastIndexOf(" ");
      return { organization: line.slice(0, Math.max(cut, 0)), name: line.slice(cut + 1) };
    });
}
