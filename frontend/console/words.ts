/** Every word the console says, in both languages. */
import { dictionary } from "../shared/language";
import { actsEn, actsZh } from "./words/acts";
import { casesEn, casesZh } from "./words/cases";
import { changesEn, changesZh } from "./words/changes";
import { closingEn, closingZh } from "./words/closing";
import { detailEn, detailZh } from "./words/detail";
import { faultsEn, faultsZh } from "./words/faults";
import { groundEn, groundZh } from "./words/ground";
import { inboxEn, inboxZh } from "./words/inbox";
import { phoneEn, phoneZh } from "./words/phone";
import { lineageEn, lineageZh } from "./words/lineage";
import { jointEn, jointZh } from "./words/joint";
import { returnsEn, returnsZh } from "./words/returns";
import { roomsEn, roomsZh } from "./words/rooms";
import { timingEn, timingZh } from "./words/timing";
import { trailEn, trailZh } from "./words/trail";
import { verdictEn, verdictZh } from "./words/verdict";

const zh = {
  ...groundZh,
  ...roomsZh,
  ...phoneZh,
  ...inboxZh,
  ...casesZh,
  ...detailZh,
  ...actsZh,
  ...trailZh,
  ...timingZh,
  ...lineageZh,
  ...closingZh,
  ...returnsZh,
  ...changesZh,
  ...faultsZh,
  ...jointZh,
  ...verdictZh,
};
const en = {
  ...groundEn,
  ...roomsEn,
  ...phoneEn,
  ...inboxEn,
  ...casesEn,
  ...detailEn,
  ...actsEn,
  ...trailEn,
  ...timingEn,
  ...lineageEn,
  ...closingEn,
  ...returnsEn,
  ...changesEn,
  ...faultsEn,
  ...jointEn,
  ...verdictEn,
};

export type Word = keyof typeof zh;
export const say = dictionary<Word>({ "zh-Hans": zh, en });

/** A word whose key is built from data; the data's own word when the page does not know it. */
export function sayOr(key: string, otherwise: string): string {
  return key in zh ? say(key as Word) : otherwise;
}
