import { expect, it } from "vitest";
import type { Operation } from "../queue/records";
import { ARRIVE, type Choice } from "./choices";
import { nextOf } from "./next";
import { oursOf, queuedOf, underWayOf } from "./receipts";

const NOW = Date.parse("2026-11-21T09:00:00Z");
const accept: Choice = { key: "accept", act: "accept", words: "none", plain: true };
const handle: Choice = { key: "handle", act: "handle", words: "must", photo: "after" };
const free = (): boolean => true;

function done(kind: string, agoMs: number, more: Partial<Operation> = {}): Operation {
  return {
    id: kind,
    case: "C-1",
    kind,
    payload: {},
    state: "done",
    done_at: NOW - agoMs,
    receipt: { case: "C-1", sha256: [], evidence: [] },
    ...more,
  } as Operation;
}

it("takes the missing photo before the act that needs it", () => {
  expect(nextOf(handle, "before", true, free)).toEqual({ photo: "before" });
  expect(nextOf(handle, undefined, true, free)).toEqual({ choice: handle });
  expect(nextOf(undefined, "before", true, free)).toBeUndefined();
});

it("lets a crew go on while its acceptance is on its way", () => {
  const isFree = (one: Choice): boolean => one.key !== "accept";
  expect(nextOf(accept, "before", false, isFree)).toEqual({ choice: ARRIVE });
  expect(nextOf(accept, "before", true, isFree)).toEqual({ photo: "before" });
  expect(nextOf(handle, "before", true, () => false)).toBeUndefined();
});

it("shows what is not done, the news, and photos that do not count for a day", () => {
  const flaw = { sha256: "a", accepted: false, findings: [] };
  const operations = [
    done("accept", 60_000),
    done("reply", 4 * 60_000),
    done("add_evidence", 3600_000, { receipt: { case: "C-1", sha256: [], evidence: [flaw] } }),
    done("handle", 0, { state: "parked", done_at: null }),
    done("join", 0, { case: "C-2" }),
  ];
  const ours = oursOf(operations, "C-1", NOW);
  expect(ours.map(({ kind }) => kind)).toEqual(["accept", "add_evidence", "handle"]);
  expect(queuedOf(ours, NOW - 1000).map(({ kind }) => kind)).toEqual(["handle"]);
});

it("tells one undertaking's answer from another's, and a visit by what was found", () => {
  const way = underWayOf([
    done("undertaking_reply", 0, { payload: { undertaking: 7 } }),
    done("visit", 0, { payload: { outcome: "no_access" } }),
    done("stop_work", 0),
  ]);
  expect([...way]).toEqual(["undertaking_reply:7", "no_access", "stop_work"]);
});
