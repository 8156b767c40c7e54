import type { JsonObject } from '#base/json.ts';
import { isArray, isObject } from '#base/json.ts';
import { bytesToNumber } from '../../crypto/big-numbers.ts';
import type { CurveName, EcKey } from '../../crypto/ecdsa.ts';
import { isOnCurve } from '../../crypto/ecdsa.ts';
import { certificateKey } from '../../crypto/public-key.ts';
import type { RsaKey } from '../../crypto/rsa.ts';
import { bitLength } from '../../crypto/rsa.ts';
import { parseStruct, webSafeBase64 } from './jwt.ts';
import type { Status } from './status.ts';

/** A key of a set, ready to verify with. */
export type Jwk = { readonly kid: string; readonly alg: string } & (
  | { readonly kty: 'RSA'; readonly key: RsaKey }
  | { readonly kty: 'EC'; readonly key: EcKey }
  | { readonly kty: 'oct'; readonly key: Uint8Array }
  | { readonly kty: 'OKP'; readonly key: Uint8Array }
);

/** Reads a key set, or a map of key ids to X.509 certificates; bad keys are passed over as long as one is good (envoy `source/common/jwt/jwks.cc`). */
export function parseJwks(text: string): readonly Jwk[] | Status {
  const set = parseStruct(text);
  if (set === undefined) return 'JwksParseError';
  if (!Object.hasOwn(set, 'keys')) return isCertificateMap(set) ? fromCertificates(set) : 'JwksNoKeys';
  const list = set['keys'];
  if (!isArray(list)) return 'JwksBadKeys';
  const keys: Jwk[] = [];
  let problem: Status | undefined;
  for (const item of list) {
    if (!isObject(item)) continue;
    const key = readKey(item);
    if (typeof key === 'string') problem ??= key;
    else keys.push(key);
  }
  return keys.length === 0 ? (problem ?? 'JwksNoValidKeys') : keys;
}

function readKey(jwk: JsonObject): Jwk | Status {
  const { kty } = jwk;
  if (kty === undefined) return 'JwksMissingKty';
  if (typeof kty !== 'string') return 'JwksBadKty';
  const kid = typeof jwk['kid'] === 'string' ? jwk['kid'] : '';
  const alg = typeof jwk['alg'] === 'string' ? jwk['alg'] : '';
  switch (kty) {
    case 'EC': {
      const key = readEc(jwk, alg);
      return typeof key === 'string' ? key : { kid, alg, kty, key };
    }
    case 'RSA': {
      const key = readRsa(jwk, alg);
      return typeof key === 'string' ? key : { kid, alg, kty, key };
    }
    case 'oct': {
      const key = readSecret(jwk, alg);
      return typeof key === 'string' ? key : { kid, alg, kty, key };
    }
    case 'OKP': {
      const key = readEdwards(jwk, alg);
      return typeof key === 'string' ? key : { kid, alg, kty, key };
    }
    default:
      return 'JwksNotImplementedKty';
  }
}

function readRsa(jwk: JsonObject, alg: string): RsaKey | Status {
  if (alg !== '' && !/^[RP]S/.test(alg)) return 'JwksRSAKeyBadAlg';
  const { n, e } = jwk;
  if (n === undefined) return 'JwksRSAKeyMissingN';
  if (typeof n !== 'string') return 'JwksRSAKeyBadN';
  if (e === undefined) return 'JwksRSAKeyMissingE';
  if (typeof e !== 'string') return 'JwksRSAKeyBadE';
  const nBytes = webSafeBase64(n);
  const eBytes = webSafeBase64(e);
  if (nBytes === undefined || eBytes === undefined) return 'JwksRsaParseError';
  const key = { n: bytesToNumber(nBytes), e: bytesToNumber(eBytes) };
  // BoringSSL's RSA_check_key: an odd modulus of 512 bits or more; Envoy itself takes the two usual exponents alone.
  if ((key.e !== 3n && key.e !== 65537n) || key.n % 2n === 0n || bitLength(key.n) < 512 || bitLength(key.n) > 16_384)
    return 'JwksRsaParseError';
  return key;
}

