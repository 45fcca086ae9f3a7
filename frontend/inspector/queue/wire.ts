/** The sync contract on the wire: blobs in chunks, operations and reports done once. */
import { csrfToken, Refusal } from "../../shared/api";
import type { Operation, Photo, Receipt } from "./records";

export const CHUNK = 512 * 1024; // small: on a weak network a lost chunk is little lost

/** What of the server the queue needs; a test brings its own. */
export interface Wire {
  /** Who the server takes us for; throws Refusal. */
  whoami: () => Promise<string>;
  /** Send what is missing of a blob, `told` the share that is there; throws Refusal. */
  upload: (sha256: string, blob: Blob, told: (share: number) => void) => Promise<void>;
  /** Carry out; throws Refusal. */
  operate: (operation: Operation, photos: Photo[], device: string) => Promise<Receipt>;
}

async function ask(address: string, asked: RequestInit): Promise<Response> {
  try {
    return await fetch(address, { credentials: "same-origin", redirect: "error", ...asked });
  } catch {
    throw new Refusal("offline", 0, "");
  }
}

async function refusal(answer: Response): Promise<Refusal> {
  const problem = (await answer.json().catch(() => ({}))) as {
    code?: string;
    detail?: string;
    details?: Record<string, unknown>;
  };
  // Whoever answers without our words stands between us and the server.
  if (!problem.code) return new Refusal("offline", 0, "");
  return new Refusal(problem.code, answer.status, problem.detail ?? "", problem.details);
}

function there(answer: Response): number {
  const offset = answer.headers.get("Upload-Offset");
  if (offset === null || !/^\d+$/.test(offset)) throw new Refusal("offline", 0, "");
  return Number(offset);
}

async function upload(sha256: string, blob: Blob, told: (share: number) => void): Promise<void> {
  const address = `/api/v1/sync/blobs/${sha256}`;
  const before = await ask(address, { method: "HEAD" });
  if (before.status === 401 || before.status === 403) {
    throw new Refusal("not_authenticated", before.status, "");
  }
  if (before.headers.get("Upload-Complete") === "?1") return;
  let offset = there(before);
  let turns = 0;
  while (offset < blob.size) {
    const answer = await ask(address, {
      method: "PUT",
      headers: {
        "Content-Type": "application/octet-stream",
        "Upload-Offset": String(offset),
        "Upload-Length": String(blob.size),
        "X-CSRFToken": csrfToken(),
      },
      body: blob.slice(offset, offset + CHUNK),
    });
    if (answer.ok) {
      offset = there(answer);
      told(offset / blob.size);
      if (answer.status !== 204) return;
    } else if (answer.status === 409 && answer.headers.has("Upload-Offset") && turns < 3) {
      offset = there(answer); // another tab was faster, or a chunk arrived whose answer did not
      turns += 1;
    } else {
      throw await refusal(answer);
    }
  }
}

function evidenceOf(photos: Photo[]): object[] {
  return photos.map((photo) => ({
    sha256: photo.sha256,
    filename: photo.filename,
    size: photo.size,
    mime: photo.mime,
    purpose: photo.purpose,
    captured_at: photo.captured_at,
    fixes: photo.fixes,
    source: photo.source,
  }));
}

async function put(method: string, address: string, body: object, key?: string): Promise<unknown> {
  const answer = await ask(address, {
    method,
    headers: {
      Accept: "application/json",
      "Content-Type": "application/json",
      "X-CSRFToken": csrfToken(),
      ...(key && { "Idempotency-Key": key }),
    },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw await refusal(answer);
  try {
    return await answer.json();
  } catch {
    throw new Refusal("offline", 0, ""); // a page of somebody else's
  }
}

/** Where a thing goes that has an address of its own: it is done once under its id all the same. */
function ownAddress({ kind, case: number, payload }: Operation) {
  if (kind === "stop_work") {
    return { address: "/api/v1/undertakings/", body: { ...payload, kind, case: number } };
  }
  const act = /^undertaking_(\w+)$/.exec(kind)?.[1];
  if (!act) return undefined;
  const { undertaking, ...body } = payload;
  return { address: `/api/v1/undertakings/${String(undertaking)}/${act}/`, body };
}

async function operate(operation: Operation, photos: Photo[], device: string): Promise<Receipt> {
  if (operation.kind === "report") {
    const told = (await put("POST", "/api/v1/requests/", operation.payload, operation.id)) as {
      properties?: { case: string | null; tracking_code?: string } & Partial<Receipt>;
    };
    if (!told.properties) throw new Refusal("offline", 0, "");
    const { case: number, tracking_code, why_no_case } = told.properties;
    return {
      case: number,
      sha256: [],
      evidence: [],
      ...(tracking_code && { tracking_code }),
      ...(why_no_case && { why_no_case }),
    };
  }
  const own = ownAddress(operation);
  if (own) {
    await put("POST", own.address, own.body, operation.id);
    return { case: operation.case, sha256: [], evidence: [] };
  }
  const { id, kind, sequence, base_version, captured_at, payload } = operation;
  const evidence = photos.length ? { evidence: evidenceOf(photos) } : {};
  const told = (await put("PUT", `/api/v1/sync/operations/${id}`, {
    id,
    kind,
    device,
    sequence,
    base_version,
    captured_at,
    payload: { case: operation.case, ...payload, ...evidence },
  })) as Partial<Receipt> & { id?: string };
  if (told.id !== id) throw new Refusal("offline", 0, "");
  return { case: operation.case, sha256: [], evidence: [], ...told };
}

async function whoami(): Promise<string> {
  const answer = await ask("/api/v1/me/", { headers: { Accept: "application/json" } });
  if (!answer.ok) throw await refusal(answer);
  const told = (await answer.json().catch(() => ({}))) as { name?: string };
  if (!told.name) throw new Refusal("offline", 0, "");
  return told.name;
}

export const SERVER: Wire = { whoami, upload, operate };
