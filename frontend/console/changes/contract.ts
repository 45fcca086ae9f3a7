/** What the server says of change sets. */
import type { Geometry } from "geojson";
import type { AvailableAct } from "../cases/contract";
import type { Body, Outcome } from "../contract";

export type ChangeState = "draft" | "previewed" | "published" | "withdrawn";

/** The layers a file can change, in the order in which they build upon each other. */
export const LAYERS = [
  "ownership",
  "facilities",
  "handovers",
  "organizations",
  "catalogue",
  "areas",
  "cells",
  "roads",
] as const;
export type Layer = (typeof LAYERS)[number];

export interface Rejected {
  row: number | null;
  code: string;
  message: string;
  values?: Record<string, unknown>;
}

export interface ChangeItem {
  id: number;
  layer: string;
  filename: string;
  created: number;
  updated: number;
  unchanged: number;
  rejected: Rejected[];
  warnings?: { code: string; count: number; message: string }[];
  added_at: string;
  by: string;
}

export interface Move {
  from: Body | null;
  to: Body | null;
  facilities: number;
  cases: number;
}

export interface Impact {
  computed_at: string;
  /** The instant answered for: ahead where what changes begins to hold later. */
  at?: string;
  ground_version: number;
  facilities: number;
  cases: number;
  moves: Move[];
}

export interface ChangeSet {
  number: string;
  title: string;
  reason: string;
  state: ChangeState;
  version: number;
  author: string;
  approver: string | null;
  base_version: number;
  published_version: number | null;
  created_at: string;
  ended_at?: string | null;
  items: ChangeItem[];
  impact: Impact | null;
  stale: boolean;
  available_acts: AvailableAct[];
  /** Whether you may add and remove items now. */
  may_edit: boolean;
}

/** A change set in a list: without its items. */
export type ChangeLine = Omit<ChangeSet, "items" | "available_acts" | "may_edit">;

export interface ChangePage {
  results: ChangeLine[];
  next: string | null;
}

export interface ImpactRow {
  kind: "facility" | "case";
  code?: string;
  number?: string;
  category: string | null;
  name: string;
  from: Body | null;
  to: Body | null;
  from_outcome: Outcome | "";
  to_outcome: Outcome | "";
  geometry: Geometry | null;
}

export interface ImpactPage {
  features: { geometry: Geometry | null; properties: Omit<ImpactRow, "geometry"> }[];
  next: string | null;
}

/** What an ownership area drawn by hand says, besides its boundary. */
export interface AreaDraft {
  code: string;
  organization: string;
  role: string;
  categories: string[];
  basis: string;
  document: string;
  valid_from: string;
}
