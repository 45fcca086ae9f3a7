/** What is sent of a call. Pure. */
import type { Found } from "../contract";
import type { Word } from "../words";
import type { Call } from "./call";

/** The body of the report, and what is missing: `text`, or a place (that can do without). */
export function reportOf(given: Call): {
  body: Record<string, unknown>;
  missing?: Word;
  field?: "text" | "where";
} {
  const { place, category, nature, urgency, kind } = given;
  const [phone, name, where] = [given.phone.trim(), given.name.trim(), given.where.trim()];
  const said = given.text.trim();
  // A place that was said but not found is not lost: it stands in the text.
  const text = place || !where || !said ? said : `${said}（地点：${where}）`;
  const facility = place?.kind === "facility" && place.code;
  const requester = {
    ...(name && { name }),
    ...(phone && { phone }),
    ...(kind === "enterprise" && { kind }),
  };
  const call = {
    ...(given.answeredAt && { answered_at: given.answeredAt }),
    ...(given.notedAt && { noted_at: given.notedAt }),
    ...(given.sortedAt && { sorted_at: given.sortedAt }),
    details_lacking: given.lacking,
  };
  const body = {
    channel: "phone",
    urgency,
    text,
    ...(category && { category }),
    ...(nature && { nature }),
    ...(place && { lon: place.lon, lat: place.lat, accuracy_m: accuracyOf(place) }),
    ...(facility && { facility }),
    ...(Object.keys(requester).length && { requester }),
    ...(given.joins && { joins: given.joins }),
    call,
  };
  if (!said) return { body, missing: "newTextMissing", field: "text" };
  if (!place && nature !== "enquiry" && nature !== "praise") {
    return { body, missing: "phoneNoPlace", field: "where" };
  }
  return { body };
}

const LARGEST_M = 200;
const DEGREE_M = 111_320;

/** How far off the place may be: a whole street or area is not a point, but a caller means a part of it. */
export function accuracyOf({ kind, bounds, lat }: Found): number {
  if (!bounds || kind === "facility") return kind === "crossing" ? 20 : 0;
  const [west, south, east, north] = bounds;
  const across = (east - west) * Math.cos((lat * Math.PI) / 180);
  return Math.min(LARGEST_M, Math.round((Math.hypot(across, north - south) * DEGREE_M) / 2));
}

/** The digits of a number as it was typed, pasted or handed over by the exchange. */
export function digitsOf(phone: string): string {
  return phone
    .normalize("NFKC")
    .replace(/^\s*(\+|00)86/, "")
    .replace(/\D/g, "");
}

/** Whether the number is whole, so that its history may be asked without waiting for Enter. */
export function isWhole(phone: string): boolean {
  return /^1\d{10}$/.test(digitsOf(phone));
}

/** A tracking code as it is read out: 2345 6789 BCDFG. */
export function spelled(code: string): string {
  return code.replace(/(.{4})(.{4})(.*)/, "$1 $2 $3");
}
