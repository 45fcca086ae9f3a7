/** What the server says about cases. A part that this server does not give yet is simply absent. */
import type { Answer, Body, Outcome } from "../contract";
import type { Mark, Meeting, SaidAt, Undertaking, UndertakingKind } from "../joint/contract";
import type { Lineage } from "./lineage/contract";

export type Place = { type: "Point"; coordinates: [number, number] } | OtherPlace;
interface OtherPlace {
  type: "LineString" | "Polygon" | "MultiPoint" | "MultiLineString" | "MultiPolygon";
  coordinates: unknown;
}

export type CaseState =
  | "reported"
  | "verified"
  | "filed"
  | "dispatched"
  | "accepted"
  | "handled"
  | "checked"
  | "called_back"
  | "closed"
  | "archived"
  | "declined"
  | "answered"
  | "merged";

export type ClockName =
  "file" | "dispatch" | "respond" | "arrive" | "resolve" | "citizen" | "upstream";
export type ClockState =
  "running" | "warning" | "overdue" | "resting" | "met" | "missed" | "stopped";

export interface Clock {
  clock: ClockName;
  name: string;
  due_at: string;
  /** When it should be done, earlier than it must. */
  target_at?: string | null;
  state: ClockState;
  organization?: Body | null;
  done_at?: string | null;
}

/** One line of the list. */
export interface CaseProperties {
  /** Number of the case that it goes on in. */
  merged_into?: string | null;
  /** The ground changed, and with it the answer: the desk is to decide. */
  ground_changed?: { at: string | null; from: Body | null; to: Body | null } | null;
  number: string;
  state: CaseState;
  state_name: string;
  version: number;
  category: string | null;
  category_name: string | null;
  scenario: string;
  urgency: "normal" | "urgent";
  zone: string;
  facility: string | null;
  cell: string;
  areas: string[];
  accuracy_m: number | null;
  outcome: Outcome | null;
  responsible: Body | null;
  lead: Body | null;
  supervisor: Body | null;
  reported_at: string;
  opened_at: string;
  filed_at: string | null;
  dispatched_at: string | null;
  handled_at: string | null;
  checked_at: string | null;
  closed_at: string | null;
  file_by: string | null;
  resolve_by: string | null;
  deadlines_provisional: boolean;
  solved: boolean | null;
  text?: string;
  clock?: Clock | null;
  needs_verification?: boolean;
  needs_callback?: boolean;
  channel?: string;
}

export interface Feature<P> {
  type: "Feature";
  id: string;
  geometry: Place | null;
  properties: P;
}

export interface CasePage {
  features: Feature<CaseProperties>[];
  next: string | null;
}

export interface Assignment {
  organization: Body;
  kind: "lead" | "assist";
  co_receiver: boolean;
  reason: string;
  dispatched_at: string;
  dispatched_by: string;
  respond_by: string | null;
  arrive_by: string | null;
  resolve_by: string | null;
  accepted_at: string | null;
  accepted_by: string | null;
  arrived_at?: string | null;
  ended_at: string | null;
  end_reason: string;
}

export interface Finding {
  code: string;
  blocks: boolean;
  words: Record<string, string>;
}

export type Purpose = "report" | "verify" | "before" | "after" | "check" | "document" | "";

export interface Photo {
  id: number;
  sha256: string;
  filename: string;
  mime: string;
  size: number;
  captured_at: string | null;
  received_at: string;
  uploaded_by: string;
  position: [number, number] | null;
  accuracy_m: number | null;
  position_source: string;
  findings: Finding[];
  accepted: boolean;
  public_url: string | null;
  purpose?: Purpose;
  released_at?: string | null;
}

export interface Requester {
  name: string;
  phone: string;
  email: string;
  reachable: boolean;
  kind?: string;
}

export interface Said {
  code: string;
  channel: string;
  channel_name: string;
  nature: string;
  text: string;
  reported_at: string;
  tracking_code?: string;
  requester?: Requester | null;
  evidence?: Photo[];
}

export interface AvailableAct {
  act: string;
  name: string;
  needs_reason: boolean;
}

export interface Callback {
  made_at: string;
  made_by: string;
  reached: boolean;
  rating: string;
  rating_name: string;
  contacted: boolean | null;
  solved: boolean | null;
  effect_ok: boolean | null;
  attitude_ok: boolean | null;
  note: string;
}

export interface Visit {
  id?: number;
  visitor: string;
  outcome: string;
  outcome_name?: string;
  arrived_at: string;
  position?: Place | [number, number] | null;
  accuracy_m?: number | null;
  note: string;
  distance_m?: number | null;
  /** Whether it counts as an arrival. */
  words?: Record<string, string>;
  /** A person has yet to decide what becomes of the case, and what. */
  to_decide?: boolean;
  decide_words?: Record<string, string> | null;
}

