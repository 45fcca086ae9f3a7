/** Groups of categories and of handover states: what the legend counts and the map colours. */

export type CategoryGroup =
  "lighting" | "water" | "traffic" | "power" | "green" | "sanitation" | "road" | "other";
export type HandoverGroup = "none" | "under_way" | "received" | "refused" | "disputed";

/** The pictures that stand for classes of facilities. */
export type SymbolName =
  | "lamp"
  | "manhole"
  | "sign"
  | "signal"
  | "hydrant"
  | "bin"
  | "tree"
  | "pole"
  | "box"
  | "camera"
  | "stop"
  | "bench"
  | "dot";

export const CATEGORY_GROUPS: readonly CategoryGroup[] = [
  "lighting",
  "water",
  "traffic",
  "power",
  "green",
  "sanitation",
  "road",
  "other",
];

export const HANDOVER_GROUPS: readonly HandoverGroup[] = [
  "none",
  "under_way",
  "received",
  "refused",
  "disputed",
];

export const CATEGORY_COLOURS: Record<CategoryGroup, string> = {
  lighting: "#b07000",
  water: "#1f6f9f",
  traffic: "#4456a6",
  power: "#774a9c",
  green: "#3c7a3f",
  sanitation: "#7d5a3c",
  road: "#5c6670",
  other: "#5c6670",
};

export const HANDOVER_COLOURS: Record<HandoverGroup, string> = {
  none: "#74828c",
  under_way: "#b07000",
  received: "#1d7a55",
  refused: "#c0402a",
  disputed: "#8d2f73",
};

export const HANDOVER_STATES: Record<HandoverGroup, readonly string[]> = {
  none: ["none", "cancelled"],
  under_way: [
    "draft",
    "applied",
    "documents_reviewed",
    "joint_inspection",
    "rectification",
    "reinspection",
  ],
  received: ["signed", "in_warranty", "in_service"],
  refused: ["refused", "overdue"],
  disputed: ["disputed"],
};

// Read in order; the first that fits a category's name is its picture and group. Cities name
// their classes freely (GB/T 30428.2 classes, OSM tags, a bureau's own words), so words decide.
const NAMES: readonly (readonly [RegExp, SymbolName, CategoryGroup])[] = [
  [/红绿灯|信号灯|traffic.?(light|signal)/i, "signal", "traffic"],
  [
    /配电|变压|箱变|控制箱|控制柜|交接箱|用电户|电表|cabinet|transformer|control.?box/i,
    "box",
    "power",
  ],
  [/路灯|灯|照明|lamp|lighting|street.?light/i, "lamp", "lighting"],
  [/消防栓|消火栓|消防|hydrant/i, "hydrant", "water"],
  [/井盖|雨水|污水|窨井|箅|manhole|drain|sewer|valve|阀/i, "manhole", "water"],
  [/摄像|监控|camera/i, "camera", "traffic"],
  [/公交|候车|站台|bus.?stop|shelter/i, "stop", "traffic"],
  [/标志|指示牌|路名牌|标识|护栏|隔离|sign|bollard|guard/i, "sign", "traffic"],
  [/电杆|立杆|线杆|杆|pole|mast/i, "pole", "power"],
  [/垃圾|果皮|环卫|公厕|bin|waste|toilet/i, "bin", "sanitation"],
  [/座椅|坐椅|坐凳|bench|报刊|宣传栏|邮筒|雕塑|广告/i, "bench", "sanitation"],
  [/树|绿|花|草|公园|park|tree|green|garden/i, "tree", "green"],
  [/水域|河|湖|江|渠|water.?(body|area)|river|lake|canal/i, "dot", "green"],
  [/电力|通信|电信|燃气|热力|telecom|power|gas/i, "box", "power"],
  [
    /道路|车行|人行道|[干支速]路|桥|隧|路面|路段|退界|road|street|footway|bridge|verge/i,
    "dot",
    "road",
  ],
  [/水|water/i, "manhole", "water"],
];

export interface CategoryLook {
  symbol: SymbolName;
  group: CategoryGroup;
}

/** The picture and group for a category, by its name or, failing that, its code. */
export function lookOf(name: string, code = ""): CategoryLook {
  for (const [words, symbol, group] of NAMES) {
    if (words.test(name)) return { symbol, group };
  }
  for (const [words, symbol, group] of NAMES) {
    if (words.test(code)) return { symbol, group };
  }
  return { symbol: "dot", group: "other" };
}

/** Colours for bodies, told apart beside each other; the largest holders of ground come first. */
export const BODY_COLOURS: readonly string[] = [
  "#b98b52",
  "#2f9aa0",
  "#8a68ac",
  "#3f7fb5",
  "#c97b2d",
  "#a3557f",
  "#4f9d69",
  "#b8a12f",
  "#c05a4a",
  "#6d7f8a",
];
export const OTHER_BODY_COLOUR = "#87919a";
