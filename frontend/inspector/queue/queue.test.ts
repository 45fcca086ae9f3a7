import "fake-indexeddb/auto";
import { beforeEach, describe, expect, it } from "vitest";
import { Refusal } from "../../shared/api";
import {
  discardPhoto,
  draftsOf,
  enqueue,
  keepPhoto,
  operationsOf,
  sendAgain,
  sweep,
  withdraw,
} from "./keep";
import { newId, openStore, type Operation, type Photo, type Receipt, type Store } from "./records";
import { flush, pauseAfter } from "./send";
import type { Wire } from "./wire";

/** A server that keeps the contract, and fails when told to. */
class Server implements Wire {
  user = "bo";
  readonly blobs = new Map<string, number>();
  readonly done = new Map<string, Receipt>();
  readonly order: string[] = [];
  failures: (Refusal | undefined)[] = [];
  forgets = new Set<string>();
  report: Partial<Receipt> = { case: "C-9" };

  private fail(): void {
    const failure = this.failures.shift();
    if (failure) throw failure;
  }

  whoami(): Promise<string> {
    return Promise.resolve(this.user);
  }

  async upload(sha256: string, blob: Blob): Promise<void> {
    this.fail();
    this.blobs.set(sha256, blob.size);
  }

  async operate(operation: Operation, photos: Photo[]): Promise<Receipt> {
    this.fail();
    const before = this.done.get(operation.id);
    if (before) return before;
    const missing = photos.filter((photo) => !this.blobs.has(photo.sha256));
    if (missing.length) throw new Refusal("missing_blobs", 424, "");
    const sha256 = photos.map((photo) => photo.sha256).filter((hash) => !this.forgets.has(hash));
    const receipt: Receipt = {
      case: operation.case,
      sha256,
      evidence: [],
      version: 3,
      ...(operation.kind === "report" && this.report),
    };
    this.done.set(operation.id, receipt);
    this.order.push(`${operation.kind} ${String(operation.case)}`);
    return receipt;
  }
}

const OFFLINE = new Refusal("offline", 0, "");

