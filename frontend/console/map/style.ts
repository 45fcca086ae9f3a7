/** The map's style: every source is our own, every letter is drawn by the browser's own fonts. */
import type {
  ExpressionSpecification,
  FilterSpecification,
  LayerSpecification,
  StyleSpecification,
} from "maplibre-gl";
import type { City } from "../contract";
import {
  BODY_COLOURS,
  CATEGORY_COLOURS,
  HANDOVER_COLOURS,
  HANDOVER_GROUPS,
  HANDOVER_STATES,
  OTHER_BODY_COLOUR,
  lookOf,
} from "./groups";

// Without a `glyphs` address MapLibre draws text from the fonts named here, found on this machine.
const FACES = [
  "PingFang SC",
  "Hiragino Sans GB",
  "Microsoft YaHei",
  "Noto Sans CJK SC",
  "Source Han Sans SC",
];
const REGULAR = FACES;
const MEDIUM = ["PingFang SC Medium", ...FACES];

const PAPER = "#f7f5f0";
const BEYOND = "#e7e4dc";
const WATER = "#bfd9e6";
const GREEN = "#d7e6ca";

export type ColourBy = "handover" | "category";

/** The matching of data words to colours, by the city's own categories. */
export function facilityColour(city: City, by: ColourBy): ExpressionSpecification {
  if (by === "handover") {
    const pairs = HANDOVER_GROUPS.filter((group) => group !== "none").flatMap((group) => [
      [...HANDOVER_STATES[group]],
      HANDOVER_COLOURS[group],
    ]);
    return match(["coalesce", ["get", "handover"], "none"], pairs, HANDOVER_COLOURS.none);
  }
  const pairs = city.categories.flatMap((category) => [
    category.code,
    CATEGORY_COLOURS[lookOf(category.name, category.code).group],
  ]);
  return match(["get", "category"], pairs, CATEGORY_COLOURS.other);
}

function match(
  input: ExpressionSpecification,
  pairs: (string | string[])[],
  otherwise: string,
): ExpressionSpecification {
  if (pairs.length === 0) return ["literal", otherwise] as unknown as ExpressionSpecification;
  return ["match", input, ...pairs, otherwise] as unknown as ExpressionSpecification;
}

/** The colour of each body on the map, the largest holders of ground first. */
export function bodyColour(index: number): string {
  return BODY_COLOURS[index] ?? OTHER_BODY_COLOUR;
}

function ownershipColour(city: City): ExpressionSpecification {
  const pairs = city.bodies
    .slice(0, BODY_COLOURS.length)
    .flatMap((body, index) => [body.code, bodyColour(index)]);
  return match(["get", "organization"], pairs, OTHER_BODY_COLOUR);
}

function signOf(city: City): ExpressionSpecification {
  const pairs = city.categories.flatMap((category) => [
    category.code,
    `sign-${lookOf(category.name, category.code).symbol}`,
  ]);
  return match(["get", "category"], pairs, "sign-dot");
}

function width(...stops: [zoom: number, pixels: number][]): ExpressionSpecification {
  return [
    "interpolate",
    ["exponential", 1.5],
    ["zoom"],
    ...stops.flat(),
  ] as unknown as ExpressionSpecification;
}

/**
 * Whether an ownership area speaks for a subject. Without a subject only those speak that cover
 * every category: three bodies may share a whole district, one for lamps, one for roads, one for
 * the rest, and their colours on top of each other would say nothing.
 */
export function speaksFor(subject: string | undefined): ExpressionSpecification {
  const whole: ExpressionSpecification = ["!", ["has", "categories"]];
  return subject
    ? ["any", whole, ["in", `,${subject},`, ["coalesce", ["get", "categories"], ""]]]
    : whole;
}

/** Areas that do not speak for the subject keep a faint edge. */
export function edgeOpacity(subject: string | undefined): ExpressionSpecification {
  return ["case", speaksFor(subject), 0.9, 0.3];
}

const RANK = (rank: number): FilterSpecification => ["==", ["get", "rank"], rank];

// Rank: colour, and the width of the road at zoom 10, 14 and 18.
const ROADS: readonly (readonly [number, string, number, number, number])[] = [
  [7, "#f1efe9", 0.2, 0.8, 5],
  [6, "#ffffff", 0.3, 1.4, 9],
  [5, "#ffffff", 0.4, 2.2, 14],
  [4, "#ffffff", 0.6, 3.4, 18],
  [3, "#fff8e6", 0.9, 4.6, 22],
  [2, "#fdeec6", 1.4, 6, 26],
  [1, "#fbe0a6", 1.8, 7, 30],
];

/** The road layers one can click, the greatest first. */
export const ROAD_LAYERS = ROADS.map(([rank]) => `road-${String(rank)}`).reverse();

