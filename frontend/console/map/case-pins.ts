/** The pins that stand for cases: the stage's colour and sign, a red ring when overdue, a mark when urgent. */
import type { Map as GlMap } from "maplibre-gl";
import { STAGE_COLOURS, type Stage } from "../cases/steps";

const SIDE = 34;
const DENSITY = 2;
const OVERDUE = "#c0261c";

// White signs in a 24 x 24 field: a tray, a spanner, a tick, a folder.
export const STAGE_SIGNS: Record<Stage, string> = {
  desk: "M6 11h3.2l1 2h3.6l1-2H18M6 11l1.8-4h8.4L18 11v5.5H6z",
  body: "M15.8 6.2a3.6 3.6 0 0 0-4.4 4.6L6.5 15.6l1.9 1.9 4.9-4.9a3.6 3.6 0 0 0 4.5-4.5l-2.2 2.2-1.9-.6-.4-1.7z",
  check: "m6.8 12.4 3.4 3.4 7-7.4",
  done: "M6.5 8h4l1.5 1.8h5.5V17h-11z",
};

/** The name of the picture for a case. */
export function pinName(stage: Stage, urgent: boolean, overdue: boolean): string {
  return `pin-${stage}${urgent ? "-urgent" : ""}${overdue ? "-overdue" : ""}`;
}

function drop(context: CanvasRenderingContext2D, grow: number): void {
  const [x, y, radius] = [17, 14, 10 + grow];
  context.beginPath();
  context.arc(x, y, radius, 0.8 * Math.PI, 0.2 * Math.PI);
  context.lineTo(x, 31 + grow);
  context.closePath();
}

function picture(stage: Stage, urgent: boolean, overdue: boolean): ImageData {
  const element = document.createElement("canvas");
  element.width = SIDE * DENSITY;
  element.height = SIDE * DENSITY;
  const context = element.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("no 2d canvas");
  context.scale(DENSITY, DENSITY);
  context.lineJoin = "round";
  context.lineCap = "round";
  context.fillStyle = overdue ? OVERDUE : "#fff";
  drop(context, overdue ? 2.6 : 1.8);
  context.fill();
  if (overdue) {
    context.fillStyle = "#fff";
    drop(context, 0.8);
    context.fill();
  }
  context.fillStyle = STAGE_COLOURS[stage];
  drop(context, overdue ? -0.6 : 0);
  context.fill();
  context.save();
  context.translate(7.4, 4.4);
  context.scale(0.8, 0.8);
  context.strokeStyle = "#fff";
  context.lineWidth = 2;
  context.stroke(new Path2D(STAGE_SIGNS[stage]));
  context.restore();
  if (urgent) mark(context);
  return context.getImageData(0, 0, SIDE * DENSITY, SIDE * DENSITY);
}

function mark(context: CanvasRenderingContext2D): void {
  context.beginPath();
  context.arc(27, 7, 6, 0, 2 * Math.PI);
  context.fillStyle = "#f2a900";
  context.fill();
  context.lineWidth = 1.2;
  context.strokeStyle = "#fff";
  context.stroke();
  context.beginPath();
  context.moveTo(27, 3.8);
  context.lineTo(27, 7.4);
  context.moveTo(27, 9.9);
  context.lineTo(27, 10);
  context.lineWidth = 1.8;
  context.strokeStyle = "#1d2a33";
  context.stroke();
}

/** Give the map its pins. */
export function addPins(map: GlMap): void {
  for (const stage of Object.keys(STAGE_COLOURS) as Stage[]) {
    for (const urgent of [false, true]) {
      for (const overdue of [false, true]) {
        const name = pinName(stage, urgent, overdue);
        map.addImage(name, picture(stage, urgent, overdue), { pixelRatio: DENSITY });
      }
    }
  }
}
