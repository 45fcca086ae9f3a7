/** Every word the console says, in both languages. */
import { dictionary } from "../shared/language";
import { actsEn, actsZh } from "./words/acts";
import { casesEn, casesZh } from "./words/cases";
import { detailEn, detailZh } from "./words/detail";
import { groundEn, groundZh } from "./words/ground";
import { trailEn, trailZh } from "./words/trail";

const zh = { ...groundZh, ...casesZh, ...detailZh, ...actsZh, ...trailZh };
const en = { ...groundEn, ...casesEn, ...detailEn, ...actsEn, ...trailEn };

export type Word = keyof typeof zh;
export const say = dictionary<Word>({ "zh-Hans": zh, en });

/** A word whose key is built from data; the data's own word when the page does not know it. */
export function sayOr(key: string, otherwise: string): string {
  return key in zh ? say(key as Word) : otherwise;
}
