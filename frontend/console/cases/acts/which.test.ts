import { describe, expect, it } from "vitest";
import { offered } from "./which";

const acts = (...names: string[]) => names.map((act) => ({ act, name: act, needs_reason: false }));

describe("offered acts", () => {
  it("puts the way forward first and what leads back last", () => {
    const { first, others } = offered(
      acts("decline", "add_evidence", "file", "answer"),
      "verified",
      undefined,
    );
    expect(first?.act).toBe("file");
    expect(others.map(({ act }) => act)).toEqual(["answer", "add_evidence", "decline"]);
  });

  it("calls back before it closes, where that is owed", () => {
    const both = acts("callback", "close");
    expect(offered(both, "checked", true).first?.act).toBe("callback");
    expect(offered(both, "checked", false).first?.act).toBe("close");
  });

  it("offers nothing that is not offered", () => {
    expect(offered([], "filed", undefined)).toEqual({ first: undefined, others: [] });
  });
});
