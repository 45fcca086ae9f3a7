/** A report being taken down; it stays while one looks at something else. */
import { reactive } from "vue";
import type { Word } from "../words";

export interface Report {
  text: string;
  category: string;
  channel: string;
  nature: string;
  urgency: "normal" | "urgent";
  name: string;
  phone: string;
  place: { lon: number; lat: number } | undefined;
  noPlace: boolean;
}

/** What the server answers to it. */
export interface Reported {
  code: string;
  tracking_code: string;
  case: string | null;
  why_no_case: { code: string; words: Record<string, string> } | null;
}

export function emptyReport(): Report {
  return {
    text: "",
    category: "",
    channel: "phone",
    nature: "unsure",
    urgency: "normal",
    name: "",
    phone: "",
    place: undefined,
    noPlace: false,
  };
}

export const report = reactive<Report>(emptyReport());

/** What is sent, and what is still missing. */
export function reportBody(given: Report): { body: Record<string, unknown>; missing?: Word } {
  const { category, nature, place, channel, urgency } = given;
  const [text, name, phone] = [given.text.trim(), given.name.trim(), given.phone.trim()];
  const body = {
    channel,
    urgency,
    text,
    ...(category && { category }),
    ...(nature !== "unsure" && { nature }),
    ...(place && { ...place, accuracy_m: 0 }),
    ...((name || phone) && { requester: { ...(name && { name }), ...(phone && { phone }) } }),
  };
  if (!text) return { body, missing: "newTextMissing" };
  if (!place && !given.noPlace) return { body, missing: "newPlaceMissing" };
  return { body };
}
