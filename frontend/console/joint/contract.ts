/** What the server says of hard cases, undertakings, meetings, shifts, rosters and advanced costs. */
import type { AvailableAct } from "../cases/contract";
import type { Body } from "../contract";

export const HARD = ["unclear", "ill_handled", "repeated", "ping_pong", "listed"] as const;
export const MARKS = [...HARD, "pushed_down", "cross_district"] as const;
export type MarkKind = (typeof MARKS)[number];

export interface Mark {
  kind: MarkKind;
  kind_name: string;
  hard: boolean;
  since: string;
  words: Record<string, string>;
}

export interface MarkedCase {
  case: string;
  state: string;
  state_name: string;
  category_name: string | null;
  urgency: string;
  lead: Body | null;
  marks: Mark[];
  leader: string | null;
  reported_at: string;
  due_at: string | null;
}

export const KINDS = ["part", "instruction", "stop_work", "commitment"] as const;
export type UndertakingKind = (typeof KINDS)[number];

export interface Undertaking {
  id: number;
  version: number;
  kind: UndertakingKind;
  state: "given" | "answered" | "settled" | "withdrawn";
  case: string | null;
  meeting: number | null;
  organization: Body;
  text: string;
  level: string;
  signed_by: string;
  signed_on: string | null;
  due_at: string | null;
  late: boolean;
  given_at: string;
  given_by: string;
  answer: string;
  answered_at: string | null;
  available_acts: AvailableAct[];
}

export interface UndertakingCount {
  kind: UndertakingKind;
  level: string;
  state: Undertaking["state"];
  count: number;
  late: number;
}

export interface AgendaLine {
  position: number;
  category_name: string | null;
  case: string | null;
  case_state: string | null;
  case_state_code: string | null;
  done: boolean;
  told: { reported?: number; open?: number; late?: number };
  conclusion: string;
}

export interface Meeting {
  id: number;
  version: number;
  kind: "dispatch" | "on_site" | "consult" | "joint";
  state: "planned" | "held" | "reported" | "cancelled";
  batch: number | null;
  title: string;
  case: string | null;
  meets_at: string;
  place: string;
  chair: string;
  report_by: string | null;
  held_at: string | null;
}

export interface MeetingWhole extends Meeting {
  attendees: { organization: string; name: string }[];
  minutes: string;
  /** The ground on whose responsibility a decision on site was taken. */
  boundary: { type: string; coordinates: unknown } | null;
  report: string;
  items: AgendaLine[];
  available_acts: AvailableAct[];
}

export interface Batches {
  totals: { batches: number; handed: number; closed: number; backlog: number };
  results: {
    id: number;
    batch: number;
    meets_at: string;
    chair: string;
    handed: number;
    closed: number;
    backlog: number;
  }[];
}

export interface ShiftCase {
  case: string;
  category_name: string | null;
  state_name: string;
  urgency: string;
  waits_for: string;
  clock: string;
}

export interface Shift {
  id: number;
  version: number;
  organization: Body;
  state: "on" | "handed" | "taken";
  began_at: string;
  began_by: string;
  handed_at: string | null;
  handed_by: string | null;
  note: string;
  counts: Record<string, number>;
  taken_by: string | null;
  available_acts: AvailableAct[];
  cases?: ShiftCase[];
}

export interface Turn {
  id: number;
  organization: Body;
  name: string;
  phone: string;
  starts_at: string;
  ends_at: string;
  withdrawn_at: string | null;
}

export interface Gap {
  code: string;
  name: string;
  no_contact: boolean;
  no_chief: boolean;
}

export interface Cost {
  id: number;
  version: number;
  case: string;
  state: "owed" | "recovered" | "waived";
  payer: Body;
  owed_by: Body | null;
  amount: string;
  households: number | null;
  purpose: string;
  paid_on: string;
  recovered: string;
  note: string;
  available_acts: AvailableAct[];
}

export interface MinutesFile {
  sha256: string;
  filename: string;
  mime: string;
  url: string;
}

/** As a request and a case show the residents' meeting at which it was made. */
export interface SaidAt {
  id: number;
  title: string;
  held_at: string;
  place: string;
  requests: string[];
  minutes: MinutesFile[];
}

export interface Gathering {
  id: number;
  title: string;
  held_at: string;
  place: string;
  area: string;
  requests_count: number;
}

export interface GatheringWhole extends Gathering {
  minutes: MinutesFile[];
  requests: { code: string; text: string; reported_at: string; case: string | null }[];
}
