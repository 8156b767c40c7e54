import { bytesToNumber, inverse, mod } from './big-numbers.ts';
import { derElement, derElements, DerTag, derInteger, derSequence } from './der.ts';
import { bitLength } from './rsa.ts';
import type { Hash } from './hash.ts';
import { hash as digestOf } from './hash.ts';

/** A short Weierstrass curve y² = x³ − 3x + b (SEC 2, FIPS 186-4 D.1.2). */
interface Curve {
  readonly p: bigint;
  readonly b: bigint;
  readonly n: bigint;
  readonly x: bigint;
  readonly y: bigint;
}

export type CurveName = 'P-256' | 'P-384' | 'P-521';

export interface EcKey {
  readonly curve: CurveName;
  readonly x: bigint;
  readonly y: bigint;
}

export interface EcPrivateKey {
  readonly curve: CurveName;
  readonly d: bigint;
}

const curves: Readonly<Record<CurveName, Curve>> = {
  'P-256': {
    p: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
    b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
    n: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
    x: 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
    y: 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
  },
  'P-384': {
    p: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
    b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
    n: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
    x: 0xaa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7n,
    y: 0x3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5fn,
  },
  'P-521': {
    p: 2n ** 521n - 1n,
    b: 0x0051953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00n,
    n: 0x01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
    x: 0x00c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dbaa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66n,
    y: 0x011839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e662c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650n,
  },
};

/** A point in Jacobian coordinates; z = 0 is the point at infinity. */
interface Point {
  readonly x: bigint;
  readonly y: bigint;
  readonly z: bigint;
}

const INFINITY: Point = { x: 0n, y: 1n, z: 0n };

/** Does the key lie on its curve? */
export function isOnCurve({ curve, x, y }: EcKey): boolean {
  const { p, b } = curves[curve];
  return x < p && y < p && mod(y * y - (x * x * x - 3n * x + b), p) === 0n;
}

/** ECDSA (FIPS 186-4 §6.4) over a signature that is r and s side by side, as JWS has it. */
export function verifyEcdsa(key: EcKey, hash: Hash, signature: Uint8Array, data: Uint8Array): boolean {
  const half = signature.length / 2;
  if (!Number.isInteger(half)) return false;
  return verifyEcdsaNumbers(key, hash, bytesToNumber(signature.subarray(0, half)), bytesToNumber(signature.subarray(half)), data);
}

/** The same over a signature in DER, as X9.62 has it. */
export function verifyEcdsaDer(key: EcKey, hash: Hash, signature: Uint8Array, data: Uint8Array): boolean {
  const outer = derElement(signature, 0);
  if (outer?.tag !== DerTag.Sequence || outer.end !== signature.length) return false;
  const [r, s] = derElements(outer.content);
  if (r?.tag !== DerTag.Integer || s?.tag !== DerTag.Integer) return false;
  return verifyEcdsaNumbers(key, hash, bytesToNumber(r.content), bytesToNumber(s.content), data);
}

function verifyEcdsaNumbers(key: EcKey, hash: Hash, r: bigint, s: bigint, data: Uint8Array): boolean {
  const curve = curves[key.curve];
  const { n } = curve;
  if (r <= 0n || s <= 0n || r >= n || s >= n) return false;
  const w = inverse(s, n);
  const u = mod(digestNumber(curve, hash, data) * w, n);
  const point = combine(curve, u, { x: curve.x, y: curve.y, z: 1n }, mod(r * w, n), { x: key.x, y: key.y, z: 1n });
  return point.z !== 0n && affineX(curve, point) % n === r;
}

/** A signature in DER. `chance` is the number that must never be used twice; undefined for the few that are no good. */
export function signEcdsaDer(key: EcPrivateKey, hash: Hash, chance: bigint, data: Uint8Array): Uint8Array | undefined {
  const curve = curves[key.curve];
  const { n } = curve;
  const k = mod(chance, n - 1n) + 1n;
  const base = { x: curve.x, y: curve.y, z: 1n };
  const r = affineX(curve, combine(curve, k, base, 0n, INFINITY)) % n;
  const s = mod(inverse(k, n) * (digestNumber(curve, hash, data) + r * key.d), n);
  return r === 0n || s === 0n ? undefined : derSequence([derInteger(r), derInteger(s)]);
}

function digestNumber({ n }: Curve, hash: Hash, data: Uint8Array): bigint {
  const digest = digestOf(hash, data);
  const surplus = Math.max(0, digest.length * 8 - bitLength(n));
  return bytesToNumber(digest) >> BigInt(surplus);
}

function affineX(curve: Curve, point: Point): bigint {
  const zInverse = inverse(point.z, curve.p);
  return mod(point.x * zInverse * zInverse, curve.p);
}

/** a·P + b·Q in one walk over the bits of both. */
function combine(curve: Curve, a: bigint, P: Point, b: bigint, Q: Point): Point {
  const both = add(curve, P, Q);
  let result = INFINITY;
  for (let i = BigInt(Math.max(bitLength(a), bitLength(b))) - 1n; i >= 0n; i--) {
    result = double(curve, result);
    const bitA = (a >> i) & 1n;
    const bitB = (b >> i) & 1n;
    if (bitA === 1n && bitB === 1n) result = add(curve, result, both);
    else if (bitA === 1n) result = add(curve, result, P);
    else if (bitB === 1n) result = add(curve, result, Q);
  }
  return result;
}

function double({ p }: Curve, point: Point): Point {
  const { x, y, z } = point;
  if (z === 0n || y === 0n) return INFINITY;
  const zz = mod(z * z, p);
  const yy = mod(y * y, p);
  const s = mod(4n * x * yy, p);
  const m = mod(3n * (x - zz) * (x + zz), p);
  const x3 = mod(m * m - 2n * s, p);
  return { x: x3, y: mod(m * (s - x3) - 8n * yy * yy, p), z: mod(2n * y * z, p) };
}

function add(curve: Curve, a: Point, b: Point): Point {
  if (a.z === 0n) return b;
  if (b.z === 0n) return a;
  const { p } = curve;
  const zz1 = mod(a.z * a.z, p);
  const zz2 = mod(b.z * b.z, p);
  const u1 = mod(a.x * zz2, p);
  const u2 = mod(b.x * zz1, p);
  const s1 = mod(a.y * zz2 * b.z, p);
  const s2 = mod(b.y * zz1 * a.z, p);
  if (u1 === u2) return s1 === s2 ? double(curve, a) : INFINITY;
  const h = mod(u2 - u1, p);
  const r = mod(s2 - s1, p);
  const hh = mod(h * h, p);
  const hhh = mod(h * hh, p);
  const v = mod(u1 * hh, p);
  const x = mod(r * r - hhh - 2n * v, p);
  return { x, y: mod(r * (v - x) - s1 * hhh, p), z: mod(h * a.z * b.z, p) };
}
