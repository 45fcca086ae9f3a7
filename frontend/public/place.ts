/** Where the problem is: a pin on the map, by tapping, by the phone's position, or by search. */
import L from "leaflet";
import "leaflet/dist/leaflet.css";
import { placeInWords, type Spot } from "./spot";
import { say } from "./words";

const PIN = `<svg viewBox="0 0 32 42" aria-hidden="true"><path d="M16 41C9 29 3 22 3 15a13 13 0 0 1 26 0c0 7-6 14-13 26z" fill="#1c5470" stroke="#fff" stroke-width="2"/><circle cx="16" cy="15" r="5" fill="#f2a900"/></svg>`;
const CLOSE = 17;
const ROUGH_M = 50;

interface Base {
  bounds?: [number, number, number, number] | null;
  center?: [number, number] | null;
  min_zoom?: number;
  max_zoom?: number;
}

interface Found {
  kind: string;
  code: string;
  name: string;
  about: string | null;
  lon: number;
  lat: number;
}

const field = (form: HTMLFormElement, name: string) =>
  form.elements.namedItem(name) as HTMLInputElement;

/** The map of a report form; `chosen` tells whether a place is marked that may be reported. */
export class PlacePicker {
  private readonly map: L.Map;
  private pin: L.Marker | undefined;
  private circle: L.Circle | undefined;
  private asked = 0;
  inside: boolean | undefined;

  constructor(
    private readonly form: HTMLFormElement,
    private readonly spot: HTMLElement,
    private readonly changed: () => void,
  ) {
    this.map = L.map("map", { zoomControl: true, attributionControl: false });
    this.map.setView([35, 105], 4);
    this.map.on("click", (event: L.LeafletMouseEvent) => {
      this.mark(event.latlng.lat, event.latlng.lng);
    });
    void this.open();
  }

  get chosen(): boolean {
    return field(this.form, "lon").value !== "" && this.inside !== false;
  }

  get marked(): boolean {
    return field(this.form, "lon").value !== "";
  }

  /** The map was hidden, and is shown again. */
  shown(): void {
    this.map.invalidateSize();
  }

  /** Put the pin; a facility is kept only as long as the pin stands on it. */
  mark(lat: number, lon: number, accuracy?: number, facility = ""): void {
    field(this.form, "lon").value = lon.toFixed(7);
    field(this.form, "lat").value = lat.toFixed(7);
    field(this.form, "accuracy_m").value = accuracy === undefined ? "" : accuracy.toFixed(0);
    field(this.form, "facility").value = facility;
    field(this.form, "community").value = "";
    if (!this.pin) {
      const icon = L.divIcon({
        className: "pin",
        html: PIN,
        iconSize: [32, 42],
        iconAnchor: [16, 41],
      });
      this.pin = L.marker([lat, lon], {
        icon,
        draggable: true,
        alt: say("pin"),
        title: say("pin"),
      });
      this.pin.addTo(this.map).on("dragend", () => {
        const to = this.pin?.getLatLng();
        if (to) this.mark(to.lat, to.lng);
      });
    }
    this.pin.setLatLng([lat, lon]);
    this.circle?.remove();
    this.circle = undefined;
    if (accuracy !== undefined) {
      const style = { radius: accuracy, color: "#1c5470", weight: 1, fillOpacity: 0.12 };
      this.circle = L.circle([lat, lon], style).addTo(this.map);
    }
    this.changed();
    void this.name(lat, lon, accuracy);
  }

  /** No pin: a community was chosen instead. */
  clear(): void {
    for (const name of ["lon", "lat", "accuracy_m", "facility"]) field(this.form, name).value = "";
    this.pin?.remove();
    this.circle?.remove();
    this.pin = this.circle = this.inside = undefined;
    this.tell("");
  }

