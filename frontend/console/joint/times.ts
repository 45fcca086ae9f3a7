/** What a person typed as the city's time, as an instant. */
import { cityZone } from "../../shared/city-time";

/** `2026-11-21T10:00` by the city's clocks → ISO 8601 in UTC. */
export function asInstant(local: string, zone = cityZone()): string {
  const guess = Date.parse(`${local}Z`);
  const shown = new Date(guess).toLocaleString("sv-SE", { timeZone: zone }).replace(" ", "T");
  return new Date(2 * guess - Date.parse(`${shown}Z`)).toISOString();
}