function roads(): LayerSpecification[] {
  const casings = ROADS.map(([rank, , far, middle, near]): LayerSpecification => ({
    id: `road-casing-${String(rank)}`,
    type: "line",
    source: "base",
    "source-layer": "roads",
    filter: RANK(rank),
    layout: { "line-cap": "round", "line-join": "round" },
    paint: {
      "line-color": rank <= 3 ? "#d8c9a3" : "#d3d0c8",
      "line-width": width([10, far + 0.6], [14, middle + 1.4], [18, near + 2]),
    },
  }));
  const fills = ROADS.map(([rank, colour, far, middle, near]): LayerSpecification => ({
    id: `road-${String(rank)}`,
    type: "line",
    source: "base",
    "source-layer": "roads",
    filter: RANK(rank),
    layout: { "line-cap": "round", "line-join": "round" },
    paint: { "line-color": colour, "line-width": width([10, far], [14, middle], [18, near]) },
  }));
  return [...casings, ...fills];
}

const HALO = { "text-halo-color": "#fff", "text-halo-width": 1.6 } as const;

function ground(city: City): LayerSpecification[] {
  const colour = ownershipColour(city);
  return [
    { id: "beyond", type: "background", paint: { "background-color": BEYOND } },
    {
      id: "city",
      type: "fill",
      source: "base",
      "source-layer": "city",
      paint: { "fill-color": PAPER, "fill-outline-color": "#b9b5a8" },
    },
    {
      id: "ownership-fill",
      type: "fill",
      source: "ownership",
      "source-layer": "ownership",
      filter: speaksFor(undefined),
      paint: {
        "fill-color": colour,
        "fill-opacity": ["match", ["get", "kind"], "red_line", 0.3, 0.17],
      },
    },
    {
      id: "green",
      type: "fill",
      source: "base",
      "source-layer": "land",
      filter: ["==", ["get", "class"], "green"],
      paint: { "fill-color": GREEN, "fill-opacity": 0.85 },
    },
    {
      id: "water",
      type: "fill",
      source: "base",
      "source-layer": "land",
      filter: ["all", ["==", ["get", "class"], "water"], ["==", ["geometry-type"], "Polygon"]],
      paint: { "fill-color": WATER, "fill-outline-color": "#9fc3d5" },
    },
    {
      id: "water-line",
      type: "line",
      source: "base",
      "source-layer": "land",
      filter: ["all", ["==", ["get", "class"], "water"], ["==", ["geometry-type"], "LineString"]],
      paint: { "line-color": WATER, "line-width": width([10, 1], [14, 3], [18, 10]) },
    },
    {
      id: "ownership-unproven",
      type: "fill",
      source: "ownership",
      "source-layer": "ownership",
      filter: ["all", ["==", ["get", "unproven"], true], speaksFor(undefined)],
      paint: { "fill-pattern": "hatch", "fill-opacity": 0.4 },
    },
    ...roads(),
    {
      id: "ownership-line",
      type: "line",
      source: "ownership",
      "source-layer": "ownership",
      filter: ["!=", ["get", "kind"], "red_line"],
      layout: { "line-join": "round" },
      paint: {
        "line-color": colour,
        "line-width": width([11, 0.8], [16, 2]),
        "line-opacity": edgeOpacity(undefined),
      },
    },
    {
      id: "ownership-red-line",
      type: "line",
      source: "ownership",
      "source-layer": "ownership",
      filter: ["==", ["get", "kind"], "red_line"],
      layout: { "line-join": "round" },
      paint: {
        "line-color": "#c0302a",
        "line-width": width([11, 1], [16, 2.2]),
        "line-dasharray": [3, 1.6],
      },
    },
    {
      id: "cells",
      type: "line",
      source: "cells",
      "source-layer": "cells",
      minzoom: 14,
      paint: {
        "line-color": "#7b8790",
        "line-opacity": ["interpolate", ["linear"], ["zoom"], 14, 0.18, 17, 0.55],
        "line-width": width([14, 0.5], [18, 1]),
      },
    },
    ...(["community", "subdistrict", "district"] as const).map(
      (level, rank): LayerSpecification => ({
        id: `area-${level}`,
        type: "line",
        source: "base",
        "source-layer": "areas",
        filter: ["==", ["get", "level"], level],
        minzoom: level === "community" ? 13 : level === "subdistrict" ? 10 : 0,
        layout: { "line-join": "round" },
        paint: {
          "line-color": "#6b5a8a",
          "line-opacity": 0.3 + 0.08 * rank,
          "line-width": width([10, 0.6 + rank * 0.5], [16, 1.2 + rank * 0.9]),
        },
      }),
    ),
  ];
}

