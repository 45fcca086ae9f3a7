/** Where a case lies, if the panel, the list or the map knows it. */
import { list } from "./list";
import { open } from "./open";

export function placeOf(number: string): [number, number] | null {
  if (!number) return null;
  if (open.number === number && open.place) return open.place;
  const row = list.rows.find((one) => one.number === number);
  if (row?.place) return row.place;
  const point = list.points.find(([one]) => one === number);
  return point ? [point[1], point[2]] : null;
}
