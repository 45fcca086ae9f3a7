import { describe, expect, it } from "vitest";
import type { InboxRow, RequestFeature } from "./contract";
import { draftOf, nextCode, told } from "./store";

const said = (geometry: RequestFeature["geometry"]) => ({ geometry }) as RequestFeature;
const HERE = { type: "Point" as const, coordinates: [106.5, 29.5] };

describe("what is sent", () => {
  it("places what has no place, and asks for one first", () => {
    const draft = draftOf("A");
    expect(told("case", said(null), "place", draft).lack).toBe("inboxPlaceMissing");
    draft.place = { lon: 106.5, lat: 29.5 };
    draft.category = "0118";
    const { act, body, lack } = told("case", said(null), "place", draft);
    expect([act, lack]).toEqual(["locate", undefined]);
    expect(body).toEqual({
      lon: 106.5,
      lat: 29.5,
      accuracy_m: 0,
      category: "0118",
      urgency: "normal",
    });
  });

  it("opens what is only to be answered, or lies outside; outside needs another place", () => {
    expect(told("case", said(HERE), "answer", draftOf("B"))).toEqual({
      act: "open",
      body: { urgency: "normal" },
    });
    expect(told("case", said(HERE), "outside", draftOf("C")).lack).toBe("inboxPlaceMissing");
  });

  it("joins a case by its number, or answers in words", () => {
    const draft = draftOf("D");
    expect(told("join", said(null), "place", draft).lack).toBe("inboxCaseMissing");
    expect(told("answer", said(null), "place", draft).lack).toBe("inboxAnswerMissing");
    draft.into = " 20261121-000001 ";
    expect(told("join", said(null), "place", draft)).toEqual({
      act: "join",
      body: { case: "20261121-000001" },
    });
  });
});

describe("what was typed", () => {
  it("is there again", () => {
    draftOf("E").answer = "日落后半小时";
    expect(draftOf("E").answer).toBe("日落后半小时");
    expect(draftOf("F").answer).toBe("");
  });
});

describe("what comes next", () => {
  const rows = ["a", "b", "c"].map((code) => ({ code }) as InboxRow);
  it("is the one below, then the first", () => {
    expect(nextCode(rows, "a")).toBe("b");
    expect(nextCode(rows, "c")).toBe("a");
    expect(nextCode(rows, "gone")).toBe("a");
    expect(nextCode(rows.slice(0, 1), "a")).toBe("");
  });
});
