/** SHA-256 (FIPS 180-4): the browser's own, or ours where the page did not come over HTTPS. */

const WORDS = 64;

/** The fractions of the roots of the first 64 primes, as the standard derives its constants. */
function fractions(root: number): Uint32Array {
  const found = new Uint32Array(WORDS);
  let count = 0;
  for (let candidate = 2; count < WORDS; candidate += 1) {
    let prime = true;
    for (let divisor = 2; divisor * divisor <= candidate; divisor += 1) {
      if (candidate % divisor === 0) prime = false;
    }
    if (!prime) continue;
    const value = candidate ** (1 / root);
    found[count] = Math.floor((value - Math.floor(value)) * 2 ** 32);
    count += 1;
  }
  return found;
}

const ROUND = fractions(3);
const START = fractions(2).slice(0, 8);

function turn(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}

function padded(bytes: Uint8Array): DataView {
  const length = Math.ceil((bytes.length + 9) / 64) * 64;
  const whole = new Uint8Array(length);
  whole.set(bytes);
  whole[bytes.length] = 0x80;
  const view = new DataView(whole.buffer);
  view.setUint32(length - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(length - 4, (bytes.length * 8) >>> 0);
  return view;
}

/** The hash in hex, computed here. */
export function digest(bytes: Uint8Array): string {
  const view = padded(bytes);
  const state = Uint32Array.from(START);
  const schedule = new Uint32Array(WORDS);
  for (let block = 0; block < view.byteLength; block += 64) {
    for (let i = 0; i < 16; i += 1) schedule[i] = view.getUint32(block + i * 4);
    for (let i = 16; i < WORDS; i += 1) {
      const early = schedule[i - 15] as number;
      const late = schedule[i - 2] as number;
      const s0 = turn(early, 7) ^ turn(early, 18) ^ (early >>> 3);
      const s1 = turn(late, 17) ^ turn(late, 19) ^ (late >>> 10);
      schedule[i] = (schedule[i - 16] as number) + s0 + (schedule[i - 7] as number) + s1;
    }
    let [a, b, c, d, e, f, g, h] = state as unknown as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    for (let i = 0; i < WORDS; i += 1) {
      const s1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
      const choice = (e & f) ^ (~e & g);
      const first = (h + s1 + choice + (ROUND[i] as number) + (schedule[i] as number)) | 0;
      const s0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
      const majority = (a & b) ^ (a & c) ^ (b & c);
      [h, g, f, e] = [g, f, e, (d + first) | 0];
      [d, c, b, a] = [c, b, a, (first + s0 + majority) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((word, i) => {
      state[i] = (state[i] as number) + word;
    });
  }
  return Array.from(state, (word) => word.toString(16).padStart(8, "0")).join("");
}

/** The SHA-256 of a blob, in hex. */
export async function sha256(blob: Blob): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  // Not every context has it, whatever the types say: only pages over HTTPS or of this machine.
  const subtle = (crypto as { subtle?: SubtleCrypto }).subtle;
  if (!subtle) return digest(bytes);
  const hash = new Uint8Array(await subtle.digest("SHA-256", bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
