import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Refusal } from "../../shared/api";
import type { Operation } from "./records";
import { CHUNK, SERVER } from "./wire";

interface Asked {
  method: string;
  offset: number;
  size: number;
}

describe("a blob on the wire", () => {
  const hash = "a".repeat(64);
  const blob = new Blob([new Uint8Array(CHUNK * 2 + 10)]);
  let asked: Asked[] = [];
  let answers: Response[] = [];

  function there(status: number, offset: number, complete = false): Response {
    const headers = { "Upload-Offset": String(offset), "Upload-Complete": complete ? "?1" : "?0" };
    return new Response(null, { status, headers });
  }

  beforeEach(() => {
    asked = [];
    vi.stubGlobal("document", { cookie: "csrftoken=token" });
    vi.stubGlobal("fetch", (_address: string, how: RequestInit) => {
      asked.push({
        method: how.method ?? "GET",
        offset: Number(new Headers(how.headers).get("Upload-Offset")),
        size: how.body instanceof Blob ? how.body.size : 0,
      });
      const answer = answers.shift();
      return answer ? Promise.resolve(answer) : Promise.reject(new TypeError("cut"));
    });
  });
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it("goes in chunks from where the server says", async () => {
    answers = [there(200, CHUNK), there(204, CHUNK * 2), there(201, blob.size, true)];
    const shares: number[] = [];
    await SERVER.upload(hash, blob, (share) => shares.push(share));
    expect(asked).toEqual([
      { method: "HEAD", offset: 0, size: 0 },
      { method: "PUT", offset: CHUNK, size: CHUNK },
      { method: "PUT", offset: CHUNK * 2, size: 10 },
    ]);
    expect(shares.at(-1)).toBe(1);
  });

  it("sends nothing of a blob that is there", async () => {
    answers = [there(200, blob.size, true)];
    await SERVER.upload(hash, blob, () => undefined);
    expect(asked).toHaveLength(1);
  });

  it("goes on from the offset a refusal names", async () => {
    answers = [there(404, 0), there(409, CHUNK), there(204, CHUNK * 2), there(201, blob.size)];
    await SERVER.upload(hash, blob, () => undefined);
    expect(asked.map((one) => one.offset)).toEqual([0, 0, CHUNK, CHUNK * 2]);
  });

  it("takes whoever answers without our words for no network", async () => {
    answers = [new Response("<html>Wi-Fi login</html>", { status: 200 })];
    await expect(SERVER.upload(hash, blob, () => undefined)).rejects.toEqual(
      new Refusal("offline", 0, ""),
    );
    answers = [new Response("<html>Wi-Fi login</html>", { status: 200 })];
    await expect(SERVER.whoami()).rejects.toMatchObject({ code: "offline" });
    await expect(SERVER.whoami()).rejects.toMatchObject({ code: "offline" }); // a cut
  });
});

describe("an undertaking on the wire", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  async function sent(kind: string, payload: Record<string, unknown>): Promise<unknown[]> {
    const asked: unknown[] = [];
    vi.stubGlobal("document", { cookie: "csrftoken=token" });
    vi.stubGlobal("fetch", (address: string, how: RequestInit) => {
      const key = new Headers(how.headers).get("Idempotency-Key");
      asked.push(how.method, address, key, JSON.parse(String(how.body)));
      return Promise.resolve(Response.json({ id: 7, state: "given" }));
    });
    const operation = { id: "op-1", kind, case: "C-1", payload } as unknown as Operation;
    const receipt = await SERVER.operate(operation, [], "phone");
    expect(receipt).toEqual({ case: "C-1", sha256: [], evidence: [] });
    return asked;
  }

  it("is given at its own address, once under its id", async () => {
    expect(await sent("stop_work", { organization: "HOUSING", text: "停工" })).toEqual([
      "POST",
      "/api/v1/undertakings/",
      "op-1",
      { organization: "HOUSING", text: "停工", kind: "stop_work", case: "C-1" },
    ]);
  });

  it("is answered at its own address", async () => {
    expect(await sent("undertaking_reply", { undertaking: 7, reason: "已停工" })).toEqual([
      "POST",
      "/api/v1/undertakings/7/reply/",
      "op-1",
      { reason: "已停工" },
    ]);
  });
});
