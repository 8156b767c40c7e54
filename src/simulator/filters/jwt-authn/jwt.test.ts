import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { byteStringToBytes, bytesToBase64, utf8Bytes } from '#base/bytes.ts';
import { hmac } from '../../crypto/hmac.ts';
import { parseJwks } from './jwks.ts';
import { parseJwt } from './jwt.ts';
import type { Status } from './status.ts';
import { statusCode, statusText } from './status.ts';
import { verifySignature } from './verify-signature.ts';

const part = (value: unknown): string => url(utf8Bytes(JSON.stringify(value)));
const url = (bytes: Uint8Array): string => bytesToBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
const secret = utf8Bytes('between us');
const keys = parseJwks(JSON.stringify({ keys: [{ kty: 'oct', k: url(secret) }] }));

function signed(payload: unknown): string {
  const text = `${part({ alg: 'HS256' })}.${part(payload)}`;
  return `${text}.${url(hmac('SHA-256', secret, byteStringToBytes(text)))}`;
}

function statusOf(token: string): Status {
  const jwt = parseJwt(token);
  if (typeof jwt === 'string' || typeof keys === 'string') return typeof jwt === 'string' ? jwt : 'JwksParseError';
  return verifySignature(jwt, keys);
}

describe('tokens', () => {
  test('claims are read, missing ones are empty', () => {
    expect(parseJwt(signed({ iss: 'me', aud: 'one', exp: 12.9 }))).toMatchObject({
      iss: 'me',
      sub: '',
      audiences: ['one'],
      exp: 12,
      nbf: 0,
    });
  });

  test('whatever is signed is verified, whatever is changed afterwards is not', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('iss', 'sub', 'x'), fc.string()), fc.nat(), (payload, at) => {
        const token = signed(payload);
        expect(statusOf(token)).toBe('Ok');
        const i = at % token.lastIndexOf('.');
        const changed = token.slice(0, i) + (token[i] === 'A' ? 'B' : 'A') + token.slice(i + 1);
        expect(statusOf(changed)).not.toBe('Ok');
      }),
    );
  });

  test('any text is a token or says why not', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(fc.json(), { minLength: 3, maxLength: 3 }).map((parts) => parts.map((text) => url(utf8Bytes(text))).join('.')),
        ),
        (text) => {
          const result = parseJwt(text);
          if (typeof result === 'string') expect(statusText(result)).not.toBe('');
        },
      ),
    );
  });
});

test('any text is a key set or says why not', () => {
  const jwk = fc.dictionary(
    fc.constantFrom('kty', 'alg', 'kid', 'n', 'e', 'crv', 'x', 'y', 'k'),
    fc.oneof(fc.constantFrom('RSA', 'EC', 'oct', 'OKP', 'Ed25519', 'P-256', 'AQAB'), fc.string(), fc.integer()),
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.array(jwk).map((list) => JSON.stringify({ keys: list })),
      ),
      (text) => {
        const result = parseJwks(text);
        if (typeof result === 'string') expect(statusCode(result)).toBeGreaterThan(0);
      },
    ),
  );
});
