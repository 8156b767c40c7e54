import type { ByteString } from '#base/bytes.ts';
import type { Random } from '#base/random.ts';
import type { Headers } from '../../http/headers.ts';
import { parseJwt } from '../jwt-authn/jwt.ts';
import type { Cookie, OAuthConfig } from './config.ts';
import { pieceNames } from './cookies.ts';
import { encrypt } from './secret-text.ts';
import type { Sent } from './session.ts';
import type { Tokens } from './token-client.ts';

/** `Max-Age` and all that stands behind a value. */
export function cookieTail(config: OAuthConfig, cookie: Cookie, seconds: number): string {
  return `${domainOf(config)};path=${cookie.path};Max-Age=${seconds};secure;HttpOnly${cookie.sameSite}${cookie.partitioned ? ';Partitioned' : ''}`;
}

function domainOf(config: OAuthConfig): string {
  return config.cookieDomain === '' ? '' : `;domain=${config.cookieDomain}`;
}

/** Makes the browser forget a cookie. */
export function deleteCookie(headers: Headers, config: OAuthConfig, name: ByteString, path: string): void {
  const secure = /^__(?:Secure|Host)-/.test(name) ? '; Secure' : '';
  headers.add('set-cookie', `${name}=deleted; path=${path}; expires=Thu, 01 Jan 1970 00:00:00 GMT${domainOf(config)}${secure}`);
}

/** Forgets the cookies of one login. */
export function deleteFlow(headers: Headers, config: OAuthConfig, flow: ByteString): void {
  for (const { name, path } of [config.cookies.oauth_nonce, config.cookies.code_verifier]) {
    if (flow !== '') deleteCookie(headers, config, `${name}.${flow}`, path);
    deleteCookie(headers, config, name, path);
  }
}

/** One cookie of a new session and how long it lasts; an empty value forgets what the browser has. */
interface TokenCookie {
  readonly cookie: Cookie;
  readonly value: ByteString;
  readonly seconds: number;
}

/** A new session, ready to be given to the browser. */
export interface NewSession {
  readonly tokens: Tokens;
  readonly expires: ByteString;
  readonly signature: ByteString;
}

/** Gives the cookies of a session; false when a token is too long even in pieces. */
export function setSession(
  headers: Headers,
  { tokens, expires, signature }: NewSession,
  old: Sent,
  config: OAuthConfig,
  random: Random,
  nowNs: bigint,
): boolean {
  const { cookies } = config;
  const times = lifetimes(tokens, config, nowNs);
  for (const [cookie, value] of [
    [cookies.oauth_hmac, signature],
    [cookies.oauth_expires, expires],
  ] as const) {
    headers.add('set-cookie', `${cookie.name}=${value}${cookieTail(config, cookie, tokens.expiresIn)}`);
  }
  const given: readonly TokenCookie[] = [
    { cookie: cookies.bearer_token, value: tokens.access, seconds: tokens.expiresIn },
    { cookie: cookies.id_token, value: tokens.id, seconds: times.id },
    { cookie: cookies.refresh_token, value: tokens.refresh, seconds: times.refresh },
  ];
  for (const token of given) {
    const { name, path } = token.cookie;
    const text = token.value !== '' && config.encrypts ? encrypt(token.value, config.hmacSecret, random) : token.value;
    const written = text === '' ? [] : tokenCookies(token, text, config);
    if (written === undefined) {
      config.count('oauth_token_cookie_oversized');
      return false;
    }
    const names = new Set(written.map(([key]) => key));
    const pieces = old.pieces.get(name);
    const before = [...(pieces === undefined ? [] : pieceNames(name, pieces)), ...(old.whole.has(name) ? [name] : [])];
    for (const key of before) if (!names.has(key)) deleteCookie(headers, config, key, path);
    for (const [key, value] of written) headers.add('set-cookie', `${key}=${value}${cookieTail(config, token.cookie, token.seconds)}`);
  }
  return true;
}

/** A token in one cookie, or in as many as it takes, with their number. */
function tokenCookies(
  { cookie, seconds }: TokenCookie,
  text: ByteString,
  config: OAuthConfig,
): readonly (readonly [ByteString, ByteString])[] | undefined {
  const tail = cookieTail(config, cookie, seconds);
  const { chunks } = config;
  if (chunks === undefined || `${cookie.name}=${text}${tail}`.length <= chunks.size) return [[cookie.name, text]];
  const room = chunks.size - `${cookie.name}_00=${tail}`.length;
  const pieces = room <= 0 ? Number.POSITIVE_INFINITY : Math.ceil(text.length / room);
  if (pieces > chunks.most) return undefined;
  config.count('oauth_token_cookie_chunked');
  const list = Array.from({ length: pieces }, (_, i) => [`${cookie.name}_${i}`, text.slice(i * room, (i + 1) * room)] as const);
  return [...list, [`${cookie.name}_chunks`, String(pieces)]];
}

/** Tokens that say themselves how long they last are believed. */
function lifetimes(tokens: Tokens, config: OAuthConfig, nowNs: bigint): { readonly id: number; readonly refresh: number } {
  const now = Number(nowNs / 1_000_000_000n);
  const left = (token: ByteString, otherwise: number): number => {
    const jwt = parseJwt(token);
    return typeof jwt === 'string' || jwt.exp === 0 ? otherwise : Math.max(0, jwt.exp - now);
  };
  return {
    id: config.accessTimeForIdToken || tokens.id === '' ? tokens.expiresIn : left(tokens.id, tokens.expiresIn),
    refresh: config.useRefreshToken ? left(tokens.refresh, config.times.refreshToken) : tokens.expiresIn,
  };
}
