import type { ByteString } from '#base/bytes.ts';
import type { ConfigReader } from '../../config-reader.ts';
import type { ActiveFilter } from '../../http/active-filter.ts';
import type { HeadersStatus as HeadersResult, HttpFilter } from '../../http/filter.ts';
import { HeadersStatus } from '../../http/filter.ts';
import { Headers } from '../../http/headers.ts';
import type { HttpFilterType } from '../filter-type.ts';
import { routeOptions } from '../filter-type.ts';
import { tell } from '../tell.ts';
import { authorizationRedirect } from './authorization.ts';
import type { Callback } from './callback.ts';
import { flowCookie, readCallback } from './callback.ts';
import type { OAuthConfig } from './config.ts';
import { readConfig } from './config.ts';
import { parseCookies, writeCookies } from './cookies.ts';
import { decrypt, hmacBase64 } from './secret-text.ts';
import type { Sent } from './session.ts';
import { hideAll, hideFlow, openTokens, readSession, signedText } from './session.ts';
import type { NewSession } from './set-cookies.ts';
import { deleteFlow, setSession } from './set-cookies.ts';
import { signOutReply } from './sign-out.ts';
import type { TokenFailure, TokenGrant, Tokens } from './token-client.ts';
import { fetchTokens } from './token-client.ts';
import { parseUrl } from './url.ts';

/** envoy.filters.http.oauth2 (envoy `source/extensions/filters/http/oauth2`). */
export const filterType: HttpFilterType = {
  compile(config, context) {
    const own = config.message('config');
    const settings = own === undefined ? undefined : readConfig(own, context.proxy, `http.${context.statPrefix}.`);
    const ofRoute = routeOptions(context, (route: ConfigReader) => {
      const message = route.message('config');
      return message === undefined ? undefined : readConfig(message, context.proxy, '');
    });
    return { create: (callbacks) => new OAuth2Filter(callbacks, () => ofRoute(callbacks) ?? settings) };
  },
};

const STATUS = 'x-envoy-oauth-status';
const REASON = 'x-envoy-oauth-failure-reason';
const NS = 1_000_000_000n;

class OAuth2Filter implements HttpFilter {
  readonly #callbacks: ActiveFilter;
  readonly #choose: () => OAuthConfig | undefined;
  #call: { cancel(): void } | undefined;
  #flow: ByteString = '';
  #sent: Sent = { whole: new Set(), pieces: new Map() };
  /** The session a refresh token has brought; the response tells the browser. */
  #refreshed: { readonly config: OAuthConfig; readonly session: NewSession } | undefined;

  constructor(callbacks: ActiveFilter, choose: () => OAuthConfig | undefined) {
    this.#callbacks = callbacks;
    this.#choose = choose;
  }

  decodeHeaders(headers: Headers): HeadersResult {
    headers.remove(STATUS);
    headers.remove(REASON);
    const config = this.#choose();
    if (config === undefined) return HeadersStatus.Continue;
    if (config.passThrough.some((matches) => matches(headers))) {
      config.count('oauth_passthrough');
      return HeadersStatus.Continue;
    }
    if (config.hmacSecret === '' || (config.clientSecret === '' && config.authType !== 'TLS_CLIENT_AUTH')) {
      this.#unavailable(config, 'OAuth2 secrets are not ready');
      return HeadersStatus.StopIteration;
    }
    this.#sent = openTokens(headers, config);
    if (!config.preserveAuthorization) headers.remove('authorization');
    if (config.idTokenHeader !== undefined) headers.remove(config.idTokenHeader);
    const path = headers.get(':path') ?? '';
    if (config.isSignOut(path)) {
      this.#answer(signOutReply(headers, config, this.#sent, this.#context()), 'oauth.sign_out');
      return HeadersStatus.StopIteration;
    }
    const session = readSession(headers, config, this.#nowNs);
    if (session.valid) {
      config.count('oauth_success');
      this.#forward(headers, config, session.bearer, session.id);
      return config.isCallback(path) ? this.#sendOn(headers, config, path) : this.#pass(headers, config);
    }
    if (config.isCallback(path)) return this.#finish(headers, config, path);
    if (config.useRefreshToken && session.refresh !== '') return this.#fetch(headers, config, { refreshToken: session.refresh }, undefined);
    return this.#login(
      headers,
      config,
      `Unauthorized, and forwarding as unauthorized because OAuth failure is allowed: ${path}`,
      `Unauthorized, and redirecting to OAuth server is not allowed: ${path}`,
    );
  }

  encodeHeaders(headers: Headers): HeadersResult {
    const refreshed = this.#refreshed;
    if (refreshed === undefined) return HeadersStatus.Continue;
    this.#refreshed = undefined;
    const { config, session } = refreshed;
    setSession(headers, session, this.#sent, config, this.#random, this.#nowNs);
    return HeadersStatus.Continue;
  }

  onDestroy(): void {
    this.#call?.cancel();
  }

  get #nowNs(): bigint {
    return this.#callbacks.stream.manager.loop.nowNs;
  }

