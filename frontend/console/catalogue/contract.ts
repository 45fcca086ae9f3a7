/** What the server says of the catalogue, its editions and drafts, and of the knowledge base. */
import type { AvailableAct } from "../cases/contract";
import type { Body } from "../contract";

export interface Category {
  code: string;
  kind: "facility" | "matter";
  name: string;
}

export const CLOCKS = ["file_by", "respond_by", "arrive_by", "resolve_by"] as const;
export type Clock = (typeof CLOCKS)[number];

export type Limit = { urgency: string; zone: string } & Record<Clock, string>;

export const PROSE = [
  "legal_basis",
  "filing_condition",
  "closing_condition",
  "standard",
  "guide",
] as const;
export type Prose = (typeof PROSE)[number];
export const BODIES = ["organization", "supervisor", "custodian"] as const;
export const ROLES = ["maintainer", "owner", "builder", "payer", "authority"] as const;
export const SEVERITIES = ["critical", "major", "ordinary", "minor"] as const;

export type Duty = {
  id: number;
  category: Category;
  major: Category | null;
  scenario: string;
  area: string;
  role: string;
  organization: Body | null;
  supervisor: Body | null;
  custodian: Body | null;
  assists: string[];
  severity: string;
  photos: number;
  reviewed_by: string;
  reviewed_on: string | null;
  limits: Limit[];
  catalogue: { number: number | null; valid_from: string | null };
  valid_from: string | null;
  valid_to: string | null;
} & Record<Prose, string>;

export interface Edition {
  number: number;
  status: "published" | "superseded";
  valid_from: string | null;
  published_at: string;
  published_by: string;
  approved_by: string | null;
  brought: number;
}

export interface FieldChange {
  field: string;
  from: unknown;
  to: unknown;
}

export interface LimitChange {
  urgency: string;
  zone: string;
  clock: Clock;
  from: string;
  to: string;
  shorter: boolean | null;
}

export interface Difference {
  change: "added" | "removed" | "changed";
  category: Category;
  scenario: string;
  area: string;
  organization: Body | null;
  changes: FieldChange[];
  limits: LimitChange[];
}

export interface Differences {
  counts: Record<Difference["change"], number>;
  results: Difference[];
}

export type DraftState = "draft" | "previewed" | "published" | "withdrawn";

export interface DraftLine {
  number: string;
  title: string;
  reason: string;
  state: DraftState;
  version: number;
  author: string;
  approver: string | null;
  created_at: string;
  effective_on: string | null;
  edition: number | null;
  lines: number;
}

export interface Draft extends DraftLine {
  incomplete: number;
  unreviewed: number;
  impact: { facilities: number; cases: number } | null;
  available_acts: AvailableAct[];
}

export interface LineShown {
  duty: Duty;
  change: "added" | "changed" | "unchanged" | "ended";
  changes: FieldChange[];
  limits: LimitChange[];
  missing: string[];
  ends: boolean;
  /** Codes of the classes for which its class stands from then on. */
  replaces: string[];
  remark: string;
  author: string;
  reviewer: string | null;
  edited_at: string;
}

export interface Entry {
  id: number;
  question: string;
  answer: string;
  basis: string;
  keywords: string;
  category: string | null;
  category_name: string | null;
  hot: boolean;
  pinned: boolean;
  recent: number;
  valid_from: string;
  valid_to: string | null;
  state: "draft" | "published" | "replaced" | "withdrawn";
  replaces: number | null;
  author: string;
  reviewer: string | null;
  version: number;
  available_acts: AvailableAct[];
}

export interface Page<T> {
  results: T[];
  next: string | null;
}
