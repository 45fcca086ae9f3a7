/** The map itself: drawn from the city's tiles, told by the page what to show, telling what was clicked. */
import {
  Map as GlMap,
  NavigationControl,
  ScaleControl,
  setWorkerUrl,
  type GeoJSONSource,
  type LngLatBoundsLike,
  type FilterSpecification,
  type MapMouseEvent,
} from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import "maplibre-gl/dist/maplibre-gl.css";
import type { City } from "../contract";
import type { View } from "../deep-link";
import { circle } from "./circle";
import { HANDOVER_STATES, lookOf, type CategoryGroup, type HandoverGroup } from "./groups";
import { addPictures } from "./pictures";
import {
  cityStyle,
  edgeOpacity,
  facilityColour,
  FACILITY_LAYERS,
  ROAD_LAYERS,
  roadCategories,
  speaksFor,
  SWITCHES,
  type ColourBy,
} from "./style";

setWorkerUrl(workerUrl);

export interface Clicked {
  lon: number;
  lat: number;
  facility: string | undefined;
  category: string | undefined;
}

export interface MapEvents {
  /** Whether a click was for something that lies on top of the city. */
  taken: (event: MapMouseEvent) => boolean;
  over: (event: MapMouseEvent) => boolean;
  clicked: (clicked: Clicked) => void;
  moved: (view: View) => void;
  pointed: (lon: number, lat: number) => void;
  failed: () => void;
  drawn: () => void;
}

const CLICKED_FIRST = ["facility", "facility-line", ...ROAD_LAYERS];
const REACH_PX = 6; // how near a click must be to a symbol
const WHOLE: [number, number, number, number] = [73, 18, 135, 54];

/** Whether this browser can draw the map at all. */
export function canDraw(): boolean {
  return document.createElement("canvas").getContext("webgl2") !== null;
}

export class CityMap {
  readonly gl: GlMap;
  private readonly city: City;

  constructor(
    container: HTMLElement,
    city: City,
    start: View | undefined,
    by: ColourBy,
    events: MapEvents,
    words: Record<string, string>,
  ) {
    this.city = city;
    this.gl = new GlMap({
      container,
      style: cityStyle(city, by, location.origin),
      ...(start
        ? { center: [start.lon, start.lat] as [number, number], zoom: start.zoom }
        : { bounds: this.bounds(), fitBoundsOptions: { padding: 24 } }),
      minZoom: 4,
      maxZoom: 20,
      maxPitch: 0,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      attributionControl: false,
      locale: words,
      fadeDuration: 120,
    });
    this.gl.touchZoomRotate.disableRotation();
    this.gl.keyboard.disableRotation();
    this.gl.addControl(new NavigationControl({ showCompass: false }), "bottom-right");
    this.gl.addControl(new ScaleControl({ maxWidth: 110, unit: "metric" }), "bottom-left");
    this.listen(events);
  }

  private listen(events: MapEvents): void {
    this.gl.once("style.load", () => {
      addPictures(this.gl);
    });
    this.gl.once("load", () => {
      events.drawn();
    });
    this.gl.on("click", (event) => {
      if (!events.taken(event)) events.clicked(this.at(event));
    });
    this.gl.on("mousemove", (event) => {
      events.pointed(event.lngLat.lng, event.lngLat.lat);
      const something = events.over(event) || this.facilityUnder(event);
      this.gl.getCanvas().style.cursor = something ? "pointer" : "crosshair";
    });
    this.gl.on("moveend", () => {
      events.moved(this.view());
    });
    this.gl.on("error", (event) => {
      if ("sourceId" in event || "tile" in event) events.failed();
    });
  }

  private bounds(): LngLatBoundsLike {
    return this.city.bounds ?? WHOLE;
  }

  private facilityUnder(event: MapMouseEvent) {
    const { x, y } = event.point;
    const layers = ["facility", "facility-line", ...ROAD_LAYERS];
    const found = this.gl.queryRenderedFeatures(
      [
        [x - REACH_PX, y - REACH_PX],
        [x + REACH_PX, y + REACH_PX],
      ],
      { layers },
    );
    return CLICKED_FIRST.map((id) =>
      found.find((feature) => feature.layer.id === id && feature.properties["code"]),
    ).find(Boolean);
  }