  /** The phone's own position, its accuracy drawn. */
  locate(done: () => void): void {
    this.tell(say("locating"));
    if (!("geolocation" in navigator)) {
      this.tell(say("nowhere"), "bad");
      done();
      return;
    }
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        this.map.setView([coords.latitude, coords.longitude], CLOSE);
        this.mark(coords.latitude, coords.longitude, coords.accuracy);
        done();
      },
      (error) => {
        this.tell(say(error.code === error.PERMISSION_DENIED ? "denied" : "nowhere"), "bad");
        done();
      },
      { enableHighAccuracy: true, timeout: 15_000, maximumAge: 30_000 },
    );
  }

  /** Go to what a search found. */
  go(found: Found): void {
    this.map.setView([found.lat, found.lon], found.kind === "area" ? 15 : CLOSE);
    if (found.kind !== "area") {
      this.mark(found.lat, found.lon, undefined, found.kind === "facility" ? found.code : "");
    }
  }

  private async open(): Promise<void> {
    let base: Base = {};
    try {
      const answer = await fetch("/tiles/base.json");
      if (answer.ok) base = (await answer.json()) as Base;
    } catch {
      // The map stays a plain ground; search, position and communities work without it.
    }
    const { bounds, min_zoom = 10, max_zoom = 19 } = base;
    this.map.setMaxZoom(max_zoom);
    const dense = window.devicePixelRatio > 1 ? "@2x" : "";
    L.tileLayer(`/tiles/base/{z}/{x}/{y}${dense}.png`, {
      minZoom: min_zoom,
      maxZoom: max_zoom,
    }).addTo(this.map);
    const lon = field(this.form, "lon").value;
    const lat = field(this.form, "lat").value;
    if (lon && lat) {
      const facility = field(this.form, "facility").value;
      this.map.setView([Number(lat), Number(lon)], CLOSE);
      this.mark(Number(lat), Number(lon), undefined, facility);
    } else if (bounds) {
      const [west, south, east, north] = bounds;
      const city = L.latLngBounds([south, west], [north, east]);
      this.map.setView(city.getCenter(), this.map.getBoundsZoom(city, true));
    }
  }

  private async name(lat: number, lon: number, accuracy?: number): Promise<void> {
    const number = ++this.asked;
    this.inside = undefined;
    try {
      const query = new URLSearchParams({ lon: lon.toFixed(7), lat: lat.toFixed(7) });
      const answer = await fetch(`/report/place.json?${query.toString()}`);
      if (!answer.ok) throw new Error(String(answer.status));
      const spot = (await answer.json()) as Spot;
      if (number !== this.asked) return;
      this.inside = spot.inside;
      if (!spot.inside) {
        this.tell(say("outside"), "bad");
      } else {
        const words = say("at", { place: placeInWords(spot) });
        const rough = accuracy !== undefined && accuracy > ROUGH_M;
        const more = rough ? say("rough", { metres: Math.round(accuracy) }) : "";
        this.tell(more ? `${words} · ${more}` : words, rough ? "" : "good");
      }
    } catch {
      if (number === this.asked) this.tell(say("unchecked"));
    }
    this.changed();
  }

  private tell(words: string, mood = ""): void {
    this.spot.textContent = words;
    this.spot.className = `spot ${mood}`;
  }
}

/** The search box under the map. */
export function listenToSearch(
  box: HTMLInputElement,
  list: HTMLElement,
  picker: PlacePicker,
): void {
  let waiting: number | undefined;
  let asked = 0;

  const show = (results: Found[]): void => {
    list.replaceChildren(
      ...results.map((found) => {
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = found.name;
        if (found.about) {
          const about = document.createElement("span");
          about.textContent = found.about;
          button.append(about);
        }
        button.addEventListener("click", () => {
          list.hidden = true;
          box.value = found.name;
          picker.go(found);
        });
        const item = document.createElement("li");
        item.append(button);
        return item;
      }),
    );
    if (!results.length) {
      const item = document.createElement("li");
      item.className = "none";
      item.textContent = say("nothing");
      list.append(item);
    }
    list.hidden = false;
  };

  const ask = async (): Promise<void> => {
    const words = box.value.trim();
    const number = ++asked;
    if (!words) {
      list.hidden = true;
      return;
    }
    try {
      const answer = await fetch(`/report/search.json?q=${encodeURIComponent(words)}`);
      if (!answer.ok) return;
      const told = (await answer.json()) as { results: Found[] };
      if (number === asked) show(told.results);
    } catch {
      // No network: the map and the communities are still there.
    }
  };

  box.addEventListener("input", () => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(() => void ask(), 250);
  });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const first = list.querySelector("button");
    if (first && !list.hidden) first.click();
    else void ask();
  });
}
