import type { ByteString } from '#base/bytes.ts';
import type { Headers } from '../../http/headers.ts';
import type { OAuthConfig } from './config.ts';
import { eraseFlow, eraseToken, MOST_PIECES, parseCookies, pieceNames, writeCookies } from './cookies.ts';
import { decrypt, hmacBase64, hmacHexBase64 } from './secret-text.ts';

const tokenKinds = ['bearer_token', 'id_token', 'refresh_token'] as const;
type TokenKind = (typeof tokenKinds)[number];

/** Is it a legal header value (envoy `HeaderUtility::headerValueIsValid`)? */
function isHeaderValue(text: ByteString): boolean {
  return !/[\0\r\n]/.test(text);
}

/** The cookies of tokens a browser has sent. */
export interface Sent {
  /** Names of tokens that came in one piece. */
  readonly whole: ReadonlySet<ByteString>;
  /** How many pieces others came in: all there may be where their number makes no sense. */
  readonly pieces: ReadonlyMap<ByteString, number>;
}

/** Puts the pieces of long tokens together and decrypts tokens, in the cookies of the request itself, for everything behind to see. */
export function openTokens(headers: Headers, config: OAuthConfig): Sent {
  const cookies = parseCookies(headers);
  const whole = new Set<ByteString>();
  const pieces = new Map<ByteString, number>();
  let changed = false;
  for (const kind of tokenKinds) {
    const { name } = config.cookies[kind];
    const count = cookies.get(`${name}_chunks`);
    if (cookies.has(name)) whole.add(name);
    if (count !== undefined) {
      changed = true;
      pieces.set(name, joinPieces(cookies, name, count, config));
    }
    const given = cookies.get(name) ?? '';
    if (given === '' || !config.encrypts) continue;
    const opened = decrypt(given, config.hmacSecret);
    changed = true;
    if (!('text' in opened) || !isHeaderValue(opened.text)) continue;
    config.count('oauth_legacy_cbc_decrypt');
    cookies.set(name, opened.text);
  }
  if (changed) writeCookies(headers, cookies);
  return { whole, pieces };
}

/** One cookie in place of several. If one of them is missing, what may be there in one piece stays. */
function joinPieces(cookies: Map<ByteString, ByteString>, name: ByteString, count: ByteString, config: OAuthConfig): number {
  const number = /^\d{1,2}$/.test(count) ? Number(count) : 0;
  const known = number >= 2 && number <= MOST_PIECES;
  const pieces = Array.from({ length: known ? number : 0 }, (_, i) => cookies.get(`${name}_${i}`) ?? '');
  const whole = known && !pieces.includes('');
  config.count(whole ? 'oauth_token_cookie_reassembled' : 'oauth_token_cookie_malformed_chunks');
  for (const key of pieceNames(name, MOST_PIECES)) cookies.delete(key);
  if (whole) cookies.set(name, pieces.join(''));
  return known ? number : MOST_PIECES;
}

/** What the cookies of a request say about its user (envoy `OAuth2CookieValidator`). */
interface Session {
  readonly valid: boolean;
  readonly bearer: ByteString;
  readonly id: ByteString;
  readonly refresh: ByteString;
}

export function readSession(headers: Headers, config: OAuthConfig, nowNs: bigint): Session {
  const cookies = parseCookies(headers);
  const of = (kind: TokenKind | 'oauth_hmac' | 'oauth_expires'): ByteString => cookies.get(config.cookies[kind].name) ?? '';
  const expires = of('oauth_expires');
  const text = signedText(config, headers.get(':authority') ?? '', expires, of('bearer_token'), of('id_token'), of('refresh_token'));
  const signed = [hmacBase64(config.hmacSecret, text), hmacHexBase64(config.hmacSecret, text)].includes(of('oauth_hmac'));
  const current = /^\s*\+?\d+\s*$/.test(expires) && BigInt(expires.replace('+', '')) * 1_000_000_000n > nowNs;
  return { valid: signed && current, bearer: of('bearer_token'), id: of('id_token'), refresh: of('refresh_token') };
}

/** What is signed, so that no part can be changed alone. */
export function signedText(
  config: OAuthConfig,
  host: ByteString,
  ...[expires, bearer, id, refresh]: readonly [ByteString, ByteString, ByteString, ByteString]
): ByteString {
  return [config.cookieDomain === '' ? host : config.cookieDomain, expires, bearer, id, refresh].join('\n');
}

/** The upstream is not to see what belongs to this filter alone. */
export function hideFlow(headers: Headers, config: OAuthConfig): void {
  const cookies = parseCookies(headers);
  if (cookies.size === 0) return;
  const {
    oauth_hmac: signature,
    oauth_expires: expires,
    refresh_token: refresh,
    oauth_nonce: nonce,
    code_verifier: verifier,
  } = config.cookies;
  cookies.delete(signature.name);
  cookies.delete(expires.name);
  eraseToken(cookies, refresh.name);
  eraseFlow(cookies, nonce.name);
  eraseFlow(cookies, verifier.name);
  writeCookies(headers, cookies);
}

/** Nor anything of a user who is not logged in. */
export function hideAll(headers: Headers, config: OAuthConfig): void {
  const cookies = parseCookies(headers);
  if (cookies.size === 0) return;
  for (const kind of tokenKinds) eraseToken(cookies, config.cookies[kind].name);
  writeCookies(headers, cookies);
  hideFlow(headers, config);
}