  get #random() {
    return this.#callbacks.stream.manager.proxy.random;
  }

  #context() {
    const { stream } = this.#callbacks;
    return stream.manager.formatContext(stream);
  }

  #pass(headers: Headers, config: OAuthConfig): HeadersResult {
    tell(this.#callbacks, 'request', 'oauth2', 'The cookies show that the user is logged in');
    hideFlow(headers, config);
    return HeadersStatus.Continue;
  }

  #forward(headers: Headers, config: OAuthConfig, bearer: ByteString, id: ByteString): void {
    if (config.forwardBearer && bearer !== '') headers.set('authorization', `Bearer ${bearer}`);
    if (config.idTokenHeader === undefined || id === '') return;
    headers.set(config.idTokenHeader, config.idTokenHeader === 'authorization' ? `Bearer ${id}` : id);
  }

  /** Several requests may have begun a login; who has come back once is sent to where the others began. */
  #sendOn(headers: Headers, config: OAuthConfig, path: ByteString): HeadersResult {
    const callback = this.#readCallback(headers, config, path);
    if (callback === undefined) return HeadersStatus.StopIteration;
    const target = parseUrl(callback.url)?.path ?? '/';
    if (config.isCallback(target)) {
      this.#unauthorized(config, `State url query params matches the redirect path matcher: ${target}`);
      return HeadersStatus.StopIteration;
    }
    const response = Headers.response([
      [':status', '302'],
      ['location', callback.url],
    ]);
    deleteFlow(response, config, callback.flow);
    this.#answer(response, 'oauth.race_redirect');
    return HeadersStatus.StopIteration;
  }

  #readCallback(headers: Headers, config: OAuthConfig, path: ByteString): Callback | undefined {
    const callback = readCallback(headers, path, config);
    this.#flow = callback.flow;
    if (callback.problem === undefined) return callback;
    this.#unauthorized(config, callback.problem);
    return undefined;
  }

  #finish(headers: Headers, config: OAuthConfig, path: ByteString): HeadersResult {
    const callback = this.#readCallback(headers, config, path);
    if (callback === undefined) return HeadersStatus.StopIteration;
    const encrypted = flowCookie(headers, config.cookies.code_verifier.name, callback.flow);
    const verifier = encrypted === undefined ? undefined : decrypt(encrypted, config.hmacSecret);
    if (verifier === undefined) {
      this.#unauthorized(config, 'Code verifier cookie is missing in the request');
    } else if ('error' in verifier) {
      this.#unauthorized(config, `Failed to decrypt code verifier: ${encrypted ?? ''}, error: ${verifier.error}`);
    } else {
      config.count('oauth_legacy_cbc_decrypt');
      const redirectUri = config.redirectUri(this.#context());
      return this.#fetch(headers, config, { code: callback.code, redirectUri, verifier: verifier.text }, callback);
    }
    return HeadersStatus.StopIteration;
  }

  /** Asks the authorization server: for the tokens of a login, or for new ones. */
  #fetch(headers: Headers, config: OAuthConfig, grant: TokenGrant, callback: Callback | undefined): HeadersResult {
    let result: HeadersResult | undefined;
    let waiting = false;
    tell(this.#callbacks, 'request', 'oauth2', () => `Tokens are asked for at ${config.tokenUri.cluster}`);
    this.#call = fetchTokens(this.#callbacks.stream.manager.proxy, config, grant, (answer) => {
      this.#call = undefined;
      result = this.#answered(headers, config, answer, callback);
      if (waiting && result === HeadersStatus.Continue) this.#callbacks.continueDecoding();
    });
    waiting = true;
    return result ?? (callback === undefined ? HeadersStatus.StopAllIterationAndWatermark : HeadersStatus.StopAllIterationAndBuffer);
  }

  #answered(headers: Headers, config: OAuthConfig, answer: Tokens | TokenFailure, callback: Callback | undefined): HeadersResult {
    if ('reason' in answer) return this.#failed(headers, config, answer, callback === undefined);
    const tokens: Tokens = {
      access: config.kept.access ? '' : answer.access,
      id: config.kept.id ? '' : answer.id,
      refresh: config.useRefreshToken && !config.kept.refresh ? answer.refresh : '',
      expiresIn: answer.expiresIn,
    };
    return callback === undefined ? this.#refresh(headers, config, tokens) : this.#loggedIn(headers, config, tokens, callback);
  }

  #newSession(headers: Headers, config: OAuthConfig, tokens: Tokens): NewSession {
    const expires = String(this.#nowNs / NS + BigInt(tokens.expiresIn));
    const text = signedText(config, headers.get(':authority') ?? '', expires, tokens.access, tokens.id, tokens.refresh);
    return { tokens, expires, signature: hmacBase64(config.hmacSecret, text) };
  }

  #loggedIn(headers: Headers, config: OAuthConfig, tokens: Tokens, callback: Callback): HeadersResult {
    const response = Headers.response([[':status', '302']]);
    const session = this.#newSession(headers, config, tokens);
    if (!setSession(response, session, this.#sent, config, this.#random, this.#nowNs)) {
      this.#unavailable(config, 'OAuth token exceeds the cookie chunk limit');
      return HeadersStatus.StopIteration;
    }
    deleteFlow(response, config, callback.flow);
    response.set('location', callback.url);
    config.count('oauth_success');
    this.#answer(response, 'oauth.logged_in');
    return HeadersStatus.StopIteration;
  }

  #refresh(headers: Headers, config: OAuthConfig, given: Tokens): HeadersResult {
    const cookies = parseCookies(headers);
    // Without a new refresh token the old one stays.
    const tokens = given.refresh === '' ? { ...given, refresh: cookies.get(config.cookies.refresh_token.name) ?? '' } : given;
    if (tokens.access !== '') cookies.set(config.cookies.bearer_token.name, tokens.access);
    if (tokens.id !== '') cookies.set(config.cookies.id_token.name, tokens.id);
    writeCookies(headers, cookies);
    this.#forward(headers, config, tokens.access, tokens.id);
    this.#refreshed = { config, session: this.#newSession(headers, config, tokens) };
    config.count('oauth_refreshtoken_success');
    config.count('oauth_success');
    hideFlow(headers, config);
    tell(this.#callbacks, 'request', 'oauth2', 'The refresh token has brought new tokens');
    return HeadersStatus.Continue;
  }

  #failed(headers: Headers, config: OAuthConfig, failure: TokenFailure, refreshing: boolean): HeadersResult {
    if (refreshing && failure.refused) {
      config.count('oauth_refreshtoken_failure');
      return this.#login(
        headers,
        config,
        'Failed to refresh the access token, and forwarding as unauthorized because OAuth failure is allowed',
        'Failed to refresh the access token, and redirecting to OAuth server is not allowed',
      );
    }
    if (this.#mayFail(headers, config)) return this.#passFailed(headers, config, failure.reason);
    this.#unauthorized(config, failure.more === '' ? failure.reason : `${failure.reason}: ${failure.more}`);
    return HeadersStatus.StopIteration;
  }

  /** Nobody is logged in: the request goes on all the same, is refused, or its user is sent to log in. */
  #login(headers: Headers, config: OAuthConfig, passing: string, refusing: string): HeadersResult {
    if (this.#mayFail(headers, config)) return this.#passFailed(headers, config, passing);
    if (config.denyRedirect.some((matches) => matches(headers))) {
      this.#unauthorized(config, refusing);
      return HeadersStatus.StopIteration;
    }
    const response = authorizationRedirect(headers, config, this.#context(), this.#random);
    if ('problem' in response) {
      this.#unauthorized(config, response.problem);
      return HeadersStatus.StopIteration;
    }
    config.count('oauth_unauthorized_rq');
    this.#answer(response, 'oauth.missing_credentials');
    return HeadersStatus.StopIteration;
  }

  #mayFail(headers: Headers, config: OAuthConfig): boolean {
    return !config.isCallback(headers.get(':path') ?? '') && config.allowFailed.some((matches) => matches(headers));
  }

  #passFailed(headers: Headers, config: OAuthConfig, reason: string): HeadersResult {
    hideAll(headers, config);
    headers.replace(STATUS, 'failed');
    headers.replace(REASON, reason);
    config.count('oauth_allow_failed_passthrough');
    tell(this.#callbacks, 'request', 'oauth2', reason);
    return HeadersStatus.Continue;
  }

  #answer(response: Headers, details: string): void {
    const { stream } = this.#callbacks;
    tell(this.#callbacks, 'request', 'oauth2', () => `Answers with ${details}: ${response.get('location') ?? ''}`);
    stream.info.responseCode = 302;
    stream.info.responseCodeDetails = details;
    stream.encodeHeaders(response, true);
  }

  #unauthorized(config: OAuthConfig, details: string): void {
    config.count('oauth_failure');
    this.#callbacks.sendLocalReply({
      code: 401,
      body: 'OAuth flow failed.',
      details: withoutSpace(details),
      modifyHeaders: (headers) => {
        if (this.#flow !== '') deleteFlow(headers, config, this.#flow);
      },
    });
  }

  #unavailable(config: OAuthConfig, details: string): void {
    config.count('oauth_failure');
    this.#callbacks.sendLocalReply({ code: 503, body: 'Service Unavailable', details: withoutSpace(details) });
  }
}

/** Access logs have their columns apart by spaces (envoy `StringUtil::replaceAllEmptySpace`). */
function withoutSpace(details: string): string {
  return details.replaceAll(/[ \t\n\v\f\r]/g, '_');
}
