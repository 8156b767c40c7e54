import type { ByteString } from '#base/bytes.ts';
import { bytesToByteString, bytesToUtf8, utf8ToByteString } from '#base/bytes.ts';
import type { Headers } from '../../http/headers.ts';
import { QueryParams } from '../../http/query-params.ts';
import { parseStruct } from '../jwt-authn/jwt.ts';
import type { OAuthConfig } from './config.ts';
import { parseCookies } from './cookies.ts';
import { fromBase64Url, hmacBase64 } from './secret-text.ts';
import { isAllowedDomain, parseUrl } from './url.ts';

/** What a request to the callback path says. */
export interface Callback {
  readonly code: ByteString;
  /** Where the user wanted to go. */
  readonly url: ByteString;
  /** The login it ends; empty until that is trusted. */
  readonly flow: ByteString;
  /** Why it is refused. */
  readonly problem: string | undefined;
}

/** Checks a call back from the authorization server (envoy oauth2 `filter.cc` `validateOAuthCallback`). */
export function readCallback(headers: Headers, path: ByteString, config: OAuthConfig): Callback {
  const query = QueryParams.ofPath(path, false);
  const state = query.first('state');
  const code = query.first('code');
  if (query.first('error') !== undefined) {
    const flow = state === undefined ? '' : readState(headers, state, config).flow;
    return refuse(`OAuth server returned an error: ${query.toString()}`, flow);
  }
  if (code === undefined || state === undefined) return refuse(`Code or state query param does not exist: ${query.toString()}`);
  return { ...readState(headers, state, config), code };
}

function refuse(problem: string, flow = ''): Callback {
  return { code: '', url: '', flow, problem };
}

function readState(headers: Headers, encoded: ByteString, config: OAuthConfig): Callback {
  const bytes = fromBase64Url(encoded);
  const text = bytesToByteString(bytes);
  const state = parseStruct(bytesToUtf8(bytes));
  if (state === undefined) return refuse(`State query param is not a valid JSON: ${text}`);
  const { url: givenUrl, csrf_token: token, flow_id: flowId } = state;
  if (givenUrl === undefined || token === undefined) return refuse(`State query param does not contain url or CSRF token: ${text}`);
  const flow = typeof flowId === 'string' ? utf8ToByteString(flowId) : '';
  if (!isCsrfToken(headers, typeof token === 'string' ? utf8ToByteString(token) : '', flow, config)) {
    return refuse('CSRF token validation failed');
  }
  const url = typeof givenUrl === 'string' ? utf8ToByteString(givenUrl) : '';
  if (parseUrl(url) === undefined) return refuse(`State url can not be initialized: ${url}`, flow);
  if (!isAllowedDomain(url, config.allowedDomains)) return refuse(`State url host is not in the allowed redirect domains: ${url}`, flow);
  return { code: '', url, flow, problem: undefined };
}

/** The cookie must say the same, and the token must be of this filter. */
function isCsrfToken(headers: Headers, token: ByteString, flow: ByteString, config: OAuthConfig): boolean {
  const cookie = flowCookie(headers, config.cookies.oauth_nonce.name, flow);
  const dot = token.indexOf('.');
  return cookie === token && dot >= 0 && hmacBase64(config.hmacSecret, token.slice(0, dot)) === token.slice(dot + 1);
}

/** The cookie of one login; the name without its number stands in. */
export function flowCookie(headers: Headers, name: ByteString, flow: ByteString): ByteString | undefined {
  const cookies = parseCookies(headers);
  return [cookies.get(`${name}.${flow}`), cookies.get(name)].find((value) => value !== undefined && value !== '');
}
