import type { ByteString } from '#base/bytes.ts';
import type { Headers } from '../../http/headers.ts';

/** The cookies of a request by name; the first of a name counts (envoy `Http::Utility::parseCookies`). */
export function parseCookies(headers: Headers): Map<ByteString, ByteString> {
  const cookies = new Map<ByteString, ByteString>();
  for (const line of headers.all('cookie')) {
    for (const part of line.split(';')) {
      const text = part.trimStart();
      const equals = text.indexOf('=');
      if (equals < 0) continue;
      const name = text.slice(0, equals);
      if (!cookies.has(name)) cookies.set(name, text.slice(equals + 1).replace(/^"(.*)"$/, '$1'));
    }
  }
  return cookies;
}

/** Writes them back. Envoy's order is that of a hash table, another one in every process. */
export function writeCookies(headers: Headers, cookies: ReadonlyMap<ByteString, ByteString>): void {
  headers.replace('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '));
}

/** So many pieces a token may have at most. */
export const MOST_PIECES = 16;

/** The cookies of a token in `count` pieces: their number, then they themselves. */
export function pieceNames(base: ByteString, count: number): readonly ByteString[] {
  return [`${base}_chunks`, ...Array.from({ length: count }, (_, i) => `${base}_${i}`)];
}

/** Removes a token, in one piece or several. */
export function eraseToken(cookies: Map<ByteString, ByteString>, base: ByteString): void {
  for (const name of [base, ...pieceNames(base, MOST_PIECES)]) cookies.delete(name);
}

/** Removes a cookie of one login, with and without its number. */
export function eraseFlow(cookies: Map<ByteString, ByteString>, base: ByteString): void {
  for (const name of cookies.keys()) if (isOfFlow(name, base)) cookies.delete(name);
}

/** `OauthNonce` and `OauthNonce.<flow>`. */
export function isOfFlow(name: ByteString, base: ByteString): boolean {
  return name === base || (name.startsWith(`${base}.`) && name.length > base.length + 1);
}
