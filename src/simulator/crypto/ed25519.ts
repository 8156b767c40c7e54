import { concatBytes } from '#base/bytes.ts';
import { bytesToNumber, inverse, mod, power } from './big-numbers.ts';
import { sha2 } from '#base/sha2.ts';

const P = 2n ** 255n - 19n;
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const D = mod(-121665n * inverse(121666n, P), P);
const SQRT_MINUS_1 = power(2n, (P - 1n) / 4n, P);

/** A point of the curve in extended coordinates (RFC 8032 §5.1.4). */
interface Point {
  readonly x: bigint;
  readonly y: bigint;
  readonly z: bigint;
  readonly t: bigint;
}

const ZERO: Point = { x: 0n, y: 1n, z: 1n, t: 0n };
const BASE = affine(15112221349535400772501151409588531511454012693041857206046113283949847762202n, mod(4n * inverse(5n, P), P));

function affine(x: bigint, y: bigint): Point {
  return { x, y, z: 1n, t: mod(x * y, P) };
}

/** Ed25519 (RFC 8032 §5.1.7). `key` has 32 bytes, `signature` 64. */
export function verifyEd25519(key: Uint8Array, signature: Uint8Array, data: Uint8Array): boolean {
  const A = decode(key);
  const first = signature.subarray(0, 32);
  const R = decode(first);
  const s = littleEndian(signature.subarray(32));
  if (A === undefined || R === undefined || s >= L) return false;
  const k = littleEndian(sha2('SHA-512', concatBytes([first, key, data]))) % L;
  return equal(multiply(BASE, s), add(R, multiply(A, k)));
}

function littleEndian(bytes: Uint8Array): bigint {
  return bytesToNumber(bytes.toReversed());
}

function decode(bytes: Uint8Array): Point | undefined {
  const value = littleEndian(bytes);
  const sign = value >> 255n;
  const y = value & (2n ** 255n - 1n);
  if (y >= P) return undefined;
  const u = mod(y * y - 1n, P);
  const v = mod(D * y * y + 1n, P);
  let x = mod(u * power(v, 3n, P) * power(u * power(v, 7n, P), (P - 5n) / 8n, P), P);
  const check = mod(v * x * x, P);
  if (check === mod(-u, P)) x = mod(x * SQRT_MINUS_1, P);
  else if (check !== u) return undefined;
  if (x === 0n && sign === 1n) return undefined;
  return affine((x & 1n) === sign ? x : P - x, y);
}

function add(a: Point, b: Point): Point {
  const A = mod((a.y - a.x) * (b.y - b.x), P);
  const B = mod((a.y + a.x) * (b.y + b.x), P);
  const C = mod(2n * D * a.t * b.t, P);
  const E = mod(2n * a.z * b.z, P);
  const [e, f, g, h] = [B - A, E - C, E + C, B + A];
  return { x: mod(e * f, P), y: mod(g * h, P), z: mod(f * g, P), t: mod(e * h, P) };
}

function multiply(point: Point, factor: bigint): Point {
  let result = ZERO;
  let doubled = point;
  for (let rest = factor; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = add(result, doubled);
    doubled = add(doubled, doubled);
  }
  return result;
}

function equal(a: Point, b: Point): boolean {
  return mod(a.x * b.z - b.x * a.z, P) === 0n && mod(a.y * b.z - b.y * a.z, P) === 0n;
}