/** Layers that belong to a switch of the legend. */
export const SWITCHES = {
  areas: ["area-community", "area-subdistrict", "area-district", "area-names"],
  cells: ["cells", "cell-codes"],
  ownership: [
    "ownership-fill",
    "ownership-unproven",
    "ownership-line",
    "ownership-red-line",
    "ownership-names",
  ],
  facilities: ["facility-area", "facility-line", "bins", "facility", "facility-sign"],
} as const;

/** Layers the legend's filters of facilities act on, with the geometry each draws. */
export const FACILITY_LAYERS = {
  "facility-area": "Polygon",
  "facility-line": "LineString",
  facility: "Point",
  "facility-sign": "Point",
} as const;

const TROUBLED: ExpressionSpecification = [">", ["coalesce", ["get", "troubled"], 0], 0];

// What is argued about lies on top of what is not.
const URGE: ExpressionSpecification = [
  "match",
  ["coalesce", ["get", "handover"], "none"],
  [...HANDOVER_STATES.none],
  0,
  [...HANDOVER_STATES.received],
  1,
  [...HANDOVER_STATES.under_way],
  2,
  3,
];

const QUIET: ExpressionSpecification = ["==", URGE, 0];

/** Categories that the base draws as roads: the line layer draws pipes, cables and the rest. */
export function roadCategories(city: City): string[] {
  return city.categories
    .filter((category) => lookOf(category.name, category.code).group === "road")
    .map((category) => category.code);
}

function facilities(city: City, by: ColourBy): LayerSpecification[] {
  const colour = facilityColour(city, by);
  const away: ExpressionSpecification = [
    "match",
    ["get", "state"],
    ["lost", "abandoned", "removed"],
    0.4,
    1,
  ];
  return [
    {
      id: "facility-area",
      type: "line",
      source: "facilities",
      "source-layer": "facilities",
      minzoom: 15,
      filter: ["==", ["geometry-type"], "Polygon"],
      paint: { "line-color": colour, "line-width": 1, "line-opacity": 0.5 },
    },
    {
      id: "facility-line",
      type: "line",
      source: "facilities",
      "source-layer": "facilities",
      minzoom: 14,
      filter: ["==", ["geometry-type"], "LineString"],
      layout: { "line-cap": "round", "line-join": "round" },
      paint: {
        "line-color": colour,
        "line-width": width([14, 0.8], [18, 2]),
        "line-opacity": 0.55,
      },
    },
    {
      id: "bins",
      type: "circle",
      source: "facilities",
      "source-layer": "facilities",
      maxzoom: 14,
      layout: { "circle-sort-key": ["coalesce", ["get", "troubled"], 0] },
      paint: {
        "circle-color": ["case", TROUBLED, HANDOVER_COLOURS.refused, "#5d7482"],
        "circle-opacity": ["case", TROUBLED, 0.85, 0.5],
        "circle-radius": [
          "interpolate",
          ["linear"],
          ["zoom"],
          8,
          ["min", 5, ["+", 0.8, ["sqrt", ["/", ["get", "n"], 16]]]],
          14,
          ["min", 9, ["+", 1, ["sqrt", ["/", ["get", "n"], 2.2]]]],
        ],
      },
    },
    {
      id: "facility",
      type: "circle",
      source: "facilities",
      "source-layer": "facilities",
      minzoom: 14,
      filter: ["==", ["geometry-type"], "Point"],
      layout: { "circle-sort-key": URGE },
      paint: {
        "circle-color": colour,
        "circle-opacity": away,
        "circle-radius": [
          "interpolate",
          ["linear"],
          ["zoom"],
          14,
          ["case", QUIET, 1.5, 3],
          16,
          ["case", QUIET, 3.2, 5],
          16.6,
          8.5,
          19,
          13,
        ],
        "circle-stroke-color": ["match", ["get", "state"], "damaged", "#1d2a33", "#ffffff"],
        "circle-stroke-width": ["interpolate", ["linear"], ["zoom"], 14, 0.4, 17, 1.6],
      },
    },
    {
      id: "facility-sign",
      type: "symbol",
      source: "facilities",
      "source-layer": "facilities",
      minzoom: 16.2,
      filter: ["==", ["geometry-type"], "Point"],
      layout: {
        "icon-image": signOf(city),
        "icon-allow-overlap": true,
        "icon-ignore-placement": true,
        "icon-size": ["interpolate", ["linear"], ["zoom"], 16.2, 0.46, 19, 0.78],
      },
      paint: { "icon-opacity": away },
    },
  ];
}

