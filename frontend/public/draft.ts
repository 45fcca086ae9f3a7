/** What was written survives a reload, in this tab alone; never who writes. */
const KEY = "lamplighter.report";
const FIELDS = ["lon", "lat", "accuracy_m", "facility", "community", "place_words", "what", "text"];

type Draft = Record<string, string>;

/** Keep what the form holds now. */
export function keep(form: HTMLFormElement, store: Storage = sessionStorage): void {
  const data = new FormData(form);
  const draft: Draft = {};
  for (const name of FIELDS) {
    const value = data.get(name);
    if (typeof value === "string" && value) draft[name] = value;
  }
  store.setItem(KEY, JSON.stringify(draft));
}

/** What was kept; empty if nothing, or nothing readable. */
export function kept(store: Storage = sessionStorage): Draft {
  try {
    const read: unknown = JSON.parse(store.getItem(KEY) ?? "{}");
    if (typeof read !== "object" || read === null) return {};
    return Object.fromEntries(
      Object.entries(read).filter(
        (entry): entry is [string, string] =>
          FIELDS.includes(entry[0]) && typeof entry[1] === "string",
      ),
    );
  } catch {
    return {};
  }
}

/** The report was taken. */
export function forget(store: Storage = sessionStorage): void {
  store.removeItem(KEY);
}
