import { base64ToBytes } from '#base/bytes.ts';
import { bytesToNumber } from './big-numbers.ts';
import { derElement, derElements, DerTag } from './der.ts';
import type { CurveName, EcKey } from './ecdsa.ts';
import { isOnCurve } from './ecdsa.ts';
import type { RsaKey } from './rsa.ts';

/** A public key of one of the kinds Envoy's filters verify with. */
export type PublicKey =
  | { readonly kind: 'RSA'; readonly key: RsaKey }
  | { readonly kind: 'EC'; readonly key: EcKey }
  | { readonly kind: 'Ed25519'; readonly key: Uint8Array };

/** Object identifiers as hex. */
export const RSA_ENCRYPTION = '2a864886f70d010101';
export const EC_PUBLIC_KEY = '2a8648ce3d0201';
const ED25519 = '2b6570';
export const curveIds: Readonly<Record<string, CurveName>> = { '2a8648ce3d030107': 'P-256', '2b81040022': 'P-384', '2b81040023': 'P-521' };

/** A `SubjectPublicKeyInfo` in DER (RFC 5280 §4.1); undefined when it is none, or of a kind that is not known. */
export function parsePublicKey(der: Uint8Array): PublicKey | undefined {
  const outer = derElement(der, 0);
  return outer?.tag === DerTag.Sequence && outer.end === der.length ? keyOf(outer.content) : undefined;
}

function keyOf(info: Uint8Array): PublicKey | undefined {
  const [algorithm, bits] = derElements(info);
  if (algorithm?.tag !== DerTag.Sequence || bits?.tag !== DerTag.BitString || bits.content[0] !== 0) return undefined;
  const [id, parameter] = derElements(algorithm.content);
  if (id?.tag !== DerTag.ObjectId) return undefined;
  const key = bits.content.subarray(1);
  switch (hex(id.content)) {
    case RSA_ENCRYPTION:
      return rsaKey(key);
    case EC_PUBLIC_KEY:
      return parameter?.tag === DerTag.ObjectId ? ecKey(key, curveIds[hex(parameter.content)]) : undefined;
    case ED25519:
      return key.length === 32 ? { kind: 'Ed25519', key } : undefined;
    default:
      return undefined;
  }
}

function rsaKey(der: Uint8Array): PublicKey | undefined {
  const outer = derElement(der, 0);
  const [n, e] = outer?.tag === DerTag.Sequence ? derElements(outer.content) : [];
  if (n?.tag !== DerTag.Integer || e?.tag !== DerTag.Integer) return undefined;
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
  const certificate = der === undefined ? undefined : derElement(der, 0);
  const body = certificate?.tag === DerTag.Sequence ? derElements(certificate.content)[0] : undefined;
  if (body?.tag !== DerTag.Sequence) return undefined;
  const fields = derElements(body.content);
  // serial, signature, issuer, validity and subject stand before the key; the version is optional.
  const info = fields[fields[0]?.tag === DerTag.Version ? 6 : 5];
  return info?.tag === DerTag.Sequence ? keyOf(info.content) : undefined;
}

/** The bytes between the lines of a PEM block of that label. */
export function pemBytes(pem: string, label: string): Uint8Array | undefined {
  const match = new RegExp(`-----BEGIN ${label}-----([^-]*)-----END ${label}-----`).exec(pem);
  return match === null ? undefined : base64ToBytes((match[1] ?? '').replaceAll(/\s/g, ''));
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
