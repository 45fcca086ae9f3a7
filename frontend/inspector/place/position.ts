/** Where this phone is: watched while the app is looked at, the last fixes kept for the shutter. */
import { reactive } from "vue";
import type { Fix } from "../queue/records";

/** `asking`: no word yet; `denied`: by the person; `unavailable`: the device cannot tell now. */
export type PositionState = "asking" | "known" | "denied" | "unavailable" | "insecure";

const KEPT = 20;
const AROUND_MS = 60_000;
const LATER_MS = 5000;
const OLD_MS = 120_000;

export const position = reactive({
  state: "asking" as PositionState,
  fix: undefined as Fix | undefined,
  heading: undefined as number | undefined,
});

const track: Fix[] = [];
let watch: number | undefined;

function fixOf(found: GeolocationPosition): Fix {
  return {
    lon: found.coords.longitude,
    lat: found.coords.latitude,
    accuracy_m: Math.round(found.coords.accuracy * 10) / 10,
    at: new Date(found.timestamp).toISOString(),
    datum: "wgs84", // the Geolocation API is defined in it
  };
}

function take(found: GeolocationPosition): Fix {
  const fix = fixOf(found);
  track.push(fix);
  if (track.length > KEPT) track.shift();
  position.fix = fix;
  position.heading = found.coords.heading ?? undefined;
  position.state = "known";
  return fix;
}

function miss(failure: GeolocationPositionError): void {
  if (failure.code === failure.PERMISSION_DENIED) position.state = "denied";
  else if (!position.fix) position.state = "unavailable"; // a last fix with its time is still told
}

/** Begin to watch, or try again after the person has allowed it. */
export function watchPosition(): void {
  if (!window.isSecureContext || !("geolocation" in navigator)) {
    position.state = "insecure";
    return;
  }
  if (watch !== undefined) navigator.geolocation.clearWatch(watch);
  position.state = position.fix ? "known" : "asking";
  watch = navigator.geolocation.watchPosition(take, miss, {
    enableHighAccuracy: true,
    maximumAge: 5000,
    timeout: 20_000,
  });
}

/** Whether the last fix is too old to say where one is. */
export function isOld(fix: Fix, now = Date.now()): boolean {
  return now - Date.parse(fix.at) > OLD_MS;
}

/** The fixes of the minute before the shutter; else the last one, whose age the server sees. */
export function fixesBefore(moment: Date): Fix[] {
  const since = moment.getTime() - AROUND_MS;
  const near = track.filter((fix) => Date.parse(fix.at) >= since);
  return near.length ? near.slice(-10) : track.slice(-1);
}

/** One more fix right after the shutter; nothing if the device gives none in time. */
export async function fixNow(): Promise<Fix | undefined> {
  if (position.state !== "known") return undefined;
  return new Promise((resolve) => {
    navigator.geolocation.getCurrentPosition(
      (found) => {
        resolve(take(found));
      },
      () => {
        resolve(undefined);
      },
      { enableHighAccuracy: true, maximumAge: 0, timeout: LATER_MS },
    );
  });
}
