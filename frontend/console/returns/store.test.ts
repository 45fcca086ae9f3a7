import { beforeEach, describe, expect, it } from "vitest";
import { begin, bodyOf, draftOf, forget, missing, type Waiting } from "./store";

const body = (code: string) => ({ code, name: code });
const asked = {
  id: 1,
  case: "20261121-000001",
  case_version: 4,
  part: "lead",
  organization: body("LAMP"),
  receiver: null,
} as unknown as Waiting;

describe("deciding on a return", () => {
  beforeEach(() => {
    forget(asked);
  });

  it("needs words, and somebody to have it", () => {
    const draft = begin(asked, "grant", "");
    expect(missing(asked, draft)).toBe("reason");
    draft.reason = "属地不符";
    expect(missing(asked, draft)).toBe("receiver");
    expect(missing({ ...asked, receiver: body("URBAN") }, draft)).toBeUndefined();
    expect(missing({ ...asked, part: "assist" }, draft)).toBeUndefined();
    draft.to = "HOUSING";
    expect(bodyOf(asked, draft)).toEqual({
      base_version: 4,
      reason: "属地不符",
      organization: "LAMP",
      to: "HOUSING",
    });
  });

  it("keeps what was typed until it is decided", () => {
    begin(asked, "refuse", "判定明确").reason = "判定明确，见移交书";
    expect(begin(asked, "refuse", "判定明确").reason).toBe("判定明确，见移交书");
    expect(draftOf(asked)?.decision).toBe("refuse");
    expect(begin(asked, "grant", "同意").reason).toBe("同意");
  });
});
