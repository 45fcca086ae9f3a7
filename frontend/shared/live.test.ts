import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Refusal } from "./api";
import { Live, type Happening, type LiveState } from "./live";

/** A source that says what the test tells it to. */
class Source extends EventTarget {
  readonly CONNECTING = 0;
  readonly OPEN = 1;
  readonly CLOSED = 2;
  readyState = 0;
  onerror: (() => void) | null = null;
  onopen: (() => void) | null = null;

  constructor(readonly address: string) {
    super();
  }

  say(data: object, name = "message"): void {
    this.dispatchEvent(new MessageEvent(name, { data: JSON.stringify(data) }));
  }

  fail(readyState: number): void {
    this.readyState = readyState;
    this.onerror?.();
  }

  close(): void {
    this.readyState = 2;
  }
}

function event(seq: number): Happening {
  return { seq, kind: "case_filed", subject_type: "inspections.case", subject_id: "7" };
}

describe("Live", () => {
  const sources: Source[] = [];
  let heard: string[] = [];
  let states: LiveState[] = [];
  let probe: () => Promise<unknown>;
  let live: Live;

  function newest(): Source {
    const source = sources.at(-1);
    if (!source) throw new Error("nothing was opened");
    return source;
  }

  beforeEach(() => {
    vi.useFakeTimers();
    sources.length = 0;
    heard = [];
    states = [];
    probe = () => Promise.resolve({});
    live = new Live(
      {
        happened: (told) => heard.push(`event ${String(told.seq)}`),
        gone: (told) => heard.push(`gone ${String(told.seq)}`),
        reset: (reason) => heard.push(`reset ${reason}`),
        recheck: () => heard.push("recheck"),
        state: (state) => states.push(state),
      },
      {
        open: (address) => {
          const source = new Source(address);
          sources.push(source);
          return source as unknown as EventSource;
        },
        probe: () => probe(),
        random: () => 1,
      },
    );
    live.start();
  });

  afterEach(() => {
    live.stop();
    vi.useRealTimers();
  });

  it("tells each event once, whatever the server repeats", () => {
    newest().say({ seq: 4 }, "ready");
    newest().say(event(5));
    newest().say(event(6));
    newest().say(event(5));
    newest().say(event(7), "gone");
    expect(heard).toEqual(["event 5", "event 6", "gone 7"]);
    expect(states).toEqual(["connecting", "open"]);
  });

  it("leaves a cut to the browser, which resumes by itself", () => {
    newest().say({ seq: 4 }, "ready");
    newest().fail(0);
    expect(live.state).toBe("waiting");
    newest().say(event(5));
    newest().say({ seq: 5 }, "recheck");
    newest().say({ seq: 5 }, "ready");
    expect(live.state).toBe("open");
    expect(heard).toEqual(["event 5", "recheck"]);
    expect(sources).toHaveLength(1);
  });

  it("comes back after a refusal with the last number, ever more slowly", async () => {
    newest().say({ seq: 4 }, "ready");
    newest().say(event(9));
    newest().fail(2);
    await vi.advanceTimersByTimeAsync(999);
    expect(sources).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(newest().address).toBe("/api/v1/live/?last_event_id=9");
    newest().fail(2);
    await vi.advanceTimersByTimeAsync(1999);
    expect(sources).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(sources).toHaveLength(3);
    for (let turn = 0; turn < 10; turn += 1) {
      newest().fail(2);
      await vi.advanceTimersByTimeAsync(30_000);
    }
    expect(sources).toHaveLength(13);
  });

  it("gives up when signed out, until it is started again", async () => {
    probe = () => Promise.reject(new Refusal("not_authenticated", 401, ""));
    newest().fail(2);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(live.state).toBe("refused");
    expect(sources).toHaveLength(1);
    live.start();
    expect(sources).toHaveLength(2);
  });

  it("goes on from where a reset says, even if that is earlier", async () => {
    newest().say(event(90));
    newest().say({ seq: 3, reason: "unknown_id" }, "reset");
    newest().say(event(4));
    expect(heard).toEqual(["event 90", "reset unknown_id", "event 4"]);
    newest().fail(2);
    await vi.advanceTimersByTimeAsync(1000);
    expect(newest().address).toBe("/api/v1/live/?last_event_id=4");
  });

  it("hears nothing of a source it has left", async () => {
    const old = newest();
    old.fail(2);
    live.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sources).toHaveLength(1);
    old.say(event(5));
    old.say(event(6), "gone");
    expect(heard).toEqual([]);
    expect(live.state).toBe("stopped");
  });
});
