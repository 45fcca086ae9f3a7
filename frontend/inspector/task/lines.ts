/** What was asked about a case and answered, in words: who would be rid of it, who wants time, who asks from above. */
import { language } from "../../shared/language";
import type { Case } from "../contract";
import { moment } from "../time";
import { say } from "../words";

export interface Line {
  title: string;
  state: string;
  waits: boolean;
  words: string[];
}

function answer(by: string | null, decision: string): string {
  return by && decision ? say("answeredBy", { by, decision }) : "";
}

/** Transfers and returns. */
export function movesOf(found: Case): Line[] {
  return [
    ...(found.transfers ?? []).map((one) => ({
      title: say("transferLine", { from: one.organization.name, to: one.proposed_to.name }),
      state: say(`moving_${one.state}`),
      waits: one.state === "proposed",
      words: [
        one.reason,
        answer(one.decided_by, one.decision),
        ...one.warnings.map(({ words }) => words[language.value] ?? ""),
      ],
    })),
    ...(found.returns ?? []).map((one) => ({
      title: say("returnLine", { from: one.organization.name }),
      state: say(`moving_${one.state}`),
      waits: one.state === "asked",
      words: [
        `${say(`grounds_${one.grounds}`)}：${one.reason}`,
        one.state === "asked" ? say("decideBy", { time: moment(one.decide_by) }) : "",
        answer(one.decided_by, one.decision),
        one.appeal,
      ],
    })),
  ];
}

/** A limit as the catalogue writes it, in words: 2wd, 4wh, 24h. */
export function limitWords(limit: string): string {
  const [, amount, unit] = /^(\d+)(wd|wh|h)$/.exec(limit) ?? [];
  return amount ? `${amount} ${say(`unit_${unit as "wd" | "wh" | "h"}`)}` : limit;
}

/** More time, rests, and supervision. */
export function timingOf(found: Case): Line[] {
  return [
    ...(found.extensions ?? []).map((one) => ({
      title: say("extensionLine", {
        from: one.organization.name,
        limit: limitWords(one.limit ?? ""),
      }),
      state: say(`asked_${one.state}`),
      waits: one.state === "asked",
      words: [one.reason, answer(one.decided_by, one.decision)],
    })),
    ...(found.parkings ?? []).map((one) => ({
      title: say("parkingLine", { from: one.organization.name, until: one.until ?? "" }),
      state: say(`asked_${one.state}`),
      waits: one.state === "asked",
      words: [one.reason, answer(one.decided_by, one.decision)],
    })),
    ...(found.supervisions ?? []).map((one) => ({
      title: say("supervisionLine", {
        level: say(`rung_${one.level}`),
        to: one.organization.name,
      }),
      state: say(`supervision_${one.state}`),
      waits: one.state === "open",
      words: [
        one.reason,
        one.state === "open" && one.respond_by
          ? say("answerBy", { time: moment(one.respond_by) })
          : "",
        answer(one.answered_by, one.answer),
        one.conclusion,
      ],
    })),
  ];
}
