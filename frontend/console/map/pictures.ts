/** The pictures the map draws with: white signs for discs, and hatching for unproven ground. */
import type { Map as GlMap } from "maplibre-gl";
import type { SymbolName } from "./groups";

// Paths in a 24 x 24 field, stroked in white.
const PATHS: Record<SymbolName, string> = {
  lamp: "M8 21V6a3 3 0 0 1 3-3h5M12.5 3h5v2.5c0 1-1 2-2.5 2s-2.5-1-2.5-2zM5.5 21h5",
  manhole: "M12 4a8 8 0 1 0 0 16a8 8 0 1 0 0-16M7.5 9.5h9M6.5 14.5h11M12 4v16",
  sign: "M12 21v-8M5 4h11l3 4.5L16 13H5z",
  signal: "M8.5 3h7v13h-7zM12 16v5M12 6.2v.1M12 9.5v.1M12 12.8v.1",
  hydrant: "M8 20V9a4 4 0 0 1 8 0v11M6 20h12M5.5 12.5H8M16 12.5h2.5M12 5V3M10 13h4",
  bin: "M6 8h12l-1.2 12H7.2zM5 8h14M9.5 8V5h5v3M10.5 12v4.5M13.5 12v4.5",
  tree: "M12 21v-6M12 3c3.5 0 6 2.6 6 6s-2.5 6-6 6s-6-2.6-6-6s2.5-6 6-6M12 12l2.5-2.5",
  pole: "M12 3v18M6.5 6.5h11M8 10h8M9.5 21h5",
  box: "M6 4h12v16H6zM12.8 7.5l-2.6 4.5h3.6l-2.6 4.5",
  camera: "M4 8l11-3l1.5 5l-11 3zM16 7.5l3.5-.5M8 12.5V20M5 20h6",
  stop: "M6 4h12v13H6zM6 11h12M8.5 17v3M15.5 17v3M9 14.2v.1M15 14.2v.1",
  bench: "M4 11h16M4 15h16M6 15v5M18 15v5M6 11V7h12v4",
  dot: "M12 9.5a2.5 2.5 0 1 0 0 5a2.5 2.5 0 1 0 0-5",
};

export const SYMBOLS = Object.keys(PATHS) as SymbolName[];
const SIDE = 24;
const DENSITY = 2;

/** The path of a symbol, for the legend. */
export function pathOf(symbol: SymbolName): string {
  return PATHS[symbol];
}

function canvas(side: number): CanvasRenderingContext2D {
  const element = document.createElement("canvas");
  element.width = side;
  element.height = side;
  const context = element.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("no 2d canvas");
  return context;
}

function sign(symbol: SymbolName): ImageData {
  const side = SIDE * DENSITY;
  const context = canvas(side);
  context.scale(DENSITY, DENSITY);
  context.strokeStyle = "#fff";
  context.lineWidth = 2;
  context.lineCap = "round";
  context.lineJoin = "round";
  context.stroke(new Path2D(PATHS[symbol]));
  return context.getImageData(0, 0, side, side);
}

/** Diagonal lines that meet themselves at the edges of the pattern. */
function hatching(colour: string, side: number, width: number): ImageData {
  const context = canvas(side);
  context.strokeStyle = colour;
  context.lineWidth = width;
  for (const shift of [-side, 0, side]) {
    context.beginPath();
    context.moveTo(shift - width, side + width);
    context.lineTo(shift + side + width, -width);
    context.stroke();
  }
  return context.getImageData(0, 0, side, side);
}

/** Give the map its pictures; call once the style is there. */
export function addPictures(map: GlMap): void {
  for (const symbol of SYMBOLS) {
    map.addImage(`sign-${symbol}`, sign(symbol), { pixelRatio: DENSITY });
  }
  map.addImage("hatch", hatching("rgb(40 50 58 / 42%)", 16, 2), { pixelRatio: DENSITY });
}
