import { base64ToBytes, byteStringToBytes, bytesToUtf8, strictUtf8 } from '#base/bytes.ts';
import type { JsonObject, JsonValue } from '#base/json.ts';
import { isArray, isObject } from '#base/json.ts';
import type { Status } from './status.ts';

/** A token, taken apart (envoy `source/common/jwt/jwt.cc`). */
export interface Jwt {
  readonly header: JsonObject;
  readonly payload: JsonObject;
  readonly payloadText: string;
  readonly alg: string;
  readonly kid: string;
  readonly iss: string;
  readonly sub: string;
  readonly audiences: readonly string[];
  readonly nbf: number;
  /** 0 when there is no such claim. */
  readonly exp: number;
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
}

const algorithms = new Set([
  'ES256',
  'ES384',
  'ES512',
  'HS256',
  'HS384',
  'HS512',
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'EdDSA',
]);

/** The bytes of URL-safe base64, padding optional (absl `WebSafeBase64Unescape`). */
export function webSafeBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  return /[+/]/.test(text) ? undefined : base64ToBytes(text);
}

/** A JSON object; numbers are doubles, as in `google.protobuf.Struct`. */
export function parseStruct(text: string | undefined): JsonObject | undefined {
  try {
    const value = JSON.parse(text ?? '') as JsonValue;
    return isObject(value) ? value : undefined;
  } catch {
    return undefined; // the caller asked whether it is JSON; "no" is an answer
  }
}

/** Reads a token or says what is wrong with it. */
export function parseJwt(token: string): Jwt | Status {
  const parts = token.split('.').filter((part) => part !== '');
  const [headerText, payloadText, signatureText] = parts;
  if (headerText === undefined || payloadText === undefined || signatureText === undefined || parts.length !== 3) return 'JwtBadFormat';
  const headerBytes = webSafeBase64(headerText);
  if (headerBytes === undefined) return 'JwtHeaderParseErrorBadBase64';
  const header = parseStruct(strictUtf8(headerBytes));
  if (header === undefined) return 'JwtHeaderParseErrorBadJson';
  const alg = header['alg'];
  if (typeof alg !== 'string') return 'JwtHeaderBadAlg';
  if (!algorithms.has(alg)) return 'JwtHeaderNotImplementedAlg';
  const kid = header['kid'] ?? '';
  if (typeof kid !== 'string') return 'JwtHeaderBadKid';
  const payloadBytes = webSafeBase64(payloadText);
  if (payloadBytes === undefined) return 'JwtPayloadParseErrorBadBase64';
  const payload = parseStruct(bytesToUtf8(payloadBytes));
  if (payload === undefined) return 'JwtPayloadParseErrorBadJson';
  const claims = readClaims(payload);
  if (typeof claims === 'string') return claims;
  const signature = webSafeBase64(signatureText);
  if (signature === undefined) return 'JwtSignatureParseErrorBadBase64';
  return { header, payload, payloadText, alg, kid, ...claims, signed: byteStringToBytes(`${headerText}.${payloadText}`), signature };
}

function readClaims(payload: JsonObject): Pick<Jwt, 'iss' | 'sub' | 'audiences' | 'nbf' | 'exp'> | Status {
  const iss = stringClaim(payload, 'iss');
  if (iss === undefined) return 'JwtPayloadParseErrorIssNotString';
  const sub = stringClaim(payload, 'sub');
  if (sub === undefined) return 'JwtPayloadParseErrorSubNotString';
  const iat = timeClaim(payload, 'iat');
  if (typeof iat === 'string') return `JwtPayloadParseErrorIat${iat}`;
  const nbf = timeClaim(payload, 'nbf');
  if (typeof nbf === 'string') return `JwtPayloadParseErrorNbf${nbf}`;
  const exp = timeClaim(payload, 'exp');
  if (typeof exp === 'string') return `JwtPayloadParseErrorExp${exp}`;
  if (stringClaim(payload, 'jti') === undefined) return 'JwtPayloadParseErrorJtiNotString';
  const aud = payload['aud'] ?? [];
  const audiences = typeof aud === 'string' ? [aud] : aud;
  if (!isArray(audiences) || payload['aud'] === null || !audiences.every((item) => typeof item === 'string'))
    return 'JwtPayloadParseErrorAudNotString';
  return { iss, sub, audiences, nbf, exp };
}

/** Empty when missing, undefined when of another type. */
function stringClaim(payload: JsonObject, name: string): string | undefined {
  if (!Object.hasOwn(payload, name)) return '';
  const value = payload[name];
  return typeof value === 'string' ? value : undefined;
}

function timeClaim(payload: JsonObject, name: string): number | 'NotInteger' | 'OutOfRange' {
  if (!Object.hasOwn(payload, name)) return 0;
  const value = payload[name];
  if (typeof value !== 'number') return 'NotInteger';
  return value < 0 || value >= 2 ** 64 ? 'OutOfRange' : Math.trunc(value);
}