  /** What was clicked: a facility if one is near, at its own place, else the place. */
  private at(event: MapMouseEvent): Clicked {
    const facility = this.facilityUnder(event);
    let [lon, lat] = [event.lngLat.lng, event.lngLat.lat];
    if (facility?.geometry.type === "Point") {
      [lon, lat] = facility.geometry.coordinates as [number, number];
    }
    const code: unknown = facility?.properties["code"];
    const category: unknown = facility?.properties["category"];
    return {
      lon,
      lat,
      facility: typeof code === "string" ? code : undefined,
      category: typeof category === "string" ? category : undefined,
    };
  }

  view(): View {
    const { lng, lat } = this.gl.getCenter();
    return { zoom: this.gl.getZoom(), lat, lon: lng };
  }

  goTo(lon: number, lat: number, zoom = 17.5): void {
    this.gl.flyTo({ center: [lon, lat], zoom: Math.max(this.gl.getZoom(), zoom), duration: 700 });
  }

  goToBounds(bounds: [number, number, number, number]): void {
    this.gl.fitBounds(bounds, { padding: 60, maxZoom: 18, duration: 700 });
  }

  /** The whole city, in the part of the map that no panel covers. */
  wholeCity(): void {
    this.gl.fitBounds(this.bounds(), { padding: 24, duration: 0 });
  }

  /** Keep a place in sight when a panel covers part of the map. */
  cover(padding: { left: number; right: number; bottom: number }): void {
    this.gl.setPadding({ top: 0, ...padding });
  }

  showLayer(name: keyof typeof SWITCHES, shown: boolean): void {
    for (const id of SWITCHES[name]) {
      this.gl.setLayoutProperty(id, "visibility", shown ? "visible" : "none");
    }
  }

  colour(by: ColourBy): void {
    const colour = facilityColour(this.city, by);
    this.gl.setPaintProperty("facility", "circle-color", colour);
    this.gl.setPaintProperty("facility-line", "line-color", colour);
    this.gl.setPaintProperty("facility-area", "line-color", colour);
  }

  /** Colour the ground by who owns it for a subject: a category's code, or none. */
  about(subject: string | undefined): void {
    const speaks = speaksFor(subject) as FilterSpecification;
    const unproven = ["==", ["get", "unproven"], true] as const;
    this.gl.setFilter("ownership-fill", speaks);
    this.gl.setFilter("ownership-unproven", [
      "all",
      unproven,
      speaks,
    ] as unknown as FilterSpecification);
    this.gl.setFilter("ownership-names", speaks);
    this.gl.setPaintProperty("ownership-line", "line-opacity", edgeOpacity(subject));
  }

  /** Hide facilities of some groups of categories and of handover states. */
  hide(groups: readonly CategoryGroup[], handover: readonly HandoverGroup[]): void {
    const categories = this.city.categories
      .filter((category) => groups.includes(lookOf(category.name, category.code).group))
      .map((category) => category.code);
    const roads = roadCategories(this.city);
    const states = handover.flatMap((group) => [...HANDOVER_STATES[group]]);
    for (const [layer, geometry] of Object.entries(FACILITY_LAYERS)) {
      const unseen = geometry === "LineString" ? [...categories, ...roads] : categories;
      const filter = [
        "all",
        ["==", ["geometry-type"], geometry],
        ["!", ["in", ["get", "category"], ["literal", unseen]]],
        ["!", ["in", ["coalesce", ["get", "handover"], "none"], ["literal", states]]],
      ] as unknown as FilterSpecification;
      this.gl.setFilter(layer, filter);
    }
  }

  /** Mark what is asked about, with the circle in which the position may lie. */
  mark(
    place: { lon: number; lat: number; facility: boolean; accuracyM: number } | undefined,
  ): void {
    const source = this.gl.getSource<GeoJSONSource>("asked");
    if (!source) return;
    if (!place) {
      void source.setData({ type: "FeatureCollection", features: [] });
      return;
    }
    const { lon, lat, facility, accuracyM } = place;
    const point = { type: "Point" as const, coordinates: [lon, lat] };
    void source.setData({
      type: "FeatureCollection",
      features: [
        { type: "Feature", properties: { facility }, geometry: point },
        ...(accuracyM > 0
          ? [
              {
                type: "Feature" as const,
                properties: { facility },
                geometry: circle(lon, lat, accuracyM),
              },
            ]
          : []),
      ],
    });
  }

  remove(): void {
    this.gl.remove();
  }
}
