/** What the report's script says, in both languages; the page's own words come from the server. */
const WORDS = {
  "zh-Hans": {
    locating: "正在定位…",
    denied: "没有取得位置权限：请在地图上点一下，或搜索街道。",
    nowhere: "暂时定位不到：请在地图上点一下，或搜索街道。",
    outside: "这个位置不在本市范围内：请把图钉移到出问题的地方。",
    rough: "定位误差约 {metres} 米，请把图钉移准。",
    at: "已标在：{place}",
    near: "{place}附近",
    unnamed: "地图上的这一点",
    unchecked: "已标好位置；网络不通，地名稍后核对。",
    nothing: "没有找到。换个词，或直接在地图上点一下。",
    where: "请在地图上点一下，或选择社区。",
    what: "请选择一项最接近的问题。",
    text: "请用一两句话说明情况。",
    many: "最多 {most} 张照片。",
    large: "“{name}”超过 25 MB，没有加入。",
    remove: "去掉第 {number} 张照片",
    sending: "正在提交，请稍候…",
    offline: "网络不通，没有提交成功。填写的内容都在，联网后再点“提交”。",
    broken: "服务器暂时没有响应。填写的内容都在，请稍后再点“提交”。",
    pin: "问题所在的位置",
  },
  en: {
    locating: "Finding your position…",
    denied: "Your position was not allowed: tap the map, or search for the street.",
    nowhere: "No position for now: tap the map, or search for the street.",
    outside: "This place is outside the city: move the pin to where the problem is.",
    rough: "The position may be {metres} m off: move the pin to the right place.",
    at: "Marked: {place}",
    near: "near {place}",
    unnamed: "this point on the map",
    unchecked: "The place is marked; there is no network to look up its name.",
    nothing: "Nothing found. Try another word, or tap the map.",
    where: "Tap the map, or choose a community.",
    what: "Choose what comes closest.",
    text: "Say in a sentence or two what is wrong.",
    many: "At most {most} photos.",
    large: "“{name}” is larger than 25 MB and was not added.",
    remove: "Remove photo {number}",
    sending: "Sending, one moment…",
    offline:
      "No network: it was not sent. All you wrote is still here; press “Submit” again when online.",
    broken:
      "The server does not answer. All you wrote is still here; press “Submit” again in a while.",
    pin: "Where the problem is",
  },
} as const;

export type Word = keyof (typeof WORDS)["en"];

/** The sentence in the page's language, `{name}` filled in. */
export function say(
  word: Word,
  values: Record<string, string | number> = {},
  lang?: string,
): string {
  const language = (lang ?? document.documentElement.lang) === "en" ? "en" : "zh-Hans";
  return WORDS[language][word].replace(/\{(\w+)\}/g, (whole, name: string) =>
    name in values ? String(values[name]) : whole,
  );
}
