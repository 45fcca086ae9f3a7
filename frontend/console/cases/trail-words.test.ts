import { beforeEach, describe, expect, it } from "vitest";
import { language } from "../../shared/language";
import type { CaseWhole, TrailLine } from "./contract";
import { happenings } from "./trail-words";

function line(act: string, minute: number, details: Record<string, unknown> = {}): TrailLine {
  const at = `2026-11-21T12:${String(minute).padStart(2, "0")}:00Z`;
  return { seq: minute, at, actor: "ada", act, reason: "", details };
}

const whole = {
  assignments: [{ organization: { code: "LAMP", name: "路灯管理处" } }],
  evidence: [
    { received_at: "2026-11-21T12:05:30Z", uploaded_by: "bo", purpose: "after", accepted: true },
  ],
  visits: [
    { arrived_at: "2026-11-21T12:04:00Z", visitor: "bo", outcome: "no_access", note: "锁门" },
  ],
} as unknown as CaseWhole;

describe("happenings", () => {
  beforeEach(() => {
    language.value = "zh-Hans";
  });

  it("merges acts, visits and photos, the newest first, in words", () => {
    const told = happenings(whole, [line("open", 1), line("dispatch", 2, { to: "LAMP" })]);
    expect(told.map(({ what, more }) => [what, ...more])).toEqual([
      ["添加证据", "处置后"],
      ["到场", "无法进入"],
      ["派遣", "→ 路灯管理处"],
      ["案卷生成"],
    ]);
    const led = happenings({ ...whole, visits: [], evidence: [] }, [
      line("handle", 3, { from: "accepted", to: "handled" }),
    ]);
    expect(led[0]?.more).toEqual([]);
    language.value = "en";
    expect(happenings(whole, [line("rework", 9)])[0]).toMatchObject({
      what: "Sent back for rework",
      tone: "bad",
    });
  });

  it("does not tell of photos and visits twice when they are on record", () => {
    const trail = [line("add_evidence", 5), line("record_visit", 4, { outcome: "done" })];
    expect(happenings(whole, trail)).toHaveLength(2);
  });
});
