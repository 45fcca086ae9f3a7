/** What the server says of the faults of the ground. */
import type { Geometry } from "geojson";
import type { AvailableAct } from "../cases/contract";
import type { Body } from "../contract";

export const KINDS = [
  "contested",
  "overlaps",
  "uncovered",
  "unproven",
  "gaps",
  "crossings",
  "slivers",
] as const;
export type FaultKind = (typeof KINDS)[number];
export const STATES = ["open", "given", "closed", "gone"] as const;
export type FaultState = (typeof STATES)[number];

export interface Fault {
  version: number;
  part: "faults" | "ownership";
  kind: FaultKind;
  kind_name: string;
  codes: string[];
  organizations: Body[];
  said: {
    layer?: string;
    role?: string;
    categories?: string[];
    facilities?: number;
    edge?: boolean;
  };
  area_m2: number;
  pieces: number;
  place: { type: "Point"; coordinates: [number, number] };
  areas: string[];
  state: FaultState;
  state_name: string;
  assignee: Body | null;
  due_on: string | null;
  note: string;
  given_by: string | null;
  given_at: string | null;
  found_at: string;
  seen_at: string;
  ground_version: number;
  available_acts: AvailableAct[];
}

export interface FaultFeature {
  id: number;
  geometry: Geometry;
  properties: Fault;
}

export interface FaultPage {
  features: FaultFeature[];
  next: string | null;
}

export interface FaultCount {
  part: string;
  kind: FaultKind;
  state: FaultState;
  count: number;
  area_m2: number;
}