const curveOfAlg: Readonly<Record<string, CurveName>> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' };

function readEc(jwk: JsonObject, alg: string): EcKey | Status {
  if (alg !== '' && !alg.startsWith('ES')) return 'JwksECKeyBadAlg';
  const crv = jwk['crv'] ?? '';
  if (typeof crv !== 'string') return 'JwksECKeyBadCrv';
  if (alg !== '' && crv !== '' && curveOfAlg[alg] !== crv) return 'JwksECKeyAlgNotCompatibleWithCrv';
  const name = alg === '' && crv === '' ? 'P-256' : (curveOfAlg[alg] ?? crv);
  const curve = Object.values(curveOfAlg).find((known) => known === name);
  if (curve === undefined) return 'JwksECKeyAlgOrCrvUnsupported';
  const { x, y } = jwk;
  if (x === undefined) return 'JwksECKeyMissingX';
  if (typeof x !== 'string') return 'JwksECKeyBadX';
  if (y === undefined) return 'JwksECKeyMissingY';
  if (typeof y !== 'string') return 'JwksECKeyBadY';
  const xBytes = webSafeBase64(x);
  const yBytes = webSafeBase64(y);
  if (xBytes === undefined || yBytes === undefined) return 'JwksEcXorYBadBase64';
  const key = { curve, x: bytesToNumber(xBytes), y: bytesToNumber(yBytes) };
  return isOnCurve(key) ? key : 'JwksEcParseError';
}

function readSecret(jwk: JsonObject, alg: string): Uint8Array | Status {
  if (alg !== '' && !['HS256', 'HS384', 'HS512'].includes(alg)) return 'JwksHMACKeyBadAlg';
  const { k } = jwk;
  if (k === undefined) return 'JwksHMACKeyMissingK';
  if (typeof k !== 'string') return 'JwksHMACKeyBadK';
  const key = webSafeBase64(k);
  return key === undefined || key.length === 0 ? 'JwksOctBadBase64' : key;
}

function readEdwards(jwk: JsonObject, alg: string): Uint8Array | Status {
  if (alg !== '' && alg !== 'EdDSA') return 'JwksOKPKeyBadAlg';
  const { crv, x } = jwk;
  if (crv === undefined) return 'JwksOKPKeyMissingCrv';
  if (typeof crv !== 'string') return 'JwksOKPKeyBadCrv';
  if (crv !== 'Ed25519') return 'JwksOKPKeyCrvUnsupported';
  if (x === undefined) return 'JwksOKPKeyMissingX';
  if (typeof x !== 'string') return 'JwksOKPKeyBadX';
  const key = webSafeBase64(x);
  if (key === undefined) return 'JwksOKPXBadBase64';
  return key.length === 32 ? key : 'JwksOKPXWrongLength';
}

function isCertificateMap(set: JsonObject): set is Readonly<Record<string, string>> {
  const entries = Object.entries(set);
  const isPem = (text: unknown): boolean =>
    typeof text === 'string' && text.startsWith('-----BEGIN CERTIFICATE-----\n') && text.endsWith('\n-----END CERTIFICATE-----\n');
  return entries.length > 0 && entries.every(([kid, pem]) => kid !== '' && isPem(pem));
}

function fromCertificates(set: Readonly<Record<string, string>>): readonly Jwk[] | Status {
  const keys: Jwk[] = [];
  for (const [kid, pem] of Object.entries(set)) {
    const key = certificateKey(pem);
    if (key === undefined) return 'JwksX509ParseError';
    if (key.kind !== 'RSA') return 'JwksX509GetPubkeyError';
    keys.push({ kid, alg: '', kty: 'RSA', key: key.key });
  }
  return keys;
}
