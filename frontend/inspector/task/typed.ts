/** What an act's fields hold beside its words: as typed, as the server takes it, and read back from that. */
import { cityDay } from "../../shared/city-time";
import type { Word } from "../words";
import type { Choice } from "./choices";

export const GROUNDS = ["not_our_area", "not_our_duty", "not_ours", "other"] as const;
export const UNITS = ["wd", "wh", "h"] as const;
export const WAYS = ["phone", "visit", "message", "letter"] as const;

export interface Typed {
  to: string;
  grounds: (typeof GROUNDS)[number];
  category: string;
  solved: boolean;
  met: boolean;
  /** How much more time; a field that was emptied holds "". */
  amount: number | "";
  unit: (typeof UNITS)[number];
  /** A day, as the browser writes it: 2026-11-21. */
  until: string;
  way: (typeof WAYS)[number];
  reached: boolean;
}

export function freshTyped(category: string | null): Typed {
  return {
    to: "",
    grounds: "not_ours",
    category: category ?? "",
    solved: true,
    met: false,
    amount: 1,
    unit: "wd",
    until: "",
    way: "phone",
    reached: true,
  };
}

/** Acts that name another body; of a return only if one knows better. */
export function namesBody({ extra }: Choice): boolean {
  return extra === "body" || extra === "order" || extra === "grounds";
}

/** The first day until which a case can rest. */
export function tomorrow(now = Date.now()): string {
  return cityDay(now + 24 * 3600_000);
}

/** The field that is still to be filled in, by its label. */
export function lacking({ key, extra }: Choice, typed: Typed): Word | undefined {
  switch (extra) {
    case "body":
    case "order":
      return typed.to.trim() ? undefined : (`body_${key}` as "body_stop_work");
    case "category":
      return typed.category ? undefined : "reportCategory";
    case "limit":
      return Number(typed.amount) >= 1 ? undefined : "extensionAmount";
    case "until":
      return typed.until ? undefined : "parkingUntil";
    default:
      return undefined;
  }
}

/** What the server is told of it. */
export function detailsOf({ extra }: Choice, typed: Typed): Record<string, unknown> {
  switch (extra) {
    case "body":
      return { to: typed.to.trim() };
    case "order":
      return { organization: typed.to.trim() };
    case "grounds":
      return { grounds: typed.grounds, ...(typed.to.trim() && { to: typed.to.trim() }) };
    case "category":
      return { category: typed.category };
    case "solved":
      return { solved: typed.solved };
    case "limit":
      return { limit: `${String(Math.floor(Number(typed.amount)))}${typed.unit}` };
    case "until":
      return { until: typed.until };
    case "way":
      return { way: typed.way, reached: typed.reached };
    default:
      return {};
  }
}

/** The fields as they were, from what was to be sent. */
export function typedOf(details: Record<string, unknown>): Typed {
  const fresh = freshTyped(null);
  const { limit, organization, met_requester, ...same } = details;
  const [, amount, unit] = /^(\d+)(wd|wh|h)$/.exec(String(limit)) ?? [];
  const known = Object.entries(same).filter(([field]) => field in fresh);
  return {
    ...fresh,
    ...Object.fromEntries(known),
    ...(amount && { amount: Number(amount), unit: unit as Typed["unit"] }),
    ...(organization !== undefined && { to: String(organization) }),
    ...(met_requester === true && { met: true }),
  };
}
