/**
 * The rooms of the console, in the order of the bar: one line for each, and its word `room_KEY` in
 * `words/rooms.ts`. A room lies `beside` the map (its list left, what is open in the panel) or is a `page`.
 *
 * A page is given `subject` (what the address names: `#room=KEY&of=SUBJECT`), and emits `named` with
 * another subject ("" for none) and `opened` with the number of a case to show on the map.
 */
import { defineAsyncComponent, type Component } from "vue";
import CaseList from "./cases/CaseList.vue";
import { closeCase, open, openCase } from "./cases/open";
import { changes, closeChange, openChange } from "./changes/store";
import { closeFault, faults, openFault } from "./faults/store";
import { closeItem, inbox as waiting, openItem } from "./inbox/store";
import { isDesk, me } from "./me";
import type { Word } from "./words";

type Part = () => Promise<{ default: Component }>;

interface Entry {
  /** A path drawn in 20 × 20. */
  icon: string;
  /** Who sees the room in the bar. */
  seen: () => boolean;
}

/** A list beside the map; what is open of it stands in the panel. */
export interface BesideRoom extends Entry {
  list: Component;
  detail: Component;
  /** What the panel calls the thing that is open. */
  tab: Word;
  /** The name of the open thing, "" for none; whether the tab shows it. */
  subject: () => string;
  coded: boolean;
  open: (name: string) => Promise<void>;
  close: () => void;
}

/** A page in the place of list and map. */
export interface PageRoom extends Entry {
  page: Component;
}

const beside = (
  list: Component,
  detail: Part,
  rest: Omit<BesideRoom, "list" | "detail">,
): BesideRoom => ({ ...rest, list, detail: defineAsyncComponent(detail) });

const page = (part: Part, icon: string, seen: () => boolean): PageRoom => ({
  page: defineAsyncComponent(part),
  icon,
  seen,
});

const everybody = () => true;

const cases = beside(
  CaseList, // there first; what the others draw comes when it is asked for
  () => import("./cases/detail/CaseDetail.vue"),
  {
    icon: "M4 3.5h8l4 4v9H4zM12 3.5v4h4M7 11h6M7 13.5h4",
    seen: everybody,
    tab: "tabCases",
    subject: () => open.number,
    coded: true,
    open: openCase,
    close: closeCase,
  },
);

const inbox = beside(
  defineAsyncComponent(() => import("./inbox/InboxList.vue")),
  () => import("./inbox/InboxDetail.vue"),
  {
    icon: "M3.5 11.5 5.5 4h9l2 7.5v4.5h-13zM3.5 11.5H7l1 2h4l1-2h3.5",
    seen: () => isDesk.value,
    tab: "tabInbox",
    subject: () => waiting.code,
    coded: false,
    open: openItem,
    close: closeItem,
  },
);

const groundChanges = beside(
  defineAsyncComponent(() => import("./changes/ChangeList.vue")),
  () => import("./changes/ChangeDetail.vue"),
  {
    icon: "M4 13.5V16.5H7L15.5 8l-3-3zM11 6.5l3 3",
    seen: everybody,
    tab: "tabChange",
    subject: () => changes.number,
    coded: true,
    open: openChange,
    close: closeChange,
  },
);

const groundFaults = beside(
  defineAsyncComponent(() => import("./faults/FaultList.vue")),
  () => import("./faults/FaultDetail.vue"),
  {
    icon: "M10 3.5 17 16H3zM10 8v4M10 14v.3",
    seen: everybody,
    tab: "tabFault",
    subject: () => faults.id,
    coded: false,
    open: openFault,
    close: closeFault,
  },
);

const ALL = {
  cases,
  phone: page(
    () => import("./phone/PhoneRoom.vue"),
    "M5 3.5h3l1.5 4-2 1.5a9 9 0 0 0 3.5 3.5l1.5-2 4 1.5v3a2 2 0 0 1-2 2A12 12 0 0 1 3 5.5a2 2 0 0 1 2-2z",
    () => isDesk.value,
  ),
  inbox,
  catalogue: page(
    () => import("./catalogue/CatalogueRoom.vue"),
    "M4.5 3.5h9l2 2v11h-11zM7.5 8h5M7.5 10.5h5M7.5 13h3",
    everybody,
  ),
  joint: page(
    () => import("./joint/JointRoom.vue"),
    "M7 9a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM13.5 10a2 2 0 1 0 0-4M2.5 16c0-3 2-4.5 4.5-4.5s4.5 1.5 4.5 4.5M13.5 11.5c2.5 0 4 1.5 4 4.5",
    everybody,
  ),
  clocks: page(
    () => import("./clocks/ClocksRoom.vue"),
    "M10 4.5a6 6 0 1 0 0 12 6 6 0 0 0 0-12zM10 7.5v3.2l2.2 1.6M7.5 2.5h5",
    everybody,
  ),
  returns: page(
    () => import("./returns/ReturnRoom.vue"),
    "M8 5 4 9l4 4M4 9h8a4 4 0 0 1 0 8h-2",
    () => isDesk.value,
  ),
  changes: groundChanges,
  faults: groundFaults,
};

export type Room = keyof typeof ALL;
export const ROOMS: Record<Room, BesideRoom | PageRoom> = ALL;
export const KEYS = Object.keys(ALL) as Room[];

/** The rooms this person sees; all of everybody's until it is known who sits here. */
export const roomsSeen = (): Room[] => KEYS.filter((key) => ROOMS[key].seen());

/** The room of that name, if there is one that this person sees. */
export const roomNamed = (name: string | undefined): Room | undefined =>
  KEYS.find((key) => key === name && (!me.known || ROOMS[key].seen()));

export const besideOf = (key: Room): BesideRoom | undefined => {
  const room = ROOMS[key];
  return "list" in room ? room : undefined;
};

export const pageOf = (key: Room): Component | undefined => {
  const room = ROOMS[key];
  return "page" in room ? room.page : undefined;
};
