/** What happens, as it is committed: the server's live events, across cuts, each of them once. */
import { getJson, Refusal } from "./api";

const ADDRESS = "/api/v1/live/";
const SHORTEST_MS = 1000;
const LONGEST_MS = 30_000;

/** An event: what happened, and to what; the thing itself is fetched by whoever shows it. */
export interface Happening {
  seq: number;
  kind: string;
  subject_type: string;
  subject_id: string;
}

/**
 * `waiting`: cut, and coming back by itself; `refused`: signed out or without a role, so that only
 * signing in helps; `stopped`: by us.
 */
export type LiveState = "connecting" | "open" | "waiting" | "refused" | "stopped";

export type ResetReason = "too_old" | "unknown_id" | "too_slow" | "rights_changed";

export interface LiveListener {
  /** Something happened to what you may see: fetch it, and show it. */
  happened: (event: Happening) => void;
  /** It can no longer be seen: take it away. */
  gone: (event: Happening) => void;
  /** What happened meanwhile will not be told: load all anew. */
  reset: (reason: ResetReason) => void;
  /** Something may have been lost from sight meanwhile: compare what is shown. */
  recheck: () => void;
  state?: (state: LiveState) => void;
}

/** What of the browser is used; a test brings its own. */
export interface Surroundings {
  open: (address: string) => EventSource;
  /** Resolves if we may still ask the server; rejects with its refusal. */
  probe: () => Promise<unknown>;
  random: () => number;
}

const BROWSER: Surroundings = {
  open: (address) => new EventSource(address),
  probe: () => getJson("/api/v1/me/"),
  random: Math.random,
};

/** One stream. After a cut the browser resumes it; after a refusal we do, ever more slowly. */
export class Live {
  state: LiveState = "stopped";
  /** The newest number that was told; -1 before the first word. */
  lastSeq = -1;
  private source: EventSource | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;

  constructor(
    private readonly listener: LiveListener,
    private readonly around: Surroundings = BROWSER,
  ) {}

  /** Connect, or connect at once instead of waiting (after `online`, after signing in). */
  start(): void {
    if (this.state === "open" || this.state === "connecting") return;
    this.hangUp();
    this.enter("connecting");
    const resumed = this.lastSeq < 0 ? "" : `?last_event_id=${String(this.lastSeq)}`;
    const source = this.around.open(ADDRESS + resumed);
    this.source = source;
    this.on(source, "message", (message) => {
      this.tell(message, this.listener.happened);
    });
    this.on(source, "gone", (message) => {
      this.tell(message, this.listener.gone);
    });
    this.on(source, "ready", (message) => {
      this.failures = 0;
      this.lastSeq = Math.max(this.lastSeq, read<Happening>(message).seq);
      this.enter("open");
    });
    this.on(source, "reset", (message) => {
      const told = read<{ seq: number; reason: ResetReason }>(message);
      this.failures = 0;
      this.lastSeq = told.seq; // of a database that was restored, it may be smaller
      this.enter("open");
      this.listener.reset(told.reason);
    });
    this.on(source, "recheck", () => {
      this.listener.recheck();
    });
    source.onerror = () => {
      if (source.readyState === source.CLOSED) void this.refused();
      else this.enter("waiting");
    };
    source.onopen = () => {
      this.enter("connecting");
    };
  }

  /** Hang up for good; the last number is kept for a later start. */
  stop(): void {
    this.hangUp();
    this.enter("stopped");
  }

  private on(
    source: EventSource,
    name: string,
    act: (message: MessageEvent<string>) => void,
  ): void {
    source.addEventListener(name, (message) => {
      if (source === this.source) act(message as MessageEvent<string>);
    });
  }

  private tell(message: MessageEvent<string>, act: (event: Happening) => void): void {
    const event = read<Happening>(message);
    if (event.seq <= this.lastSeq) return;
    this.lastSeq = event.seq;
    act(event);
  }

  /** The server answered, but with no stream. */
  private async refused(): Promise<void> {
    const source = this.source;
    this.enter("waiting");
    try {
      await this.around.probe();
    } catch (failure) {
      const ours = source === this.source;
      if (
        ours &&
        failure instanceof Refusal &&
        (failure.status === 401 || failure.status === 403)
      ) {
        this.hangUp();
        this.enter("refused");
        return;
      }
    }
    if (source !== this.source) return; // started anew, or stopped, meanwhile
    const pause = Math.min(SHORTEST_MS * 2 ** this.failures, LONGEST_MS);
    this.failures += 1;
    this.timer = setTimeout(
      () => {
        this.start();
      },
      pause * (0.5 + this.around.random() / 2),
    );
  }

  private hangUp(): void {
    clearTimeout(this.timer);
    this.source?.close();
    this.source = null;
  }

  private enter(state: LiveState): void {
    if (state === this.state) return;
    this.state = state;
    this.listener.state?.(state);
  }
}

function read<T>(message: MessageEvent<string>): T {
  return JSON.parse(message.data) as T;
}
