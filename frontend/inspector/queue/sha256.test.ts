import { createHash, randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import { digest, sha256 } from "./sha256";

it("is the SHA-256 of any length, with and without the browser's own", async () => {
  for (const length of [0, 1, 55, 56, 63, 64, 65, 119, 120, 1000, 100_001]) {
    const bytes = new Uint8Array(randomBytes(length));
    const expected = createHash("sha256").update(bytes).digest("hex");
    expect(digest(bytes)).toBe(expected);
    expect(await sha256(new Blob([bytes]))).toBe(expected);
  }
});
