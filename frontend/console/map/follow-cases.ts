/** The map's cases follow the list, the open case and the pin of a form. */
import { Marker, type MapMouseEvent } from "maplibre-gl";
import { watch } from "vue";
import { list, loadPoints, seeBox } from "../cases/list";
import { open } from "../cases/open";
import { pin, putPin } from "../cases/pin";
import { placeOf } from "../cases/place";
import { state } from "../store";
import type { CityMap } from "./city-map";
import { CaseLayer, type PhotoSpot } from "./case-layer";

export interface CaseClicks {
  /** Whether the click was for a case (or a cluster), and which. */
  taken: (event: MapMouseEvent) => boolean;
  over: (event: MapMouseEvent) => boolean;
  stop: () => void;
}

function spots(): PhotoSpot[] {
  return (open.whole?.evidence ?? []).flatMap((photo, index) =>
    photo.position
      ? [
          {
            lon: photo.position[0],
            lat: photo.position[1],
            number: index + 1,
            accepted: photo.accepted,
          },
        ]
      : [],
  );
}

/** Draw cases on a map that is ready, from now on. */
export function followCases(map: CityMap, opened: (number: string) => void): CaseClicks {
  const layer = new CaseLayer(map.gl);
  let marker: Marker | undefined;

  const box = () => {
    const [[west, south], [east, north]] = map.gl.getBounds().toArray();
    seeBox([west, south, east, north]);
  };
  box();
  map.gl.on("moveend", box);
  void loadPoints();

  const stops = [
    watch(
      () => list.points,
      (points) => {
        layer.draw(points);
      },
      { immediate: true },
    ),
    watch(
      () => [placeOf(list.selected), open.number] as const,
      ([place]) => {
        layer.select(place);
      },
      { immediate: true },
    ),
    watch(
      () => [spots(), open.place] as const,
      ([photos, place]) => {
        layer.photos(photos, place);
      },
      { immediate: true },
    ),
    watch(
      () => state.layers.cases && state.room === "cases",
      (shown) => {
        layer.show(shown);
      },
      { immediate: true },
    ),
    watch(
      () => pin.place,
      (place) => {
        if (!place) {
          marker?.remove();
          marker = undefined;
          return;
        }
        if (!marker) {
          marker = new Marker({ draggable: true, color: "#123d53" });
          marker.on("dragend", () => {
            const at = marker?.getLngLat();
            if (at) putPin(at.lng, at.lat);
          });
          marker.setLngLat([place.lon, place.lat]).addTo(map.gl);
        } else marker.setLngLat([place.lon, place.lat]);
      },
      { immediate: true },
    ),
  ];

  return {
    taken: (event) => {
      if (pin.picking) return false;
      const clicked = layer.clicked(event);
      if (clicked && clicked !== "cluster") opened(clicked);
      return clicked !== undefined;
    },
    over: (event) => !pin.picking && layer.hit(event),
    stop: () => {
      for (const stop of stops) stop();
      marker?.remove();
    },
  };
}
