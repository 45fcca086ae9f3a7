/** A place being chosen on the map, for a form: clicked, dragged, or typed. */
import { reactive } from "vue";

export const pin = reactive({
  /** Whether a click on the map sets the pin instead of asking whose it is. */
  picking: false,
  place: undefined as { lon: number; lat: number } | undefined,
});

export function putPin(lon: number, lat: number): void {
  pin.place = { lon: Number(lon.toFixed(7)), lat: Number(lat.toFixed(7)) };
}

export function pickUp(): void {
  pin.picking = false;
  pin.place = undefined;
}
