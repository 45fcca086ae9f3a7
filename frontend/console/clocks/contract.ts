/** What the server says of letters, supervisions, what waits for the desk, emergencies, figures, messages. */
import type { Body } from "../contract";

interface OfACase {
  id: number;
  case: string;
  category_name: string | null;
}

interface Asked extends OfACase {
  organization: Body;
  state: string;
  state_name: string;
  reason: string;
  asked_at: string;
  asked_by: string;
  decided_at: string | null;
  decided_by: string | null;
  decision: string;
}

export interface Extension extends Asked {
  limit: string;
  part: string;
  due_at: string | null;
}

export interface Parking extends Asked {
  until: string;
  ended_at: string | null;
}

export const LEVELS = ["subdistrict", "district", "city"] as const;
export type Level = (typeof LEVELS)[number];

export interface Supervision extends OfACase {
  number: string;
  organization: Body;
  level: Level;
  level_name: string;
  state: "open" | "answered" | "ended" | "escalated" | "lapsed";
  state_name: string;
  reason: string;
  opened_at: string;
  opened_by: string;
  respond_by: string;
  clock_state: string;
  answer: string;
  answered_at: string | null;
  answered_by: string | null;
  conclusion: string;
  ended_at: string | null;
  ended_by: string | null;
  follows: string | null;
}

export interface Reminder extends OfACase {
  number: string;
  organization: Body;
  clock: string;
  clock_name: string;
  kind: "warning" | "overdue";
  kind_name: string;
  period: number;
  due_at: string;
  issued_at: string;
  words: Record<string, string>;
}

export interface Exclusion extends OfACase {
  state: string;
  state_name: string;
  cause: string;
  cause_name: string;
  reason: string;
  asked_at: string;
  asked_by: string;
  decided_by: string | null;
  decision: string;
}

export interface Rework extends OfACase {
  organization: Body | null;
  made_at: string;
  made_by: string;
  cause: string;
  cause_name: string;
  reason: string;
  rating: string | null;
}

export interface Emergency {
  id: number;
  title: string;
  state: "declared" | "lifted";
  areas: string[];
  categories: string[];
  reason: string;
  declared_at: string;
  declared_by: string;
  lifted_at: string | null;
  lifted_by: string | null;
}

export interface Portion {
  numerator: number;
  denominator: number;
  rate: number | null;
}

export interface Filing extends Portion {
  median_s: number | null;
  p95_s: number | null;
  within_s: number;
}

export interface Feedback extends Portion {
  median_s: number | null;
  p95_s: number | null;
  /** How many heard back within each time and not sooner; null: later. */
  bins: { within_s: number | null; count: number }[];
}

export const STAGES = ["noted", "sorted", "filed", "fed_back", "whole"] as const;

/** The stages of the calls at the telephone desk. */
export interface Stages {
  stages: Record<
    (typeof STAGES)[number],
    { calls: number; p50_s: number | null; p95_s: number | null }
  >;
}

export interface Figures {
  from: string;
  to: string;
  volume: number;
  closed: Portion;
  within_a_day: Portion;
  self_found: Portion;
  reconciliation: Record<
    "received" | "declined" | "valid" | "answered" | "on_spot" | "passed_on" | "waiting" | "ended",
    number
  >;
  dispatching: Filing;
  feedback: Feedback;
  filing: Filing;
  same_day_look: Portion;
  solved_in_7_days: Portion;
  on_time: Portion;
  extensions: Portion;
  parkings: Portion;
  reminders: number;
  supervisions: number;
}

export const MESSAGE_STATES = ["queued", "sending", "sent", "unsure", "failed", "dropped"] as const;

export interface Message {
  id: number;
  kind: string;
  kind_name: Record<string, string>;
  words: Record<string, string>;
  transport: string;
  transport_name: string;
  state: (typeof MESSAGE_STATES)[number];
  state_name: string;
  case: string | null;
  request: string | null;
  organization: Body | null;
  endpoint: string | null;
  happened_at: string;
  queued_at: string;
  next_try_at: string | null;
  attempts: number;
  sent_at: string | null;
  failure: string;
}
