/** What the server answers to the telephone desk. */
import type { Feature, Point } from "geojson";

export interface Candidate {
  number: string;
  state: string;
  category: string | null;
  category_name: string | null;
  reported_at: string;
  distance_m: number;
  score: number;
  reasons: { code: string; "zh-Hans": string; en: string }[];
  requests: number;
}

export interface Similar {
  number: string;
  category_name: string | null;
  reported_at: string;
  closed_at: string | null;
  state: string;
  ended_with: { code: string; name: string } | null;
  returns: number;
  solved: boolean | null;
  answer: string;
  distance_m: number;
}

export interface Answer {
  id: number;
  question: string;
  answer: string;
  hot: boolean;
}

export interface Said {
  code: string;
  category: string | null;
  text: string;
  reported_at: string;
  case: string | null;
}

export type SaidFeature = Feature<Point | null, Said>;

export interface Earlier extends Said {
  place: [number, number] | undefined;
  /** The state of its case, once it is known. */
  state: string;
}

export interface Filed {
  code: string;
  tracking_code: string;
  case: string | null;
  /** It feeds a case that was there: chosen, or by itself because it is alike beyond doubt. */
  joined: boolean;
  why_no_case: { code: string; words: Record<string, string> } | null;
}

export interface CategoryName {
  code: string;
  name: string;
  initials: string;
  sound: string;
  /** Codes and names of the classes that it stands for since an edition of the catalogue. */
  was?: string[];
}
