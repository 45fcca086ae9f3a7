/** What the server says to this screen. */

import type { Geometry } from "geojson";

export interface Body {
  code: string;
  name: string;
}

export type Outcome =
  "settled" | "presumed" | "contested" | "unowned" | "uncertain" | "outside" | "undetermined";

export interface ClaimMade {
  rule: number;
  organization: Body;
  role: string;
  source: { type: string; code: string };
  document: string | null;
  valid_from: string | null;
  valid_to: string | null;
  speaks: boolean;
}

/** One part of a line or polygon that is asked about: where one body answers. */
export interface AnswerPart {
  length_m: number | null;
  area_m2: number | null;
  share: number;
  outcome: Outcome;
  responsible: Body | null;
  rule: number | null;
  /** Contested: between whom it stands. */
  between: Body[];
  facilities: string[];
  /** What the things of this part hang on: a lamp on its circuit. */
  circuits: { code: string; facilities: string[] }[];
  geometry: Geometry;
}

/** The answer of GET /api/v1/jurisdiction/. */
export interface Answer {
  outcome: Outcome;
  responsible: Body | null;
  supervisor: Body | null;
  dispatch_to: Body | null;
  custodian: Body | null;
  role: string | null;
  rule: number | null;
  margin_m: number | null;
  position: [number, number];
  cell: string | null;
  area: string | null;
  shares: { organization: Body | null; share: number }[];
  claims: ClaimMade[];
  explanation: Record<string, string>;
  areas: string[];
  category: string | null;
  ground_version: number;
  at?: string;
  parts?: AnswerPart[];
  cross_district?: boolean;
  districts?: string[];
  upper?: Body | null;
}

export interface CategoryCount {
  code: string;
  name: string;
  count: number;
}

export interface BodyCount extends Body {
  kind: string;
  count: number;
}

/** GET /console/city.json: what the page needs to know before it draws. */
export interface City {
  name: string;
  version: number;
  bounds: [number, number, number, number] | null;
  counts: { areas: number; cells: number; facilities: number; ownership: number };
  categories: CategoryCount[];
  handover: Record<string, number>;
  bodies: BodyCount[];
  areas: Record<string, string>;
  unproven: number;
  red_lines: number;
}

/** One line of GET /console/search.json. */
export interface Found {
  kind: "place" | "crossing" | "road" | "facility" | "area" | "cell" | "organization" | "case";
  code: string;
  name: string;
  category: string | null;
  /** The subdistrict and the community in which it lies. */
  area?: string | null;
  lon: number;
  lat: number;
  bounds: [number, number, number, number] | null;
}
