/** Who would have a case if it were sent so, and what speaks against it: asked of the server, a later question first. */
import { reactive } from "vue";
import { getJson } from "../../../shared/api";

export interface Receiver {
  code: string;
  name: string;
  part: "lead" | "assist";
  co_receiver: boolean;
}

export interface Warning {
  code: string;
  words: Record<string, string>;
}

export interface Receivers {
  receivers: Receiver[];
  warnings: Warning[];
  ask: (number: string, to: string, assists: readonly string[]) => Promise<void>;
}

/** What a form shows; where the server cannot be asked it shows nothing, and the dispatch itself says it. */
export function receivers(): Receivers {
  let underway: AbortController | undefined;
  const held = reactive({ receivers: [], warnings: [], ask }) as Receivers;

  async function ask(number: string, to: string, assists: readonly string[]): Promise<void> {
    underway?.abort();
    const mine = new AbortController();
    underway = mine;
    try {
      const told = await getJson<{ receivers: Receiver[]; warnings: Warning[] }>(
        `/api/v1/cases/${encodeURIComponent(number)}/receivers/`,
        { to, assists: assists.join(";") },
        mine.signal,
      );
      if (underway !== mine) return;
      held.receivers = told.receivers;
      held.warnings = told.warnings;
    } catch {
      if (underway !== mine) return;
      held.receivers = [];
      held.warnings = [];
    }
  }
  return held;
}
