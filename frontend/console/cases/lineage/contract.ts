/** What the server says about duplicates and lineage. */

export interface Candidate {
  number: string;
  state: string;
  category_name: string | null;
  reported_at: string;
  distance_m: number;
  score: number;
  reasons: { code: string; "zh-Hans": string; en: string }[];
  requests: number;
}

export interface Lineage {
  merged_into: string | null;
  merges: {
    merged: string;
    into: string;
    merged_at: string;
    merged_by: string;
    reason: string;
    requests: number;
    undone_at: string | null;
    undone_by: string | null;
    undo_reason: string;
  }[];
  splits: {
    source: string;
    made: string;
    split_at: string;
    split_by: string;
    reason: string;
    requests: number;
  }[];
  joins: { request: string; joined_at: string; automatic: boolean; score: number | null }[];
}
