import { bytesToNumber } from './big-numbers.ts';
import { derElement, derElements, DerTag } from './der.ts';
import type { EcPrivateKey } from './ecdsa.ts';
import { curveIds, EC_PUBLIC_KEY, hex, RSA_ENCRYPTION } from './public-key.ts';
import type { RsaPrivateKey } from './rsa.ts';

export type PrivateKey =
  | { readonly kind: 'RSA'; readonly key: RsaPrivateKey }
  | { readonly kind: 'EC'; readonly key: EcPrivateKey }
  /** A private key, but of a kind that does not sign a digest. */
  | { readonly kind: 'other' };

/** A `PrivateKeyInfo` in DER (RFC 5208 §5), whatever follows it; undefined when it is none. */
export function parsePrivateKey(der: Uint8Array): PrivateKey | undefined {
  const outer = derElement(der, 0);
  const [version, algorithm, secret] = outer?.tag === DerTag.Sequence ? derElements(outer.content) : [];
  if (version?.tag !== DerTag.Integer || algorithm?.tag !== DerTag.Sequence || secret?.tag !== DerTag.OctetString) return undefined;
  const [id, parameter] = derElements(algorithm.content);
  const body = derElement(secret.content, 0);
  if (id?.tag !== DerTag.ObjectId || body === undefined) return undefined;
  if (hex(id.content) === RSA_ENCRYPTION) return rsaKey(body.content);
  if (hex(id.content) !== EC_PUBLIC_KEY) return { kind: 'other' };
  const curve = parameter?.tag === DerTag.ObjectId ? curveIds[hex(parameter.content)] : undefined;
  const number = derElements(body.content)[1];
  if (curve === undefined || number?.tag !== DerTag.OctetString) return undefined;
  return { kind: 'EC', key: { curve, d: bytesToNumber(number.content) } };
}

/** `RSAPrivateKey` (RFC 8017 §A.1.2). */
function rsaKey(body: Uint8Array): PrivateKey | undefined {
  const [, n, e, d] = derElements(body);
  if (n?.tag !== DerTag.Integer || e?.tag !== DerTag.Integer || d?.tag !== DerTag.Integer) return undefined;
  return { kind: 'RSA', key: { n: bytesToNumber(n.content), e: bytesToNumber(e.content), d: bytesToNumber(d.content) } };
}
