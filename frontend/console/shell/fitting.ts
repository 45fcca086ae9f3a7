/** Which names of a row fit into a space. */

/**
 * The indices that are shown: all if all fit; else as many from the left as leave space for the button
 * that holds the rest, with `current` in the place of the last one if it would be folded away.
 */
export function fitting(
  widths: readonly number[],
  button: number,
  space: number,
  current: number,
): number[] {
  const all = widths.map((_, index) => index);
  const sum = (indices: number[]) => indices.reduce((total, one) => total + (widths[one] ?? 0), 0);
  if (sum(all) <= space) return all;
  let shown = all;
  while (shown.length > 0 && sum(shown) + button > space) shown = shown.slice(0, -1);
  if (current < 0 || shown.includes(current)) return shown;
  while (shown.length > 0 && sum(shown) + (widths[current] ?? 0) + button > space) {
    shown = shown.slice(0, -1);
  }
  return [...shown, current];
}
