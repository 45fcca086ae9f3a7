import { describe, expect, it } from "vitest";
import { faultsOf, Refusal } from "./api";

describe("a refusal of a form", () => {
  const refusal = (fields: unknown) =>
    new Refusal("invalid", 400, "amount: 请填写合法的数字。", { fields });

  it("names each field as the form does, all of them at once", () => {
    const told = refusal({
      amount: ["请填写合法的数字。"],
      households: ["过大。"],
      other: ["错。"],
    });
    expect(faultsOf(told, { amount: "金额（元）", households: "户数" })).toEqual([
      { field: "金额（元）", why: "请填写合法的数字。" },
      { field: "户数", why: "过大。" },
      { field: "other", why: "错。" },
    ]);
  });

  it("leaves the server's own sentence where no field is named", () => {
    expect(faultsOf(new Refusal("missing", 404, "没有编号为“1”的案卷"), {})).toEqual([]);
    expect(faultsOf(refusal(["全部不对"]), {})).toEqual([]);
  });
});
