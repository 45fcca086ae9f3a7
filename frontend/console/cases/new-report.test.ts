import { describe, expect, it } from "vitest";
import { emptyReport, reportBody } from "./new-report";

describe("a report taken down", () => {
  it("needs words, and a place or the word that there is none", () => {
    expect(reportBody(emptyReport()).missing).toBe("newTextMissing");
    const said = { ...emptyReport(), text: " 路灯不亮 " };
    expect(reportBody(said).missing).toBe("newPlaceMissing");
    expect(reportBody({ ...said, noPlace: true })).toEqual({
      body: { channel: "phone", urgency: "normal", text: "路灯不亮" },
    });
  });

  it("says who speaks only when somebody does", () => {
    const said = { ...emptyReport(), text: "灯", place: { lon: 1, lat: 2 }, phone: "138 " };
    expect(reportBody(said).body).toMatchObject({
      lon: 1,
      lat: 2,
      requester: { phone: "138" },
    });
  });
});
