/** Cases on the map: pins, clustered while they would lie on each other; the marked one stands out. */
import type {
  ExpressionSpecification,
  FilterSpecification,
  GeoJSONSource,
  LayerSpecification,
  Map as GlMap,
  MapMouseEvent,
} from "maplibre-gl";
import type { Feature, FeatureCollection, LineString, Point as GeoPoint } from "geojson";
import type { Point } from "../cases/list";
import { stageOf } from "../cases/steps";
import { addPins, pinName } from "./case-pins";

export interface PhotoSpot {
  lon: number;
  lat: number;
  number: number;
  accepted: boolean;
}

const NOTHING: FeatureCollection = { type: "FeatureCollection", features: [] };
const LAYERS = ["case-clusters", "case-counts", "case-pins"];
const CLUSTERED: FilterSpecification = ["has", "point_count"];
const LATE: ExpressionSpecification = [">", ["get", "late"], 0];
const FACES = ["PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC"];

function layers(): LayerSpecification[] {
  return [
    {
      id: "photo-lines",
      type: "line",
      source: "photos",
      filter: ["==", ["geometry-type"], "LineString"],
      paint: { "line-color": "#1d2a33", "line-width": 1.4, "line-dasharray": [2, 2] },
    },
    {
      id: "case-selected",
      type: "circle",
      source: "case-selected",
      paint: {
        "circle-radius": 17,
        "circle-color": "rgb(242 169 0 / 30%)",
        "circle-stroke-color": "#f2a900",
        "circle-stroke-width": 3,
      },
    },
    {
      id: "case-clusters",
      type: "circle",
      source: "cases",
      filter: CLUSTERED,
      paint: {
        "circle-color": "#1c5470",
        "circle-radius": ["step", ["get", "point_count"], 13, 10, 16, 100, 20, 1000, 25],
        "circle-stroke-color": ["case", LATE, "#c0261c", "#ffffff"],
        "circle-stroke-width": ["case", LATE, 3, 2],
      },
    },
    {
      id: "case-counts",
      type: "symbol",
      source: "cases",
      filter: CLUSTERED,
      layout: {
        "text-field": ["get", "point_count_abbreviated"],
        "text-font": FACES,
        "text-size": 13,
        "text-allow-overlap": true,
      },
      paint: { "text-color": "#ffffff" },
    },
    {
      id: "case-pins",
      type: "symbol",
      source: "cases",
      filter: ["!", CLUSTERED] as unknown as FilterSpecification,
      layout: {
        "icon-image": ["get", "pin"],
        "icon-anchor": "bottom",
        "icon-offset": [0, 2],
        "icon-allow-overlap": true,
        "icon-ignore-placement": true,
        "symbol-sort-key": ["get", "rank"],
      },
    },
    {
      id: "photo-spots",
      type: "circle",
      source: "photos",
      filter: ["==", ["geometry-type"], "Point"],
      paint: {
        "circle-radius": 9,
        "circle-color": ["case", ["get", "accepted"], "#17694a", "#a8321f"],
        "circle-stroke-color": "#ffffff",
        "circle-stroke-width": 2,
      },
    },
    {
      id: "photo-numbers",
      type: "symbol",
      source: "photos",
      filter: ["==", ["geometry-type"], "Point"],
      layout: {
        "text-field": ["to-string", ["get", "number"]],
        "text-font": FACES,
        "text-size": 12,
        "text-allow-overlap": true,
      },
      paint: { "text-color": "#ffffff" },
    },
  ];
}

/** The cases of a map that is already drawn. */
export class CaseLayer {
  constructor(private readonly gl: GlMap) {
    addPins(gl);
    gl.addSource("cases", {
      type: "geojson",
      data: NOTHING,
      cluster: true,
      clusterRadius: 42,
      clusterMaxZoom: 16,
      clusterProperties: { late: ["+", ["get", "overdue"]] },
    });
    gl.addSource("case-selected", { type: "geojson", data: NOTHING });
    gl.addSource("photos", { type: "geojson", data: NOTHING });
    for (const layer of layers()) gl.addLayer(layer);
  }

  private source(name: string): GeoJSONSource | undefined {
    return this.gl.getSource<GeoJSONSource>(name);
  }

  /** Draw these cases. */
  draw(points: readonly Point[]): void {
    const features = points.map(
      ([number, lon, lat, state, urgent, overdue]): Feature<GeoPoint> => ({
        type: "Feature",
        properties: {
          number,
          overdue,
          pin: pinName(stageOf(state as Parameters<typeof stageOf>[0]), urgent > 0, overdue > 0),
          rank: overdue * 2 + urgent,
        },
        geometry: { type: "Point", coordinates: [lon, lat] },
      }),
    );
    void this.source("cases")?.setData({ type: "FeatureCollection", features });
  }

  /** Make one case stand out, or none. */
  select(place: readonly [number, number] | null): void {
    const features: Feature[] = place
      ? [{ type: "Feature", properties: {}, geometry: { type: "Point", coordinates: [...place] } }]
      : [];
    void this.source("case-selected")?.setData({ type: "FeatureCollection", features });
  }

  /** Where the photos of the open case were taken, each tied to the case's own place. */
  photos(spots: readonly PhotoSpot[], place: readonly [number, number] | null): void {
    const features = spots.flatMap(({ lon, lat, number, accepted }) => {
      const spot: Feature<GeoPoint> = {
        type: "Feature",
        properties: { number, accepted },
        geometry: { type: "Point", coordinates: [lon, lat] },
      };
      if (!place) return [spot];
      const line: Feature<LineString> = {
        type: "Feature",
        properties: {},
        geometry: { type: "LineString", coordinates: [[...place], [lon, lat]] },
      };
      return [line, spot];
    });
    void this.source("photos")?.setData({ type: "FeatureCollection", features });
  }

  show(shown: boolean): void {
    for (const layer of LAYERS) {
      this.gl.setLayoutProperty(layer, "visibility", shown ? "visible" : "none");
    }
  }

  /** Whether something of ours lies under the pointer. */
  hit(event: MapMouseEvent): boolean {
    return this.under(event) !== undefined;
  }

  /** The number of the case that was clicked; a cluster is opened up instead. */
  clicked(event: MapMouseEvent): string | "cluster" | undefined {
    const found = this.under(event);
    if (!found) return undefined;
    const cluster: unknown = found.properties["cluster_id"];
    if (typeof cluster !== "number") return String(found.properties["number"]);
    const [lon, lat] = (found.geometry as GeoPoint).coordinates as [number, number];
    void this.source("cases")
      ?.getClusterExpansionZoom(cluster)
      .then((zoom) => this.gl.easeTo({ center: [lon, lat], zoom: Math.min(zoom, 18) }));
    return "cluster";
  }

  private under(event: MapMouseEvent) {
    return this.gl.queryRenderedFeatures(event.point, {
      layers: ["case-pins", "case-clusters"],
    })[0];
  }
}
