/** The numbered choices of a call: cases it may join, then answers that may be given. Pure. */
import type { Answer, Candidate, Earlier } from "./contract";

const OPEN_ENDS = new Set(["closed", "archived", "declined", "answered", ""]);
const CASES = 5;
const ANSWERS = 3;

export interface CaseChoice {
  kind: "case";
  digit: number;
  number: string;
  title: string;
  state: string;
  at: string;
  reasons: Record<string, string>;
}

export interface AnswerChoice {
  kind: "answer";
  digit: number;
  answer: number;
  title: string;
  words: string;
}

export type Choice = CaseChoice | AnswerChoice;

interface Known {
  candidates: readonly Candidate[];
  earlier: readonly Earlier[];
  answers: readonly Answer[];
}

/** Cases that this caller reported and that are still open stand first. */
export function choices({ candidates, earlier, answers }: Known): {
  cases: CaseChoice[];
  answers: AnswerChoice[];
} {
  const mine = earlier
    .filter(({ case: number, state }) => number && !OPEN_ENDS.has(state))
    .map(({ case: number, state, text, reported_at: at }) => ({
      number: number ?? "",
      state,
      title: text.slice(0, 24),
      at,
      reasons: {},
    }));
  const near = candidates.map((one) => ({
    number: one.number,
    state: one.state,
    title: one.category_name ?? one.category ?? "",
    at: one.reported_at,
    reasons: {
      "zh-Hans": one.reasons.map((reason) => reason["zh-Hans"]).join("，"),
      en: one.reasons.map(({ en }) => en).join(", "),
    },
  }));
  const open = new Map([...mine, ...near].map((one) => [one.number, one]));
  const first = [...open.values()]
    .slice(0, CASES)
    .map((one, index) => ({ kind: "case" as const, digit: index + 1, ...one }));
  const then = answers.slice(0, ANSWERS).map(({ id, question, answer }, index) => ({
    kind: "answer" as const,
    digit: CASES + 1 + index,
    answer: id,
    title: question,
    words: answer,
  }));
  return { cases: first, answers: then };
}
