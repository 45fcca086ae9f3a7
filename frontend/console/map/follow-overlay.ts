/** The map follows what a room lays over it, and the boundary that is being drawn. */
import type { MapMouseEvent } from "maplibre-gl";
import { watch } from "vue";
import type { CityMap } from "./city-map";
import { addCorner, drawing, moveCorner, removeCorner } from "./drawing";
import { overlay } from "./overlay";
import { OverlayLayer } from "./overlay-layer";

export interface OverlayClicks {
  taken: (event: MapMouseEvent) => boolean;
  over: (event: MapMouseEvent) => boolean;
  stop: () => void;
}

/** Draw a room's shapes on a map that is ready, from now on. */
export function followOverlay(map: CityMap): OverlayClicks {
  const layer = new OverlayLayer(map.gl, { moved: moveCorner, removed: removeCorner });
  const stops = [
    watch(
      () => [overlay.shapes, overlay.marked] as const,
      ([shapes, marked]) => {
        layer.draw(shapes, marked);
      },
      { immediate: true },
    ),
    watch(
      () => overlay.goTo,
      (box) => {
        if (box) map.goToBounds(box);
      },
      { immediate: true },
    ),
    watch(
      () => drawing.corners,
      (corners) => {
        layer.outline(corners);
      },
      { immediate: true },
    ),
  ];
  const under = (event: MapMouseEvent) =>
    overlay.picked && overlay.shapes.length ? layer.under(event) : undefined;

  return {
    taken: (event) => {
      if (drawing.active) {
        addCorner(event.lngLat.lng, event.lngLat.lat);
        return true;
      }
      const found = under(event);
      if (found !== undefined) overlay.picked?.(found);
      return found !== undefined;
    },
    over: (event) => !drawing.active && under(event) !== undefined,
    stop: () => {
      for (const stop of stops) stop();
      layer.stop();
    },
  };
}
