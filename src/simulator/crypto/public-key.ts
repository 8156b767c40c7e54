import { base64ToBytes } from '#base/bytes.ts';
import { bytesToNumber } from './big-numbers.ts';
import type { CurveName, EcKey } from './ecdsa.ts';
import { isOnCurve } from './ecdsa.ts';
import type { RsaKey } from './rsa.ts';

/** A public key of one of the kinds Envoy's filters verify with. */
export type PublicKey =
  | { readonly kind: 'RSA'; readonly key: RsaKey }
  | { readonly kind: 'EC'; readonly key: EcKey }
  | { readonly kind: 'Ed25519'; readonly key: Uint8Array };

/** One element of DER: its tag, its content, and where the next one begins. */
interface Element {
  readonly tag: number;
  readonly content: Uint8Array;
  readonly end: number;
}

const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OBJECT_ID = 0x06;
const SEQUENCE = 0x30;
const VERSION = 0xa0;

/** Object identifiers as hex. */
const RSA_ENCRYPTION = '2a864886f70d010101';
const EC_PUBLIC_KEY = '2a8648ce3d0201';
const ED25519 = '2b6570';
const curveIds: Readonly<Record<string, CurveName>> = { '2a8648ce3d030107': 'P-256', '2b81040022': 'P-384', '2b81040023': 'P-521' };

/** A `SubjectPublicKeyInfo` in DER (RFC 5280 §4.1); undefined when it is none, or of a kind that is not known. */
export function parsePublicKey(der: Uint8Array): PublicKey | undefined {
  const outer = elementAt(der, 0);
  return outer?.tag === SEQUENCE && outer.end === der.length ? keyOf(outer.content) : undefined;
}

function keyOf(info: Uint8Array): PublicKey | undefined {
  const [algorithm, bits] = elements(info);
  if (algorithm?.tag !== SEQUENCE || bits?.tag !== BIT_STRING || bits.content[0] !== 0) return undefined;
  const [id, parameter] = elements(algorithm.content);
  if (id?.tag !== OBJECT_ID) return undefined;
  const key = bits.content.subarray(1);
  switch (hex(id.content)) {
    case RSA_ENCRYPTION:
      return rsaKey(key);
    case EC_PUBLIC_KEY:
      return parameter?.tag === OBJECT_ID ? ecKey(key, curveIds[hex(parameter.content)]) : undefined;
    case ED25519:
      return key.length === 32 ? { kind: 'Ed25519', key } : undefined;
    default:
      return undefined;
  }
}

function rsaKey(der: Uint8Array): PublicKey | undefined {
  const outer = elementAt(der, 0);
  const [n, e] = outer?.tag === SEQUENCE ? elements(outer.content) : [];
  if (n?.tag !== INTEGER || e?.tag !== INTEGER) return undefined;
  return { kind: 'RSA', key: { n: bytesToNumber(n.content), e: bytesToNumber(e.content) } };
}

function ecKey(point: Uint8Array, curve: CurveName | undefined): PublicKey | undefined {
  const half = (point.length - 1) / 2;
  if (curve === undefined || point[0] !== 4 || !Number.isInteger(half)) return undefined;
  const key = { curve, x: bytesToNumber(point.subarray(1, 1 + half)), y: bytesToNumber(point.subarray(1 + half)) };
  return isOnCurve(key) ? { kind: 'EC', key } : undefined;
}

/** The key of an X.509 certificate in PEM. */
export function certificateKey(pem: string): PublicKey | undefined {
  const der = pemBytes(pem, 'CERTIFICATE');
  const certificate = der === undefined ? undefined : elementAt(der, 0);
  const body = certificate?.tag === SEQUENCE ? elements(certificate.content)[0] : undefined;
  if (body?.tag !== SEQUENCE) return undefined;
  const fields = elements(body.content);
  // serial, signature, issuer, validity and subject stand before the key; the version is optional.
  const info = fields[fields[0]?.tag === VERSION ? 6 : 5];
  return info?.tag === SEQUENCE ? keyOf(info.content) : undefined;
}

/** The bytes between the lines of a PEM block of that label. */
export function pemBytes(pem: string, label: string): Uint8Array | undefined {
  const match = new RegExp(`-----BEGIN ${label}-----([^-]*)-----END ${label}-----`).exec(pem);
  return match === null ? undefined : base64ToBytes((match[1] ?? '').replaceAll(/\s/g, ''));
}

function elements(content: Uint8Array): readonly Element[] {
  const out: Element[] = [];
  for (let at = 0; at < content.length;) {
    const element = elementAt(content, at);
    if (element === undefined) return [];
    out.push(element);
    at = element.end;
  }
  return out;
}

function elementAt(bytes: Uint8Array, at: number): Element | undefined {
  const tag = bytes[at];
  const first = bytes[at + 1];
  if (tag === undefined || first === undefined) return undefined;
  const longForm = first >= 0x80;
  const start = at + 2 + (longForm ? first & 0x7f : 0);
  const length = longForm ? Number(bytesToNumber(bytes.subarray(at + 2, start))) : first;
  const end = start + length;
  return end > bytes.length ? undefined : { tag, content: bytes.subarray(start, end), end };
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
