/** What the server says to this screen. */
import type { Finding, Purpose } from "./queue/records";
import type { Geometry } from "../shared/geometry";

export interface Body {
  code: string;
  name: string;
}

export interface Feature<P> {
  type: "Feature";
  id: string | number;
  geometry: Geometry | null;
  properties: P;
}

export interface Features<P> {
  features: Feature<P>[];
  next: string | null;
}

export type TaskKind = "verify" | "handle" | "check";
export type VisitOutcome =
  | "arrived"
  | "done"
  | "not_found"
  | "already_restored"
  | "no_access"
  | "unsafe"
  | "pin_moved"
  | "relapsed";

/** A line of GET /api/v1/tasks/; what is optional comes with the fields of the case. */
export interface Task {
  id: number;
  kind: string;
  kind_name: string;
  status: "open" | "done" | "cancelled";
  case: string | null;
  organization: Body | null;
  made_at: string;
  due_at: string | null;
  case_state?: string;
  category_name?: string | null;
  text?: string;
  urgency?: "normal" | "urgent";
  facility?: string | null;
  facility_name?: string | null;
  place_words?: string;
  clock_state?: string | null;
  arrive_by?: string | null;
  /** When one should be there, earlier than one must. */
  arrive_target_at?: string | null;
  arrived_at?: string | null;
  proof_distance_m?: number;
  photos_needed?: number;
}

export interface AvailableAct {
  act: string;
  name: string;
  needs_reason: boolean;
}

export interface Clock {
  clock: string;
  name: string;
  organization: Body | null;
  due_at: string;
  /** When it should be done, earlier than it must. */
  target_at?: string | null;
  done_at: string | null;
  state: "running" | "warning" | "overdue" | "resting" | "met" | "missed" | "stopped";
}

export interface Evidence {
  id: number;
  sha256: string;
  purpose?: Purpose | "document" | "";
  filename: string;
  captured_at: string | null;
  received_at: string;
  uploaded_by: string;
  findings: Finding[];
  accepted: boolean;
  public_url: string | null;
}

export interface Visit {
  id: number;
  visitor: string;
  outcome: VisitOutcome;
  arrived_at: string;
  note: string;
  task: number;
  near: boolean | null;
  met_requester?: boolean | null;
}

/** A return asked of the desk. */
export interface ReturnAsked {
  id: number;
  organization: Body;
  state: "asked" | "granted" | "refused" | "appealed" | "withdrawn" | "lapsed";
  grounds: "not_our_area" | "not_our_duty" | "not_ours" | "other";
  reason: string;
  decide_by: string;
  decided_by: string | null;
  decision: string;
  appeal: string;
}

/** A case offered to another body. */
export interface Transfer {
  id: number;
  organization: Body;
  proposed_to: Body;
  state: "proposed" | "agreed" | "refused" | "withdrawn" | "lapsed";
  reason: string;
  decided_by: string | null;
  decision: string;
  warnings: { code: string; words: Record<string, string> }[];
}

/** More time, or a rest, asked of the desk. */
export interface PutOff {
  id: number;
  organization: Body;
  state: "asked" | "approved" | "refused" | "ended" | "lapsed";
  reason: string;
  /** Of an extension: how much. */
  limit?: string;
  /** Of a rest: the day on which the clocks go on. */
  until?: string;
  decided_by: string | null;
  decision: string;
}

/** A body is asked from above to account for the case. */
export interface Supervision {
  id: number;
  number: string;
  organization: Body;
  level: "subdistrict" | "district" | "city";
  state: "open" | "answered" | "ended" | "escalated" | "lapsed";
  reason: string;
  respond_by: string | null;
  answer: string;
  answered_by: string | null;
  conclusion: string;
}

/** What one body is to do in the case by a time, and what it answered. */
export interface Undertaking {
  id: number;
  kind: "part" | "instruction" | "stop_work" | "commitment";
  state: "given" | "answered" | "settled" | "withdrawn";
  organization: Body;
  text: string;
  signed_by: string;
  due_at: string | null;
  late: boolean;
  given_at: string;
  given_by: string;
  answer: string;
  answered_by: string | null;
  available_acts: AvailableAct[];
}

/** The handling body told the requester itself. */
export interface Reply {
  organization: Body;
  made_at: string;
  made_by: string;
  way: "phone" | "visit" | "message" | "letter";
  reached: boolean;
  text: string;
}

/** The properties of GET /api/v1/cases/NUMBER/ that a phone shows. */
export interface Case {
  number: string;
  state: string;
  state_name: string;
  version: number;
  category: string | null;
  category_name: string | null;
  urgency: "normal" | "urgent";
  facility: string | null;
  facility_name?: string | null;
  place_words?: string;
  outcome: string | null;
  responsible: Body | null;
  lead: Body | null;
  reported_at: string;
  resolve_by: string | null;
  clocks?: Clock[];
  verdict: Verdict | null;
  evidence: Evidence[];
  requests: {
    code: string;
    channel: string;
    channel_name: string;
    text: string;
    reported_at: string;
  }[];
  visits?: Visit[];
  replies?: Reply[];
  extensions?: PutOff[];
  parkings?: PutOff[];
  parked?: { since: string; until: string } | null;
  supervisions?: Supervision[];
  undertakings?: Undertaking[];
  /** Kinds of undertakings that I may give in this case. */
  may_undertake?: Undertaking["kind"][];
  returns?: ReturnAsked[];
  transfers?: Transfer[];
  disputed?: boolean;
  escalated?: { returns: number; words: Record<string, string> } | null;
  return_by?: string | null;
  photos_needed: number;
  proof_distance_m: number;
  proof?: { needed: number; proven: number; why: Record<string, string> | null };
  available_acts: AvailableAct[];
  assignments?: { organization: Body; kind: string; ended_at: string | null }[];
}

/** A stored verdict, or the answer of GET /api/v1/jurisdiction/. */
export interface Verdict {
  outcome: string;
  responsible: Body | null;
  dispatch_to: Body | null;
  custodian: Body | null;
  explanation: Record<string, string>;
}

export interface TrailEntry {
  seq: number;
  at: string;
  actor: string;
  act: string;
  reason: string;
  details: Record<string, unknown>;
}

export interface Category {
  code: string;
  kind: "facility" | "matter";
  name: string;
  parent: string | null;
  superseded?: boolean;
}

/** GET /api/v1/me/ */
export interface Me {
  name: string;
  roles: { role: string; organization: Body; area: string }[];
}