/** A request to give the case back, or a proposal to hand it on. */
export interface Moving {
  id: number;
  organization: Body;
  proposed_to: Body | null;
  /** Of a return: `lead`, or `assist` for a co-receiver. */
  part?: string;
  state: string;
  state_name: string;
  grounds?: string;
  grounds_name?: string;
  reason: string;
  asked_at?: string;
  asked_by?: string;
  proposed_at?: string;
  proposed_by?: string;
  decide_by?: string;
  decided_at: string | null;
  decided_by: string | null;
  decision: string;
  granted_to?: Body | null;
  warnings?: { code: string; words: Record<string, string> }[];
}

/** What nobody will have: the denials, and who acts meanwhile. */
export interface DisputeTold {
  id: number;
  state: string;
  cause: string;
  cause_name: string;
  custodian: Body | null;
  opened_at: string;
}

/** A body asks for more time, or that the case rest until a day; and what the desk said. */
export interface PutOff {
  id: number;
  organization: Body;
  state: string;
  state_name: string;
  limit?: string;
  until?: string;
  reason: string;
  asked_at: string;
  asked_by: string;
  decided_at: string | null;
  decided_by: string | null;
  decision: string;
  ended_at?: string | null;
}

/** Somebody above asks a body to account for the case. */
export interface SupervisionTold {
  id: number;
  number: string;
  organization: Body;
  level: string;
  level_name: string;
  state: string;
  state_name: string;
  reason: string;
  opened_at: string;
  opened_by: string;
  respond_by: string;
  answer: string;
  conclusion: string;
}

/** A numbered letter about one clock. */
export interface ReminderTold {
  id: number;
  number: string;
  issued_at: string;
  words: Record<string, string>;
}

/** One deadline moved: whose, from when to when, by whom, why. */
export interface DeadlineChange {
  clock: ClockName;
  clock_name: string;
  organization: Body | null;
  old_due_at: string;
  new_due_at: string;
  cause: string;
  cause_name: string;
  reason: string;
  changed_at: string;
  changed_by: string;
}

export interface Proof {
  needed: number;
  proven: number;
  why: Record<string, string> | null;
}

/** A verdict the case has had: when, by which act, how it stood. */
export interface GivenVerdict {
  id: number;
  act: string;
  given_at: string;
  outcome: Outcome;
  responsible: Body | null;
}

export type StoredVerdict = Answer & { id: number; asked_at: string };

/** A case whole. */
export interface CaseWhole extends CaseProperties {
  /** Who was asked first, and who took it first. */
  persons_of_record?: { kind: string; person: string; organization: Body | null; at: string }[];
  marks?: Mark[];
  copies?: { leader: string; cause: string; kind: string; at: string; taken_at: string | null }[];
  undertakings?: Undertaking[];
  /** The kinds this person may give. */
  may_undertake?: UndertakingKind[];
  meetings?: Meeting[];
  gatherings?: SaidAt[];
  lineage?: Lineage;
  verdict: StoredVerdict | null;
  verdicts?: GivenVerdict[];
  answer?: string;
  assignments: Assignment[];
  evidence: Photo[];
  requests: Said[];
  photos_needed: number;
  proof_distance_m: number;
  available_acts: AvailableAct[];
  clocks?: Clock[];
  callbacks?: Callback[];
  closing_basis?: string;
  closing_outcome?: string;
  closing_conditions?: { text: string; met: boolean | null }[];
  replies?: {
    organization: Body;
    made_at: string;
    made_by: string;
    way: string;
    way_name: string;
    reached: boolean;
    text: string;
  }[];
  reworks?: { made_at: string; cause: string; cause_name: string; reason: string }[];
  exclusions?: {
    state: string;
    state_name: string;
    cause: string;
    reason: string;
    asked_at: string;
    asked_by: string;
    decided_by: string | null;
    decision: string;
  }[];
  proof?: Proof;
  transfers?: Moving[];
  returns?: Moving[];
  visits?: Visit[];
  disputes?: DisputeTold[];
  escalated?: { returns: number; words: Record<string, string> } | null;
  return_by?: string | null;
  supervisions?: SupervisionTold[];
  reminders?: ReminderTold[];
  extensions?: PutOff[];
  parkings?: PutOff[];
  deadline_changes?: DeadlineChange[];
  parked?: { since: string; until: string } | null;
}

export interface TrailLine {
  seq: number;
  at: string;
  actor: string;
  act: string;
  reason: string;
  details: Record<string, unknown>;
}
