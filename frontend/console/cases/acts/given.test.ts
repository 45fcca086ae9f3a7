import { describe, expect, it } from "vitest";
import type { CaseWhole } from "../contract";
import { freshDraft, given } from "./given";

const whole = {
  category: "0118",
  urgency: "normal",
  facility: null,
  scenario: "",
  verdict: { dispatch_to: { code: "LAMP", name: "路灯管理处" } },
} as unknown as CaseWhole;
const draft = (changed: object) => ({ ...freshDraft(whole), ...changed });

describe("what a form sends", () => {
  it("files with a moved pin only when it was moved", () => {
    expect(given("file", false, whole, draft({})).body).toEqual({
      category: "0118",
      urgency: "normal",
    });
    const moved = given("file", false, whole, draft({ place: { lon: 1, lat: 2 } })).body;
    expect(moved).toMatchObject({ lon: 1, lat: 2, accuracy_m: 0 });
    expect(given("file", false, whole, draft({ category: "" })).missing).toBe(
      "fileCategoryMissing",
    );
  });

  it("asks for a reason when it goes elsewhere than the verdict says", () => {
    expect(given("dispatch", false, whole, draft({})).missing).toBeUndefined();
    expect(given("dispatch", false, whole, draft({ to: "LAMP" })).missing).toBeUndefined();
    const other = draft({ to: "URBAN" });
    expect(given("dispatch", false, whole, other).missing).toBe("dispatchOverride");
    other.reason = "路灯处今夜无人";
    expect(given("dispatch", false, whole, other)).toEqual({
      body: { to: "URBAN", reason: "路灯处今夜无人" },
    });
    const nobody = { ...whole, verdict: null };
    expect(given("dispatch", false, nobody, draft({})).missing).toBe("dispatchMissing");
  });

  it("asks for a reason when a department's work would go to the street alone", () => {
    const alone = draft({ to: "LAMP", warned: ["pushed_down"] });
    expect(given("dispatch", true, whole, alone).missing).toBe("dispatchPushed");
    alone.reason = "由街道清除";
    expect(given("dispatch", true, whole, alone).missing).toBeUndefined();
    const unnamed = draft({ to: "LAMP", warned: ["no_chief"] });
    expect(given("dispatch", false, whole, unnamed).missing).toBeUndefined();
  });

  it("says whose return is decided on", () => {
    const body = (code: string) => ({ organization: { code, name: code }, state: "asked" });
    const returns = [{ ...body("HOUSING"), state: "withdrawn" }, body("URBAN"), body("LAMP")];
    const asked = { ...whole, returns } as unknown as CaseWhole;
    const fresh = { ...freshDraft(asked), reason: "同意" };
    expect(given("grant_return", true, asked, fresh).body).toEqual({
      reason: "同意",
      organization: "URBAN",
    });
    const other = { ...fresh, whose: "LAMP" };
    expect(given("refuse_return", true, asked, other).body).toMatchObject({
      organization: "LAMP",
    });
  });

  it("asks for more time as a catalogue states it, and decides on what was asked", () => {
    const more = draft({ amount: 2, unit: "wd" });
    expect(given("request_extension", false, whole, more).body).toEqual({ limit: "2wd" });
    expect(given("request_extension", false, whole, draft({ amount: 0 })).missing).toBe(
      "extensionMissing",
    );
    const body = { code: "LAMP", name: "路灯管理处" };
    const asked = { ...whole, extensions: [{ state: "asked", limit: "4wh", organization: body }] };
    const prefilled = freshDraft(asked as unknown as CaseWhole);
    expect(
      given("approve_extension", false, asked as unknown as CaseWhole, prefilled).body,
    ).toEqual({ limit: "4wh", citizen: false });
  });

  it("parks until a day", () => {
    expect(given("request_parking", false, whole, draft({})).missing).toBe("parkingDayMissing");
    const until = draft({ until: "2026-12-01" });
    expect(given("request_parking", false, whole, until).body).toEqual({ until: "2026-12-01" });
  });

  it("supervises at a level, to be answered within a time", () => {
    const asked = draft({ level: "city", amount: 4, unit: "wh", reason: "逾期" });
    expect(given("supervise", true, whole, asked).body).toEqual({
      level: "city",
      within: "4wh",
      reason: "逾期",
    });
    expect(given("supervise", true, whole, draft({ amount: 0 })).missing).toBe("superviseMissing");
  });

  it("keeps what was not answered apart from no", () => {
    const said = draft({ rating: "satisfied", solved: true, contacted: false });
    expect(given("callback", false, whole, said).body).toEqual({
      rating: "satisfied",
      contacted: false,
      solved: true,
      effect_ok: null,
      attitude_ok: null,
    });
  });

  it("wants a reason where the act wants one", () => {
    expect(given("rework", true, whole, draft({ reason: "  " })).missing).toBe("reasonMissing");
    expect(given("request_return", true, whole, draft({ reason: "x" })).missing).toBe(
      "groundsMissing",
    );
    expect(given("accept", false, whole, draft({}))).toEqual({ body: {} });
  });
});
