import type { ByteString } from '#base/bytes.ts';
import { byteStringToBytes, byteStringToUtf8, utf8ToByteString } from '#base/bytes.ts';
import type { Random } from '#base/random.ts';
import { sha2 } from '#base/sha2.ts';
import type { FormatContext } from '../../format/formatter.ts';
import { Headers } from '../../http/headers.ts';
import type { OAuthConfig } from './config.ts';
import { base64Url, encrypt, hex, hmacBase64, randomBytes } from './secret-text.ts';
import { cookieTail } from './set-cookies.ts';
import { isAllowedDomain, urlEncode } from './url.ts';

const FLOW_BYTES = 8;
const VERIFIER_BYTES = 32;

/** The answer that sends a user to the authorization server, or why it may not be given (envoy oauth2 `filter.cc` `redirectToOAuthServer`). */
export function authorizationRedirect(
  request: Headers,
  config: OAuthConfig,
  context: FormatContext,
  random: Random,
): Headers | { readonly problem: string } {
  const scheme = request.get(':scheme')?.toLowerCase() === 'http' ? 'http' : 'https';
  const base = config.originalUri?.(context) ?? `${scheme}://${request.get(':authority') ?? ''}`;
  if (!isAllowedDomain(base, config.allowedDomains)) {
    return { problem: `authority or original_request_uri failed domain allow-list validation: ${base}` };
  }
  const redirectUri = config.redirectUri(context);
  if (!isAllowedDomain(redirectUri, config.allowedDomains)) {
    return { problem: `redirect_uri failed domain allow-list validation: ${redirectUri}` };
  }
  const flow = hex(randomBytes(random, FLOW_BYTES));
  const token = `${flow}.${hmacBase64(config.hmacSecret, flow)}`;
  const verifier = base64Url(randomBytes(random, VERIFIER_BYTES));
  const response = Headers.response([[':status', '302']]);
  const set = (kind: 'oauth_nonce' | 'code_verifier', value: ByteString, seconds: number): void => {
    const cookie = config.cookies[kind];
    const tail = cookieTail(config, cookie, seconds);
    // without its number too, for older proxies
    for (const name of [`${cookie.name}.${flow}`, cookie.name]) response.add('set-cookie', `${name}=${value}${tail}`);
  };
  set('oauth_nonce', token, config.times.csrf);
  set('code_verifier', encrypt(verifier, config.hmacSecret, random), config.times.codeVerifier);
  const params = config.authorizationParams();
  params.overwrite('state', encodeState(base + (request.get(':path') ?? ''), token, flow));
  params.overwrite('redirect_uri', urlEncode(redirectUri));
  params.overwrite('code_challenge', base64Url(sha2('SHA-256', byteStringToBytes(verifier))));
  params.overwrite('code_challenge_method', 'S256');
  const { origin, path } = config.authorizationUrl;
  response.set('location', origin + params.replaceIn(path) + config.resources);
  return response;
}

function encodeState(url: ByteString, token: ByteString, flow: ByteString): ByteString {
  const state = JSON.stringify({ url: byteStringToUtf8(url), csrf_token: token, flow_id: flow });
  return base64Url(byteStringToBytes(utf8ToByteString(state)));
}
