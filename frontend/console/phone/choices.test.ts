import { expect, test } from "vitest";
import { choices } from "./choices";

const near = (number: string) => ({
  number,
  state: "accepted",
  category: "0106",
  category_name: "路灯",
  reported_at: "2026-11-21T10:00:00Z",
  distance_m: 12,
  score: 0.9,
  reasons: [{ code: "near", "zh-Hans": "相距 12 米", en: "12 m away" }],
  requests: 2,
});
const before = (number: string | null, state: string) => ({
  code: "R1",
  category: null,
  text: "灯不亮",
  reported_at: "2026-11-20T10:00:00Z",
  case: number,
  place: undefined,
  state,
});

test("the caller's own open case stands first, each case once, answers from six", () => {
  const { cases, answers } = choices({
    candidates: [near("A"), near("B")],
    earlier: [before("B", "handled"), before("C", "closed"), before(null, "")],
    answers: [{ id: 7, question: "供暖几号开始？", answer: "11 月 15 日", hot: true }],
  });
  expect(cases.map(({ digit, number }) => [digit, number])).toEqual([
    [1, "B"],
    [2, "A"],
  ]);
  expect(answers.map(({ digit, answer }) => [digit, answer])).toEqual([[6, 7]]);
});
