import type { FormatContext } from '../../format/formatter.ts';
import { Headers } from '../../http/headers.ts';
import type { OAuthConfig } from './config.ts';
import { isOfFlow, parseCookies, pieceNames } from './cookies.ts';
import type { Sent } from './session.ts';
import { deleteCookie } from './set-cookies.ts';
import { urlEncode } from './url.ts';

/** The answer that makes the browser forget everything (envoy oauth2 `filter.cc` `signOutUser`). */
export function signOutReply(request: Headers, config: OAuthConfig, sent: Sent, context: FormatContext): Headers {
  const response = Headers.response([[':status', '302']]);
  const { oauth_hmac: signature, bearer_token: bearer, id_token: id, refresh_token: refresh, oauth_expires: expires } = config.cookies;
  for (const { name, path } of [signature, bearer, id, refresh, expires]) deleteCookie(response, config, name, path);
  const cookies = parseCookies(request);
  for (const name of cookies.keys()) {
    const cookie = [config.cookies.oauth_nonce, config.cookies.code_verifier].find((flow) => isOfFlow(name, flow.name));
    if (cookie !== undefined) deleteCookie(response, config, name, cookie.path);
  }
  for (const { name, path } of [bearer, id, refresh]) {
    const count = sent.pieces.get(name);
    if (count !== undefined) for (const key of pieceNames(name, count)) deleteCookie(response, config, key, path);
  }
  const home = `${request.get(':scheme') ?? ''}://${request.get(':authority') ?? ''}/`;
  response.set('location', config.endSession === '' ? home : endSessionUrl(config, cookies.get(id.name) ?? '', home, context));
  return response;
}

function endSessionUrl(config: OAuthConfig, idToken: string, home: string, context: FormatContext): string {
  const url = `${config.endSession}?id_token_hint=${idToken}&client_id=${config.clientId}`;
  if (config.postLogout === undefined) return url;
  return `${url}&post_logout_redirect_uri=${urlEncode(config.postLogout.format?.(context) ?? home)}`;
}
