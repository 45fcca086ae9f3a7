/** What the server says of requests that wait at the desk. */
import type { Feature, Geometry } from "geojson";
import type { AvailableAct, Photo, Requester } from "../cases/contract";
import type { SaidAt } from "../joint/contract";

export const WAITS = ["place", "answer", "outside"] as const;
export type WaitsFor = (typeof WAITS)[number];

export interface InboxRow {
  code: string;
  tracking_code: string;
  waits_for: WaitsFor;
  since: string;
  channel: string;
  channel_name: string;
  intake_channel_name: string | null;
  nature: string;
  category: string | null;
  category_name: string | null;
  text: string;
  reported_at: string;
  reachable: boolean;
  answer_by: string | null;
}

export interface InboxPage {
  results: InboxRow[];
  next: string | null;
}

export type Counts = Record<WaitsFor, number>;

/** What came with a message and could not be taken over. */
export interface Note {
  code: string;
  filename?: string;
  words?: string;
  stated?: string;
  word?: string;
}

export interface RequestProperties {
  code: string;
  tracking_code: string;
  channel: string;
  channel_name: string;
  nature: string;
  category: string | null;
  category_name: string;
  text: string;
  reported_at: string;
  facility: string;
  case: string | null;
  requester: Requester | null;
  receipt: { name: string; received_at: string; notes: Note[] } | null;
  answer_by: string | null;
  evidence: Photo[];
  /** The residents' meeting at which it was made. */
  gathering?: SaidAt | null;
  available_acts: AvailableAct[];
  /** Of a request just placed: why there is no case all the same. */
  why_no_case?: { code: string; words: Record<string, string> } | null;
}

export type RequestFeature = Feature<Geometry | null, RequestProperties>;
