/** From the camera to the phone's store: bytes, hash, thumbnail and the fixes around the shutter. */
import { fixesBefore, fixNow } from "../place/position";
import { metres, nearest, type Geometry } from "../../shared/geometry";
import { fixAfter, keep, queue } from "../queue/queue";
import { newId, type Fix, type Photo, type Purpose } from "../queue/records";
import { sha256 } from "../queue/sha256";

const THUMBNAIL = 240;
const QUALITY = 0.88;
const FRESH_MS = 60_000;
export const MOST_ACCURACY_M = 100; // as much of an inaccuracy as the server counts in one's favour
const OLD_MS = 10 * 60_000;

async function drawn(source: CanvasImageSource, width: number, height: number, quality: number) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  canvas.getContext("2d")?.drawImage(source, 0, 0, width, height);
  return new Promise<Blob>((resolve, reject) => {
    canvas.toBlob(
      (blob) => {
        if (blob) resolve(blob);
        else reject(new Error("no picture"));
      },
      "image/jpeg",
      quality,
    );
  });
}

/** A small picture; an empty one where this browser cannot read the file (HEIC). */
async function thumbnailOf(blob: Blob): Promise<Blob> {
  const image = await createImageBitmap(blob).catch(() => undefined);
  if (!image) return new Blob([]);
  const scale = THUMBNAIL / Math.max(image.width, image.height);
  const small = await drawn(
    image,
    Math.round(image.width * scale),
    Math.round(image.height * scale),
    0.7,
  );
  image.close();
  return small;
}

function nameOf(purpose: Purpose, at: Date): string {
  const stamp = at.toISOString().replace(/[-:]|\.\d+/g, "");
  return `${purpose}-${stamp}.jpg`;
}

interface Taken {
  blob: Blob;
  filename: string;
  at: Date;
  fixes: Fix[];
  source: Photo["source"];
}

async function store(taken: Taken, subject: string, purpose: Purpose): Promise<Photo> {
  return keep(
    {
      id: newId(),
      user: queue.user,
      subject,
      purpose,
      sha256: await sha256(taken.blob),
      thumbnail: await thumbnailOf(taken.blob),
      filename: taken.filename,
      mime: taken.blob.type || "image/jpeg",
      size: taken.blob.size,
      captured_at: taken.at.toISOString(),
      fixes: taken.fixes,
      source: taken.source,
    },
    taken.blob,
  );
}

/** The shutter: this very frame, kept before anything else happens. */
export async function shoot(
  video: HTMLVideoElement,
  subject: string,
  purpose: Purpose,
): Promise<Photo> {
  const at = new Date();
  const fixes = fixesBefore(at);
  const blob = await drawn(video, video.videoWidth, video.videoHeight, QUALITY);
  const photo = await store(
    { blob, filename: nameOf(purpose, at), at, fixes, source: "camera" },
    subject,
    purpose,
  );
  void fixNow().then((fix) => {
    if (fix) void fixAfter(photo.id, fix);
  });
  return photo;
}

/** A file of the phone's own camera: its bytes stay as they are, its time is the file's. */
export async function take(file: File, subject: string, purpose: Purpose): Promise<Photo> {
  const now = new Date();
  const at = file.lastModified ? new Date(Math.min(file.lastModified, now.getTime())) : now;
  const fresh = now.getTime() - at.getTime() < FRESH_MS;
  const fixes = fresh ? fixesBefore(now) : []; // where one stands now says nothing of an old photo
  return store(
    { blob: file, filename: file.name || nameOf(purpose, at), at, fixes, source: "file" },
    subject,
    purpose,
  );
}

export type Warning =
  { code: "warnNoPosition" | "warnOld" } | { code: "warnFar"; m: number; limit: number };

/** What the server will probably find, from the photo's own fixes; undefined: nothing. */
export function warningOf(
  photo: Photo,
  geometry: Geometry | null,
  limit: number,
): Warning | undefined {
  if (photo.source === "file" && Date.now() - Date.parse(photo.captured_at) > OLD_MS) {
    if (photo.fixes.length === 0) return { code: "warnOld" };
  }
  const best = [...photo.fixes].sort((one, other) => one.accuracy_m - other.accuracy_m)[0];
  if (!best) return photo.source === "file" ? undefined : { code: "warnNoPosition" };
  if (!geometry) return undefined;
  const distance = metres(best, nearest(geometry, best));
  if (distance - Math.min(best.accuracy_m, MOST_ACCURACY_M) <= limit) return undefined;
  return { code: "warnFar", m: Math.round(distance), limit };
}
