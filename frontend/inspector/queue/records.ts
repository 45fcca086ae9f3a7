/** What the phone keeps until the server holds it: photos with their bytes, and things done. */
import { openDB, type DBSchema, type IDBPDatabase } from "idb";

export interface Fix {
  lon: number;
  lat: number;
  accuracy_m: number;
  at: string;
  datum: "wgs84";
}

export type Purpose = "report" | "verify" | "before" | "after" | "check";

/** A photo as taken; its bytes lie in the store `bytes` until a receipt lists its hash. */
export interface Photo {
  id: string;
  user: string;
  /** What it is for: `case:NUMBER`, or `report:UUID` before there is a case. */
  subject: string;
  purpose: Purpose;
  sha256: string;
  thumbnail: Blob;
  filename: string;
  mime: string;
  size: number;
  captured_at: string;
  fixes: Fix[];
  /** The verified way is our own shutter; a file may be older than it says. */
  source: "camera" | "file";
  operation: string | null;
  held: boolean;
}

export interface RefusalNote {
  status: number;
  code: string;
  detail: string;
  details: Record<string, unknown>;
}

export interface Finding {
  code: string;
  blocks: boolean;
  words: Record<string, string>;
}

/** What the server says it has: of an operation, or of a report (then with `case`). */
export interface Receipt {
  case: string | null;
  sha256: string[];
  evidence: { sha256: string; findings: Finding[]; accepted: boolean }[];
  state?: string;
  version?: number;
  visit?: { words: Record<string, string>; decide_words: Record<string, string> | null };
  tracking_code?: string;
  why_no_case?: { code: string; words: Record<string, string> } | null;
}

/** Something done here, once, under an id of its own. */
export interface Operation {
  id: string;
  user: string;
  sequence: number;
  /** `report`, `add_evidence`, `visit`, an act upon a case, `stop_work`, or an act upon an undertaking. */
  kind: string;
  case: string | null;
  /** For people: what and where, in the words of the screen it was done on. */
  title: string;
  payload: Record<string, unknown>;
  base_version: number | null;
  captured_at: string;
  photos: string[];
  /** It waits until this other one is done. */
  after: string | null;
  state: "waiting" | "parked" | "done";
  attempts: number;
  not_before: number;
  refusal: RefusalNote | null;
  receipt: Receipt | null;
  done_at: number | null;
}

export interface Kept extends DBSchema {
  photos: { key: string; value: Photo; indexes: { user: string; subject: string } };
  bytes: { key: string; value: { id: string; blob: Blob } };
  operations: { key: string; value: Operation; indexes: { user: string } };
  counters: { key: string; value: { name: string; value: string | number } };
}

export type Store = IDBPDatabase<Kept>;

const VERSION = 1;

/** The phone's own database; `gone` is told when the browser closed it under us. */
export async function openStore(name: string, gone: () => void = () => undefined): Promise<Store> {
  return openDB<Kept>(name, VERSION, {
    upgrade(db) {
      const photos = db.createObjectStore("photos", { keyPath: "id" });
      photos.createIndex("user", "user");
      photos.createIndex("subject", "subject");
      db.createObjectStore("bytes", { keyPath: "id" });
      const operations = db.createObjectStore("operations", { keyPath: "id" });
      operations.createIndex("user", "user");
      db.createObjectStore("counters", { keyPath: "name" });
    },
    terminated: gone,
    blocking(_before, _after, event) {
      (event.target as IDBDatabase).close();
      gone();
    },
  });
}

/** A random id; `randomUUID` exists only where the page came over HTTPS. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
