import { describe, expect, it } from "vitest";
import { attendeesOf } from "./minutes";

describe("attendeesOf", () => {
  it("reads a body and a name from each line, or a name alone", () => {
    expect(attendeesOf("住建委 张三\n\n城管局：李四\n 王五 ")).toEqual([
      { organization: "住建委", name: "张三" },
      { organization: "城管局", name: "李四" },
      { organization: "", name: "王五" },
    ]);
  });
});