describe("the queue", () => {
  let store: Store;
  let server: Server;
  let clock = 0;
  let count = 0;

  async function shoot(subject = "case:C-1", user = "bo"): Promise<Photo> {
    count += 1;
    const blob = new Blob([`picture ${String(count)}`]);
    return keepPhoto(
      store,
      {
        id: newId(),
        user,
        subject,
        purpose: "after",
        sha256: String(count).padStart(64, "0"),
        thumbnail: new Blob(["small"]),
        filename: `${String(count)}.jpg`,
        mime: "image/jpeg",
        size: blob.size,
        captured_at: new Date(count * 1000).toISOString(),
        fixes: [],
        source: "camera",
      },
      blob,
    );
  }

  async function queueUp(photos: Photo[], kind = "add_evidence", user = "bo"): Promise<Operation> {
    const ids = photos.map((photo) => photo.id);
    const [operation] = await enqueue(store, user, [
      { kind, case: "C-1", title: kind, photos: ids },
    ]);
    if (!operation) throw new Error("nothing was queued");
    return operation;
  }

  async function send() {
    return flush(store, "bo", server, {}, () => clock);
  }

  async function states(user = "bo"): Promise<string[]> {
    return (await operationsOf(store, user)).map((one) => `${one.kind} ${one.state}`);
  }

  beforeEach(async () => {
    store = await openStore(newId());
    server = new Server();
    clock = 1_000_000;
  });

  it("deletes a picture only when a receipt lists its hash", async () => {
    const [one, other] = [await shoot(), await shoot()];
    server.forgets.add(other.sha256);
    await queueUp([one, other]);
    expect(await send()).toBe("idle");
    expect(await states()).toEqual(["add_evidence parked"]);
    expect(await store.get("bytes", one.id)).toBeUndefined();
    expect((await store.get("bytes", other.id))?.blob.size).toBe(other.size);
    expect((await store.get("photos", one.id))?.held).toBe(true);
    expect((await store.get("photos", other.id))?.held).toBe(false);
  });

  it("loses nothing wherever it is cut, and does nothing twice", async () => {
    for (let cut = 0; cut < 3; cut += 1) {
      server = new Server();
      const photos = [await shoot(), await shoot()];
      const operation = await queueUp(photos);
      server.failures = [...Array<undefined>(cut), OFFLINE];
      expect(await send()).toBe("offline");
      for (const photo of photos) expect(await store.get("bytes", photo.id)).toBeDefined();
      expect(await send()).toBe("idle");
      expect([...server.done.keys()]).toEqual([operation.id]);
      for (const photo of photos) expect(await store.get("bytes", photo.id)).toBeUndefined();
    }
  });

  it("repeats what was done when only the answer was lost", async () => {
    const operation = await queueUp([await shoot()]);
    const operate = server.operate.bind(server);
    server.operate = async (asked, photos) => {
      await operate(asked, photos);
      server.operate = operate;
      throw OFFLINE;
    };
    expect(await send()).toBe("offline");
    expect(await send()).toBe("idle");
    expect(server.order).toEqual(["add_evidence C-1"]);
    expect((await operationsOf(store, "bo"))[0]).toMatchObject({ id: operation.id, state: "done" });
  });

  it("parks what is refused with the reason, and goes on with the rest", async () => {
    await queueUp([], "handle");
    await queueUp([await shoot()]);
    server.failures = [new Refusal("lost_race", 409, "现已是第 5 版", { version: 5 })];
    expect(await send()).toBe("idle");
    expect(await states()).toEqual(["handle parked", "add_evidence done"]);
    const [parked] = await operationsOf(store, "bo");
    expect(parked?.refusal).toEqual({
      status: 409,
      code: "lost_race",
      detail: "现已是第 5 版",
      details: { version: 5 },
    });
  });

  it("sends a parked act again under a new id once a person has changed it", async () => {
    const first = await queueUp([], "handle");
    server.failures = [new Refusal("lost_race", 409, "")];
    await send();
    await sendAgain(store, first.id, { base_version: 5 });
    await send();
    const [again] = await operationsOf(store, "bo");
    expect(again?.state).toBe("done");
    expect(again?.id).not.toBe(first.id);
    expect(again?.base_version).toBe(5);
  });

  it("does not take one's own act for somebody else's", async () => {
    const seen = { case: "C-1", title: "", base_version: 2 };
    await enqueue(store, "bo", [
      { kind: "accept", ...seen },
      { kind: "handle", ...seen },
      { kind: "handle", case: "C-2", title: "", base_version: 2 },
    ]);
    await send();
    const sent = await operationsOf(store, "bo");
    expect(sent.map((one) => one.base_version)).toEqual([2, 3, 2]); // the server said 3
  });

  it("tries a troubled server again later, ever more slowly", async () => {
    const operation = await queueUp([], "handle");
    server.failures = [new Refusal("busy", 423, ""), new Refusal("server_error", 500, "")];
    expect(await send()).toBe("idle");
    const later = (await store.get("operations", operation.id))?.not_before ?? 0;
    expect(later).toBeGreaterThan(clock);
    expect(await send()).toBe("idle");
    expect(server.done.size).toBe(0);
    clock = later;
    await send();
    clock = (await store.get("operations", operation.id))?.not_before ?? 0;
    await send();
    expect(await states()).toEqual(["handle done"]);
    expect([0, 1, 20].map((n) => pauseAfter(n, 1))).toEqual([2000, 4000, 300_000]);
  });

  it("hands the number of the new case to what waits for it, in order", async () => {
    const photo = await shoot("report:r1");
    const report = newId();
    const evidence = newId();
    await enqueue(store, "bo", [
      { id: report, kind: "report", case: null, title: "" },
      {
        id: evidence,
        kind: "add_evidence",
        case: null,
        title: "",
        photos: [photo.id],
        after: report,
      },
      { kind: "fix_on_spot", case: null, title: "", after: evidence },
    ]);
    await send();
    await send();
    expect(server.order).toEqual(["report null", "add_evidence C-9", "fix_on_spot C-9"]);
    expect(await states()).toEqual(["report done", "add_evidence done", "fix_on_spot done"]);
  });

  it("parks the photos of a report that became no case, with the server's words", async () => {
    const photo = await shoot("report:r1");
    const report = newId();
    server.report = {
      case: null,
      why_no_case: { code: "outside_city", words: { "zh-Hans": "城外", en: "outside" } },
    };
    await enqueue(store, "bo", [
      { id: report, kind: "report", case: null, title: "" },
      { kind: "add_evidence", case: null, title: "", photos: [photo.id], after: report },
    ]);
    await send();
    const [, evidence] = await operationsOf(store, "bo");
    expect(evidence?.state).toBe("parked");
    expect(evidence?.refusal?.details).toEqual({ words: { "zh-Hans": "城外", en: "outside" } });
    expect(await store.get("bytes", photo.id)).toBeDefined();
  });

  it("waits with what depends on a parked thing until a person decides", async () => {
    const photo = await shoot();
    const first = await queueUp([photo]);
    await enqueue(store, "bo", [{ kind: "handle", case: "C-1", title: "", after: first.id }]);
    server.failures = [new Refusal("unreadable_file", 422, "")];
    expect(await send()).toBe("idle");
    expect(await states()).toEqual(["add_evidence parked", "handle waiting"]);
    await withdraw(store, first.id);
    expect((await draftsOf(store, "bo", "case:C-1")).map((one) => one.id)).toEqual([photo.id]);
    await send();
    expect(await states()).toEqual(["handle done"]);
  });

  it("keeps each person's queue apart on a shared phone", async () => {
    await queueUp([await shoot("case:C-1", "cy")], "add_evidence", "cy");
    await queueUp([], "check");
    await send();
    expect(server.order).toEqual(["check C-1"]);
    expect(await states("cy")).toEqual(["add_evidence waiting"]);
    await queueUp([], "close");
    server.user = "cy"; // somebody else signed in, in another tab
    expect(await send()).toBe("other_user");
    expect(server.order).toEqual(["check C-1"]);
  });

  it("stops when signed out, and keeps all", async () => {
    await queueUp([await shoot()]);
    server.failures = [new Refusal("not_authenticated", 401, "")];
    expect(await send()).toBe("signed_out");
    expect(await states()).toEqual(["add_evidence waiting"]);
  });

  it("throws away drafts only: what was handed on stays", async () => {
    const [draft, handed] = [await shoot(), await shoot()];
    await queueUp([handed]);
    await discardPhoto(store, draft.id);
    await discardPhoto(store, handed.id);
    expect(await store.getAllKeys("bytes")).toEqual([handed.id]);
  });

  it("forgets receipts after a week, and nothing that is not held", async () => {
    const [held, unheld] = [await shoot(), await shoot()];
    await queueUp([held]);
    await send();
    await queueUp([unheld]);
    await sweep(store, clock + 8 * 24 * 3600_000);
    expect(await states()).toEqual(["add_evidence waiting"]);
    expect(await store.getAllKeys("photos")).toEqual([unheld.id]);
  });
});
