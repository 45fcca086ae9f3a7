/** What the server says to this screen. */
import type { Outcome } from "../console/contract";

export interface Body {
  code: string;
  name: string;
}

export const PARTS = ["held", "coming", "leaving", "given"] as const;
export type Part = (typeof PARTS)[number];

/** In the order in which a handover goes on; then where it ended otherwise. */
export const STATES = [
  "not_handed_over",
  "draft",
  "applied",
  "documents_reviewed",
  "joint_inspection",
  "rectification",
  "reinspection",
  "signed",
  "in_warranty",
  "in_service",
  "refused",
  "overdue",
  "disputed",
  "cancelled",
  "none",
] as const;
export type HandoverState = (typeof STATES)[number];

export type Role = "owner" | "maintainer" | "payer" | "builder";

/** So many facilities of one category, alike in all that is filtered by. */
export interface Group {
  category: string;
  state: HandoverState;
  roles: Role[];
  parts: Part[];
  count: number;
}

/** GET /owners/summary.json */
export interface Summary {
  city: string;
  version: number;
  bodies: { own: Body[]; below: Body[] };
  groups: Group[];
  categories: Record<string, string>;
  bounds: [number, number, number, number] | null;
}

/** One row of GET /owners/facilities.json */
export interface Row {
  code: string;
  name: string;
  category: string;
  category_name: string;
  condition: string;
  state: HandoverState;
  roles: Role[];
  cell: string;
  handover: string | null;
  kind: string | null;
  document: string | null;
  reason: string | null;
  signed_on: string | null;
  effective_on: string | null;
  giver: string | null;
  receiver: string | null;
  lon: number;
  lat: number;
  parties: Partial<Record<Role, string>>;
}

/** GET /owners/map.json: [code, lon, lat, state, name] or [count, lon, lat, troubled]. */
export interface Shown {
  points: [string, number, number, HandoverState, string][];
  squares: [number, number, number, number][];
}

export interface Held {
  role: Role;
  organization: Body;
  by: "handover" | "registered";
  handover: string;
  document: string;
  since: string | null;
}

export interface Paper {
  code: string;
  kind: string;
  state: HandoverState;
  from: string;
  to: string;
  signed_on: string | null;
  effective_on: string | null;
  document: string;
  reason: string;
  proves: boolean;
}

/** GET /owners/facilities/CODE.json */
export interface Facts {
  code: string;
  name: string;
  category: Body;
  condition: string;
  installed_on: string | null;
  cell: string;
  geometry: GeoJSON.Geometry;
  state: HandoverState;
  held: Held[];
  papers: Paper[];
  statement: Record<"zh-Hans" | "en", string[]>;
  verdict: {
    outcome: Outcome;
    responsible: Body | null;
    role: string | null;
    rule: number | null;
    explanation: Record<string, string>;
  };
  cases: {
    more: boolean;
    rows: {
      number: string;
      state: string;
      state_name: string;
      reported_at: string;
      closed_at: string | null;
    }[];
  };
}
