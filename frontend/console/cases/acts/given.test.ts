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
