/** Leaflet as this app uses it: our own base tiles, who I am and how surely, pins as drawn by us. */
import L from "leaflet";
import type { Fix } from "../queue/records";
import type { Geometry } from "../../shared/geometry";

export interface BaseMap {
  bounds: [number, number, number, number] | null;
  center: [number, number] | null;
  name: string;
  min_zoom: number;
  max_zoom: number;
}

const CLOSE = 17;
const FIRST_ZOOM = 10;
const LAST_ZOOM = 19;

/** A map in an element; `failed` is told when base tiles do not come. */
export function newMap(element: HTMLElement, failed: () => void, still = false): L.Map {
  const map = L.map(element, {
    zoomControl: !still,
    attributionControl: false,
    dragging: !still,
    touchZoom: !still,
    doubleClickZoom: !still,
    scrollWheelZoom: !still,
    boxZoom: !still,
    keyboard: !still,
    zoomAnimation: !still,
    minZoom: FIRST_ZOOM,
    maxZoom: LAST_ZOOM,
  });
  const sharp = L.Browser.retina ? "@2x" : "";
  L.tileLayer(`/tiles/base/{z}/{x}/{y}${sharp}.png`, { minZoom: FIRST_ZOOM, maxZoom: LAST_ZOOM })
    .on("tileerror", failed)
    .addTo(map);
  // A sheet opens after what is in it was drawn; a phone is turned.
  const watching = new ResizeObserver(() => map.invalidateSize({ pan: false }));
  watching.observe(element);
  map.on("unload", () => {
    watching.disconnect();
  });
  return map;
}

/** The same point, whole: GeoJSON says lon first, Leaflet lat. */
export function turned([lon, lat]: [number, number]): L.LatLngTuple {
  return [lat, lon];
}

/** A pin in the colour of its kind; `number` stands in it where there are several at one place. */
export function pinIcon(kind: string, urgent = false): L.DivIcon {
  return L.divIcon({
    className: `pin ${kind}${urgent ? " urgent" : ""}`,
    html: '<svg viewBox="0 0 32 40" aria-hidden="true"><path d="M16 38C16 38 3 24 3 14.500a13 13 0 0 1 26 0C29 24 16 38 16 38z"/><circle cx="16" cy="14.500" r="5"/></svg>',
    iconSize: [40, 50],
    iconAnchor: [20, 47],
  });
}

const COLOURS: Record<string, string> = {
  verify: "#7a4b00",
  handle: "#1c5470",
  check: "#17694a",
};

/** What a place is besides its pin: the line of a street. */
export function outline(geometry: Geometry, kind: string): L.Polyline | undefined {
  if (geometry.type === "Point") return undefined;
  const path =
    geometry.type === "LineString" ? geometry.coordinates : (geometry.coordinates[0] ?? []);
  return L.polyline(path.map(turned), {
    color: COLOURS[kind] ?? "#47555f",
    weight: 8,
    opacity: 0.55,
    interactive: false,
  });
}

/** Where I am, with the circle in which I surely am. */
export class OwnPosition {
  private readonly circle: L.Circle;
  private readonly dot: L.CircleMarker;

  constructor(map: L.Map, fix: Fix) {
    const at = L.latLng(fix.lat, fix.lon);
    const blue = { color: "#1257c4", fillColor: "#1257c4", interactive: false };
    this.circle = L.circle(at, { ...blue, radius: fix.accuracy_m, weight: 1.5, fillOpacity: 0.12 });
    this.dot = L.circleMarker(at, {
      ...blue,
      radius: 8,
      color: "#fff",
      weight: 3,
      fillOpacity: 1,
    });
    this.circle.addTo(map);
    this.dot.addTo(map);
  }

  move(fix: Fix): void {
    const at = L.latLng(fix.lat, fix.lon);
    this.circle.setLatLng(at).setRadius(fix.accuracy_m);
    this.dot.setLatLng(at);
  }
}

/** Go to a place, close enough to see a lamp. */
export function lookAt(map: L.Map, lon: number, lat: number, zoom = CLOSE): void {
  map.setView([lat, lon], zoom, { animate: false });
}

/** Show whole what is given. */
export function showAll(map: L.Map, places: L.LatLngTuple[], most = CLOSE): void {
  if (places.length === 0) return;
  map.fitBounds(L.latLngBounds(places).pad(0.15), { maxZoom: most, animate: false });
}
