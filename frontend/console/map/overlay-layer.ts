/** Shapes of a room and a boundary being drawn, on a map that is already drawn. */
import {
  Marker,
  type GeoJSONSource,
  type LayerSpecification,
  type Map as GlMap,
  type MapMouseEvent,
} from "maplibre-gl";
import type { Feature, FeatureCollection } from "geojson";
import type { Corner } from "./drawing";
import type { Shown } from "./overlay";

const NOTHING: FeatureCollection = { type: "FeatureCollection", features: [] };
const COLOUR = ["get", "colour"] as unknown as string;
const MARKED = ["get", "marked"] as unknown as boolean;
const DIMMED = ["get", "dimmed"] as unknown as boolean;
const CLICKED = ["overlay-point", "overlay-line", "overlay-fill"];
const REACH_PX = 5;

function layers(): LayerSpecification[] {
  return [
    {
      id: "overlay-fill",
      type: "fill",
      source: "overlay",
      filter: ["==", ["geometry-type"], "Polygon"],
      paint: { "fill-color": COLOUR, "fill-opacity": ["case", MARKED, 0.55, DIMMED, 0.12, 0.3] },
    },
    {
      id: "overlay-line",
      type: "line",
      source: "overlay",
      filter: ["!=", ["geometry-type"], "Point"],
      paint: {
        "line-color": COLOUR,
        "line-width": ["case", MARKED, 4.5, 1.6],
        "line-opacity": ["case", DIMMED, 0.55, 1],
      },
    },
    {
      id: "overlay-point",
      type: "circle",
      source: "overlay",
      filter: ["==", ["geometry-type"], "Point"],
      paint: {
        "circle-color": COLOUR,
        "circle-radius": ["case", MARKED, 11, 7],
        "circle-stroke-color": ["case", MARKED, "#f2a900", "#ffffff"],
        "circle-stroke-width": ["case", MARKED, 4, 2],
      },
    },
    {
      id: "drawing-fill",
      type: "fill",
      source: "drawing",
      filter: ["==", ["geometry-type"], "Polygon"],
      paint: { "fill-color": "#1c5470", "fill-opacity": 0.22 },
    },
    {
      id: "drawing-line",
      type: "line",
      source: "drawing",
      paint: { "line-color": "#123d53", "line-width": 2.5, "line-dasharray": [3, 1.5] },
    },
  ];
}

export interface DrawingEvents {
  moved: (index: number, lon: number, lat: number) => void;
  removed: (index: number) => void;
}

export class OverlayLayer {
  private markers: Marker[] = [];

  constructor(
    private readonly gl: GlMap,
    private readonly events: DrawingEvents,
  ) {
    for (const name of ["overlay", "drawing"]) {
      gl.addSource(name, { type: "geojson", data: NOTHING });
    }
    for (const layer of layers()) gl.addLayer(layer);
  }

  draw(shapes: readonly Shown[], marked: string): void {
    const some = shapes.some(({ id }) => id === marked);
    const features = shapes.map(({ id, geometry, colour }): Feature => ({
      type: "Feature",
      properties: { id, colour, marked: id === marked, dimmed: some && id !== marked },
      geometry,
    }));
    features.sort((a, b) => Number(a.properties?.["marked"]) - Number(b.properties?.["marked"]));
    void this.source("overlay")?.setData({ type: "FeatureCollection", features });
  }

  /** The shape under a click, the smallest kind first: a point before a line before an area. */
  under(event: MapMouseEvent): string | undefined {
    const { x, y } = event.point;
    const found = this.gl.queryRenderedFeatures(
      [
        [x - REACH_PX, y - REACH_PX],
        [x + REACH_PX, y + REACH_PX],
      ],
      { layers: CLICKED },
    );
    const first = CLICKED.map((id) => found.find((one) => one.layer.id === id)).find(Boolean);
    return first ? String(first.properties["id"]) : undefined;
  }

  /** The boundary as far as it is drawn, its corners to be dragged. */
  outline(corners: readonly Corner[]): void {
    const [first] = corners;
    const features: Feature[] = [];
    if (first && corners.length > 2) {
      const ring = [...corners, first];
      features.push({
        type: "Feature",
        properties: {},
        geometry: { type: "Polygon", coordinates: [ring] },
      });
    } else if (corners.length === 2) {
      features.push({
        type: "Feature",
        properties: {},
        geometry: { type: "LineString", coordinates: [...corners] },
      });
    }
    void this.source("drawing")?.setData({ type: "FeatureCollection", features });
    this.pins(corners);
  }

  private pins(corners: readonly Corner[]): void {
    for (const gone of this.markers.splice(corners.length)) gone.remove();
    corners.forEach(([lon, lat], index) => {
      const known = this.markers[index];
      if (known) known.setLngLat([lon, lat]);
      else this.markers.push(this.pin(index, lon, lat));
    });
  }

  private pin(index: number, lon: number, lat: number): Marker {
    const element = document.createElement("div");
    element.className = "corner";
    element.textContent = String(index + 1);
    element.setAttribute("aria-hidden", "true"); // the list of corners beside the map says them
    element.addEventListener("contextmenu", (event) => {
      event.preventDefault();
      this.events.removed(index);
    });
    element.addEventListener("click", (event) => {
      event.stopPropagation();
    });
    const marker = new Marker({ element, draggable: true }).setLngLat([lon, lat]).addTo(this.gl);
    marker.on("dragend", () => {
      const { lng, lat: north } = marker.getLngLat();
      this.events.moved(index, lng, north);
    });
    return marker;
  }

  private source(name: string): GeoJSONSource | undefined {
    return this.gl.getSource<GeoJSONSource>(name);
  }

  stop(): void {
    for (const one of this.markers) one.remove();
  }
}
