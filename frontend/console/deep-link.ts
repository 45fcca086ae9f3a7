/**
 * The address of what one looks at:
 * `#map=z/lat/lon&room=ROOM&case=NUMBER&change=NUMBER&fault=ID&of=SUBJECT&ask=lat/lon&facility=CODE&`
 * `category=CODE&accuracy=M&at=DATE&known=DATE&role=ROLE&lang=`.
 */

export interface View {
  zoom: number;
  lat: number;
  lon: number;
}

export interface DeepLink {
  view?: View;
  case?: string;
  ask?: { lat: number; lon: number };
  facility?: string;
  category?: string;
  accuracy?: number;
  room?: string;
  change?: string;
  fault?: string;
  of?: string;
  at?: string;
  known?: string;
  role?: string;
  lang?: string;
}

const PLAIN = [
  "room",
  "case",
  "change",
  "fault",
  "of",
  "facility",
  "category",
  "at",
  "known",
  "role",
] as const;

function numbers(text: string | null, count: number): number[] | undefined {
  if (!text) return undefined;
  const parts = text.split("/").map(Number);
  return parts.length === count && parts.every(Number.isFinite) ? parts : undefined;
}

function onEarth(lat: number, lon: number): boolean {
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 180;
}

/** Read an address; what cannot be understood is left out. */
export function readLink(hash: string): DeepLink {
  const parameters = new URLSearchParams(hash.replace(/^#/, ""));
  const link: DeepLink = {};
  const view = numbers(parameters.get("map"), 3);
  if (view) {
    const [zoom, lat, lon] = view as [number, number, number];
    if (onEarth(lat, lon) && zoom >= 0 && zoom <= 24) link.view = { zoom, lat, lon };
  }
  const ask = numbers(parameters.get("ask"), 2);
  if (ask) {
    const [lat, lon] = ask as [number, number];
    if (onEarth(lat, lon)) link.ask = { lat, lon };
  }
  for (const name of PLAIN) {
    const word = parameters.get(name);
    if (word) link[name] = word;
  }
  const accuracy = Number(parameters.get("accuracy"));
  if (accuracy > 0 && accuracy <= 1000) link.accuracy = accuracy;
  const lang = parameters.get("lang");
  if (lang) link.lang = lang;
  return link;
}

/** Write an address, without what has no value. */
export function writeLink(link: DeepLink): string {
  const parts: string[] = [];
  if (link.view) {
    const { zoom, lat, lon } = link.view;
    parts.push(`map=${trim(zoom, 2)}/${trim(lat, 5)}/${trim(lon, 5)}`);
  }
  const plain = (...names: (typeof PLAIN)[number][]) => {
    for (const name of names) {
      const word = link[name];
      if (word) parts.push(`${name}=${encodeURIComponent(word)}`);
    }
  };
  plain("room", "case", "change", "fault", "of");
  if (link.ask) parts.push(`ask=${trim(link.ask.lat, 6)}/${trim(link.ask.lon, 6)}`);
  plain("facility", "category");
  if (link.accuracy) parts.push(`accuracy=${String(link.accuracy)}`);
  plain("at", "known", "role");
  if (link.lang) parts.push(`lang=${link.lang}`);
  return `#${parts.join("&")}`;
}

function trim(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)));
}
