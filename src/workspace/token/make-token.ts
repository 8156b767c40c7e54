import { bytesToBase64, utf8Bytes } from '#base/bytes.ts';
import type { JsonObject } from '#base/json.ts';

export type TokenAlgorithm = 'RS256' | 'ES256';

/** A key made in this page. The private half cannot be read out, the public half is for the provider. */
export interface TokenKey {
  readonly algorithm: TokenAlgorithm;
  readonly privateKey: CryptoKey;
  readonly publicJwk: JsonObject;
}

const generating = {
  RS256: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) },
  ES256: { name: 'ECDSA', namedCurve: 'P-256' },
} as const;
const signing = { RS256: { name: 'RSASSA-PKCS1-v1_5' }, ES256: { name: 'ECDSA', hash: 'SHA-256' } } as const;

/** A key pair (RFC 7518 §3.1), its public half as JWK (RFC 7517). */
export async function makeKey(algorithm: TokenAlgorithm, kid: string): Promise<TokenKey> {
  const pair = await crypto.subtle.generateKey(generating[algorithm], false, ['sign', 'verify']);
  const { kty, n, e, crv, x, y } = await crypto.subtle.exportKey('jwk', pair.publicKey);
  const parts = Object.entries({ kty, n, e, crv, x, y }).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { algorithm, privateKey: pair.privateKey, publicJwk: { kid, use: 'sig', alg: algorithm, ...Object.fromEntries(parts) } };
}

/** A signed token in the compact form (RFC 7515 §7.1). */
export async function signToken({ algorithm, privateKey, publicJwk }: TokenKey, claims: JsonObject): Promise<string> {
  const head = { alg: algorithm, typ: 'JWT', kid: publicJwk['kid'] ?? '' };
  const text = `${base64Url(utf8Bytes(JSON.stringify(head)))}.${base64Url(utf8Bytes(JSON.stringify(claims)))}`;
  const signature = await crypto.subtle.sign(signing[algorithm], privateKey, utf8Bytes(text));
  return `${text}.${base64Url(new Uint8Array(signature))}`;
}

function base64Url(bytes: Uint8Array): string {
  return bytesToBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}
