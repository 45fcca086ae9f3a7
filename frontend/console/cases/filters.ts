/** What the list is narrowed to, as the API's parameters. */

export const GROUPS = [
  "all",
  "verify",
  "file",
  "dispatch",
  "accept",
  "handle",
  "check",
  "callback",
  "close",
  "overdue",
  "done",
] as const;
export type Group = (typeof GROUPS)[number];

export interface Filters {
  group: Group;
  words: string;
  category: string;
  organization: string;
  area: string;
  urgency: string;
  outcome: string;
  channel: string;
  /** Only those whose answer changed with the ground: the desk is to decide. */
  groundChanged: boolean;
  inView: boolean;
}

export const NO_FILTERS: Readonly<Filters> = {
  group: "all",
  words: "",
  category: "",
  organization: "",
  area: "",
  urgency: "",
  outcome: "",
  channel: "",
  groundChanged: false,
  inView: false,
};

type Box = readonly [number, number, number, number];
export type Parameters = Record<string, string | boolean | undefined>;

/** The filters beside the group: what the counts of the groups are counted under. */
export function narrowing(filters: Filters, box: Box | undefined): Parameters {
  return {
    q: filters.words.trim(),
    category: filters.category,
    organization: filters.organization,
    area: filters.area,
    urgency: filters.urgency,
    outcome: filters.outcome,
    channel: filters.channel,
    ground_changed: filters.groundChanged || undefined,
    bbox: filters.inView && box ? box.map((degree) => degree.toFixed(6)).join(",") : undefined,
  };
}

/** The group, in the API's words. */
export function grouping(group: Group): Parameters {
  if (group === "all") return { open: true };
  if (group === "done") return { open: false };
  if (group === "overdue") return { clock: "overdue" };
  return { waits_for: group };
}

/** How many of the filters, the group and the search aside, are set. */
export function chosen(filters: Filters): number {
  const { category, organization, area, urgency, outcome, channel } = filters;
  return [category, organization, area, urgency, outcome, channel].filter(Boolean).length;
}