function names(): LayerSpecification[] {
  return [
    {
      id: "cell-codes",
      type: "symbol",
      source: "cells",
      "source-layer": "cell_labels",
      minzoom: 16,
      layout: {
        // The last three digits are the cell's own; the rest repeats the community's code.
        "text-field": ["step", ["zoom"], ["slice", ["get", "code"], -3], 17.5, ["get", "code"]],
        "text-font": REGULAR,
        "text-size": 11,
      },
      paint: { "text-color": "#66727b", ...HALO },
    },
    {
      id: "road-names",
      type: "symbol",
      source: "base",
      "source-layer": "road_names",
      minzoom: 12,
      filter: [
        "any",
        ["<=", ["get", "rank"], 3],
        ["all", ["==", ["get", "rank"], 4], [">=", ["zoom"], 14]],
        [">=", ["zoom"], 15],
      ] as unknown as FilterSpecification,
      layout: {
        "symbol-placement": "line",
        "symbol-spacing": 320,
        "text-field": ["get", "name"],
        "text-font": REGULAR,
        "text-size": ["interpolate", ["linear"], ["zoom"], 12, 11, 17, 14],
        "text-letter-spacing": 0.08,
        "symbol-sort-key": ["get", "rank"],
      },
      paint: { "text-color": "#4d5860", ...HALO },
    },
    {
      id: "ownership-names",
      type: "symbol",
      source: "ownership",
      "source-layer": "ownership_labels",
      minzoom: 14,
      layout: {
        "text-field": ["get", "name"],
        "text-font": MEDIUM,
        "text-size": 12,
        "text-max-width": 8,
        "text-padding": 12,
      },
      paint: {
        "text-color": ["match", ["get", "kind"], "red_line", "#9c2420", "#2f4656"],
        ...HALO,
      },
    },
    {
      id: "water-names",
      type: "symbol",
      source: "base",
      "source-layer": "land",
      minzoom: 13,
      filter: ["has", "name"],
      layout: {
        "text-field": ["get", "name"],
        "text-font": REGULAR,
        "text-size": 13,
        "text-letter-spacing": 0.15,
        "text-padding": 60,
      },
      paint: {
        "text-color": ["match", ["get", "class"], "water", "#2b6a8c", "#3c6b34"],
        "text-halo-color": "rgb(255 255 255 / 75%)",
        "text-halo-width": 1.2,
      },
    },
    {
      id: "area-names",
      type: "symbol",
      source: "base",
      "source-layer": "area_labels",
      maxzoom: 16,
      filter: [
        "any",
        ["all", ["==", ["get", "level"], "district"], ["<", ["zoom"], 13]],
        ["all", ["==", ["get", "level"], "subdistrict"], ["<", ["zoom"], 14.5]],
        ["all", ["==", ["get", "level"], "community"], [">=", ["zoom"], 13.5]],
      ] as unknown as FilterSpecification,
      layout: {
        "text-field": ["get", "name"],
        "text-font": MEDIUM,
        "text-size": ["match", ["get", "level"], "district", 17, "subdistrict", 14.5, 12.5],
        "text-letter-spacing": 0.12,
        "symbol-sort-key": ["match", ["get", "level"], "district", 0, "subdistrict", 1, 2],
      },
      paint: { "text-color": "#4f3f6e", ...HALO },
    },
  ];
}

function asked(): LayerSpecification[] {
  return [
    {
      id: "asked-accuracy",
      type: "fill",
      source: "asked",
      filter: ["==", ["geometry-type"], "Polygon"],
      paint: { "fill-color": "#1c5470", "fill-opacity": 0.14, "fill-outline-color": "#1c5470" },
    },
    {
      id: "asked-halo",
      type: "circle",
      source: "asked",
      filter: ["==", ["geometry-type"], "Point"],
      paint: {
        "circle-radius": ["case", ["get", "facility"], 16, 7],
        "circle-color": ["case", ["get", "facility"], "rgb(0 0 0 / 0%)", "#123d53"],
        "circle-stroke-color": ["case", ["get", "facility"], "#123d53", "#ffffff"],
        "circle-stroke-width": 3,
      },
    },
  ];
}

/** The whole style for a city; `origin` is where this page came from. */
export function cityStyle(city: City, by: ColourBy, origin: string): StyleSpecification {
  const tiles = (layer: string) => [
    `${origin}/tiles/${layer}/{z}/{x}/{y}.mvt?v=${String(city.version)}`,
  ];
  return {
    version: 8,
    sources: {
      base: { type: "vector", tiles: tiles("base"), maxzoom: 16 },
      ownership: { type: "vector", tiles: tiles("ownership"), maxzoom: 16 },
      cells: { type: "vector", tiles: tiles("cells"), minzoom: 13, maxzoom: 16 },
      facilities: { type: "vector", tiles: tiles("facilities"), maxzoom: 17 },
      asked: { type: "geojson", data: { type: "FeatureCollection", features: [] } },
    },
    layers: [...ground(city), ...facilities(city, by), ...names(), ...asked()],
  };
}
