/**
 * SHA-224, SHA-256, SHA-384 and SHA-512 (FIPS 180-4), synchronous: Envoy's filters hash inside a callback, and the platform's digest
 * is a promise, absent outside secure contexts. The constants are computed from the primes they are defined by.
 */
export type Sha2 = 'SHA-224' | 'SHA-256' | 'SHA-384' | 'SHA-512';

const MASK64 = (1n << 64n) - 1n;

/** Largest integer whose `power`-th power is at most `value`. */
function root(value: bigint, power: bigint): bigint {
  let low = 0n;
  let high = 1n << (BigInt(value.toString(2).length) / power + 1n);
  while (low < high) {
    const middle = (low + high + 1n) >> 1n;
    if (middle ** power <= value) low = middle;
    else high = middle - 1n;
  }
  return low;
}

function firstPrimes(count: number): bigint[] {
  const primes: bigint[] = [];
  for (let n = 2n; primes.length < count; n++) if (primes.every((prime) => n % prime !== 0n)) primes.push(n);
  return primes;
}

const primes = firstPrimes(80);
/** First 64 bits of the fractional parts of the cube roots of the first 80 primes. */
const round512 = primes.map((prime) => root(prime << 192n, 3n) & MASK64);
const square = (prime: bigint): bigint => root(prime << 128n, 2n) & MASK64;
const start512 = primes.slice(0, 8).map(square);
const start384 = primes.slice(8, 16).map(square);
const high32 = (value: bigint): number => Number(value >> 32n);
const round256 = Uint32Array.from(round512.slice(0, 64), high32);
const start256 = Uint32Array.from(start512, high32);
const start224 = Uint32Array.from(start384, (value) => Number(value & 0xffffffffn));

/** The digest of `data`. */
export function sha2(algorithm: Sha2, data: Uint8Array): Uint8Array<ArrayBuffer> {
  if (algorithm === 'SHA-224') return sha256(data, start224).slice(0, 28);
  if (algorithm === 'SHA-256') return sha256(data, start256);
  return algorithm === 'SHA-384' ? sha512(data, start384).slice(0, 48) : sha512(data, start512);
}

/** Bytes of a block, as HMAC needs them. */
export function blockSize(algorithm: Sha2): number {
  return algorithm === 'SHA-224' || algorithm === 'SHA-256' ? 64 : 128;
}

/** The message with its end mark and length in bits, a multiple of `block` bytes. */
function padded(data: Uint8Array, block: number): DataView {
  const length = Math.ceil((data.length + 1 + block / 8) / block) * block;
  const out = new Uint8Array(length);
  out.set(data);
  out[data.length] = 0x80;
  const view = new DataView(out.buffer);
  view.setBigUint64(length - 8, BigInt(data.length) * 8n);
  return view;
}

function rotate32(x: number, n: number): number {
  return (x >>> n) | (x << (32 - n));
}

function sha256(data: Uint8Array, start: Uint32Array): Uint8Array<ArrayBuffer> {
  const view = padded(data, 64);
  const state = Uint32Array.from(start);
  const w = new Uint32Array(64);
  const at = (i: number): number => w[i] ?? 0;
  for (let offset = 0; offset < view.byteLength; offset += 64) {
    for (let i = 0; i < 16; i++) w[i] = view.getUint32(offset + i * 4);
    for (let i = 16; i < 64; i++) {
      const a = at(i - 15);
      const b = at(i - 2);
      const s0 = rotate32(a, 7) ^ rotate32(a, 18) ^ (a >>> 3);
      const s1 = rotate32(b, 17) ^ rotate32(b, 19) ^ (b >>> 10);
      w[i] = at(i - 16) + s0 + at(i - 7) + s1;
    }
    let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
    for (let i = 0; i < 64; i++) {
      const s1 = rotate32(e, 6) ^ rotate32(e, 11) ^ rotate32(e, 25);
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + (round256[i] ?? 0) + at(i)) | 0;
      const s0 = rotate32(a, 2) ^ rotate32(a, 13) ^ rotate32(a, 22);
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
    }
    for (const [i, value] of [a, b, c, d, e, f, g, h].entries()) state[i] = (state[i] ?? 0) + value;
  }
  const out = new DataView(new ArrayBuffer(32));
  for (const [i, value] of state.entries()) out.setUint32(i * 4, value);
  return new Uint8Array(out.buffer);
}

function rotate64(x: bigint, n: bigint): bigint {
  return (x >> n) | ((x << (64n - n)) & MASK64);
}

function sha512(data: Uint8Array, start: readonly bigint[]): Uint8Array<ArrayBuffer> {
  const view = padded(data, 128);
  let state = [...start];
  for (let offset = 0; offset < view.byteLength; offset += 128) {
    const w: bigint[] = Array.from({ length: 16 }, (_, i) => view.getBigUint64(offset + i * 8));
    const at = (i: number): bigint => w[i] ?? 0n;
    for (let i = 16; i < 80; i++) {
      const x = at(i - 15);
      const y = at(i - 2);
      const s0 = rotate64(x, 1n) ^ rotate64(x, 8n) ^ (x >> 7n);
      const s1 = rotate64(y, 19n) ^ rotate64(y, 61n) ^ (y >> 6n);
      w.push((at(i - 16) + s0 + at(i - 7) + s1) & MASK64);
    }
    let [a = 0n, b = 0n, c = 0n, d = 0n, e = 0n, f = 0n, g = 0n, h = 0n] = state;
    for (let i = 0; i < 80; i++) {
      const s1 = rotate64(e, 14n) ^ rotate64(e, 18n) ^ rotate64(e, 41n);
      const t1 = h + s1 + ((e & f) ^ (~e & MASK64 & g)) + (round512[i] ?? 0n) + at(i);
      const s0 = rotate64(a, 28n) ^ rotate64(a, 34n) ^ rotate64(a, 39n);
      const t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) & MASK64, c, b, a, (t1 + t2) & MASK64];
    }
    const next = [a, b, c, d, e, f, g, h];
    state = state.map((value, i) => (value + (next[i] ?? 0n)) & MASK64);
  }
  const out = new DataView(new ArrayBuffer(64));
  for (const [i, value] of state.entries()) out.setBigUint64(i * 8, value);
  return new Uint8Array(out.buffer);
}
