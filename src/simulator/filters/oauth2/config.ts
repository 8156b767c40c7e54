import type { ByteString } from '#base/bytes.ts';
import { utf8ToByteString } from '#base/bytes.ts';
import { ConfigError } from '../../config-error.ts';
import type { ConfigReader } from '../../config-reader.ts';
import type { FormatContext } from '../../format/formatter.ts';
import { compileFormat } from '../../format/formatter.ts';
import { enumName } from '../../format/header-operations.ts';
import { lowerName } from '../../http/headers.ts';
import { QueryParams } from '../../http/query-params.ts';
import type { HeaderPredicate } from '../../matching/header-matcher.ts';
import { compileHeaderMatcher } from '../../matching/header-matcher.ts';
import { compileStringMatcher } from '../../matching/string-matcher.ts';
import type { Proxy } from '../../proxy.ts';
import type { AbsoluteUrl } from './url.ts';
import { parseUrl, urlEncode } from './url.ts';

const counters = [
  'oauth_unauthorized_rq',
  'oauth_failure',
  'oauth_passthrough',
  'oauth_success',
  'oauth_refreshtoken_success',
  'oauth_refreshtoken_failure',
  'oauth_allow_failed_passthrough',
  'oauth_legacy_cbc_decrypt',
  'oauth_token_cookie_chunked',
  'oauth_token_cookie_reassembled',
  'oauth_token_cookie_malformed_chunks',
  'oauth_token_cookie_oversized',
] as const;
type Counter = (typeof counters)[number];

const cookieDefaults = {
  bearer_token: 'BearerToken',
  oauth_hmac: 'OauthHMAC',
  oauth_expires: 'OauthExpires',
  id_token: 'IdToken',
  refresh_token: 'RefreshToken',
  oauth_nonce: 'OauthNonce',
  code_verifier: 'CodeVerifier',
} as const;
type CookieKind = keyof typeof cookieDefaults;

export interface Cookie {
  readonly name: ByteString;
  readonly path: ByteString;
  readonly sameSite: string;
  readonly partitioned: boolean;
}

const authTypes = ['URL_ENCODED_BODY', 'BASIC_AUTH', 'TLS_CLIENT_AUTH', 'PRIVATE_KEY_JWT'] as const;
type AuthType = (typeof authTypes)[number];

/** `OAuth2Config`. */
export interface OAuthConfig {
  readonly tokenUri: ConfigUri;
  readonly retries: number;
  readonly authorizationUrl: AbsoluteUrl;
  /** Parameters that are the same for everyone. */
  authorizationParams(): QueryParams;
  readonly resources: ByteString;
  readonly clientId: ByteString;
  readonly clientSecret: ByteString;
  readonly hmacSecret: ByteString;
  redirectUri(context: FormatContext): ByteString;
  readonly originalUri: ((context: FormatContext) => ByteString) | undefined;
  isCallback(path: ByteString): boolean;
  isSignOut(path: ByteString): boolean;
  readonly endSession: ByteString;
  /** Undefined: none is given; without a format the start page is meant. */
  readonly postLogout: { readonly format: ((context: FormatContext) => ByteString) | undefined } | undefined;
  readonly allowedDomains: readonly string[];
  readonly passThrough: readonly HeaderPredicate[];
  readonly denyRedirect: readonly HeaderPredicate[];
  readonly allowFailed: readonly HeaderPredicate[];
  readonly cookies: Readonly<Record<CookieKind, Cookie>>;
  readonly cookieDomain: ByteString;
  readonly authType: AuthType;
  readonly forwardBearer: boolean;
  readonly preserveAuthorization: boolean;
  readonly idTokenHeader: ByteString | undefined;
  readonly useRefreshToken: boolean;
  /** In seconds. */
  readonly times: Readonly<Record<'token' | 'refreshToken' | 'csrf' | 'codeVerifier', number>>;
  readonly accessTimeForIdToken: boolean;
  /** Tokens that are not given to the browser. */
  readonly kept: Readonly<Record<'id' | 'access' | 'refresh', boolean>>;
  readonly encrypts: boolean;
  readonly chunks: { readonly size: number; readonly most: number } | undefined;
  count(counter: Counter): void;
}

interface ConfigUri {
  readonly cluster: string;
  readonly host: ByteString;
  readonly path: ByteString;
  readonly timeoutMs: number;
}

/** Reads the message; `statPrefix` stands before its own. */
export function readConfig(config: ConfigReader, proxy: Proxy, statPrefix: string): OAuthConfig {
  const credentials = config.message('credentials');
  const { authType, clientId, clientSecret, hmacSecret } = readSecrets(config, credentials, proxy);
  const idTokenHeader = readIdTokenHeader(config);
  const endpoint = config.string('authorization_endpoint');
  const authorizationUrl = parseUrl(endpoint);
  if (authorizationUrl === undefined) throw new ConfigError(`OAuth2 filter: invalid authorization endpoint URL '${endpoint}' in config.`);
  const scopes = config.strings('auth_scopes');
  const endSession = config.string('end_session_endpoint');
  if (endSession !== '' && !scopes.includes('openid')) {
    throw new ConfigError('OAuth2 filter: end session endpoint is only supported for OpenID Connect.');
  }
  const ownPrefix = config.string('stat_prefix');
  const prefix = statPrefix + (ownPrefix === '' ? '' : `${ownPrefix}.`);
  for (const counter of counters) proxy.stats.counter(prefix + counter);
  const seconds = (name: string, otherwise: number): number => Math.floor((config.duration(name) ?? otherwise * 1000) / 1000);
  const original = config.string('original_request_uri');
  const chunking = config.message('token_cookie_chunking');
  return {
    tokenUri: readUri(config.message('token_endpoint')),
    retries: config.message('retry_policy')?.accept().number('num_retries', 1) ?? 0,
    authorizationUrl,
    authorizationParams() {
      const params = QueryParams.ofPath(endpoint, false);
      params.overwrite('client_id', clientId);
      params.overwrite('response_type', 'code');
      params.overwrite('scope', urlEncode(scopes.length === 0 ? 'user' : utf8ToByteString(scopes.join(' '))));
      return params;
    },
    resources: config
      .strings('resources')
      .map((resource) => `&resource=${urlEncode(utf8ToByteString(resource))}`)
      .join(''),
    clientId,
    clientSecret,
    hmacSecret,
    redirectUri: compileFormat(config.string('redirect_uri')),
    originalUri: original === '' ? undefined : compileFormat(original),
    isCallback: pathMatcher(config.message('redirect_path_matcher')),
    isSignOut: pathMatcher(config.message('signout_path')),
    endSession,
    postLogout: readPostLogout(config.message('post_logout_redirect_uri')),
    allowedDomains: config.strings('allowed_redirect_domains'),
    passThrough: config.messages('pass_through_matcher').map(compileHeaderMatcher),
    denyRedirect: config.messages('deny_redirect_matcher').map(compileHeaderMatcher),
    allowFailed: config.messages('allow_failed_matcher').map(compileHeaderMatcher),
    cookies: readCookies(credentials?.message('cookie_names'), config.message('cookie_configs')),
    cookieDomain: credentials?.string('cookie_domain') ?? '',
    authType,
    forwardBearer: config.bool('forward_bearer_token'),
    preserveAuthorization: config.bool('preserve_authorization_header'),
    idTokenHeader,
    useRefreshToken: config.bool('use_refresh_token', true),
    times: {
      token: seconds('default_expires_in', 0),
      refreshToken: seconds('default_refresh_token_expires_in', 604_800),
      csrf: seconds('csrf_token_expires_in', 600),
      codeVerifier: seconds('code_verifier_token_expires_in', 600),
    },
    accessTimeForIdToken: config.bool('use_access_token_expiry_for_id_token_cookie'),
    kept: {
      id: config.bool('disable_id_token_set_cookie'),
      access: config.bool('disable_access_token_set_cookie'),
      refresh: config.bool('disable_refresh_token_set_cookie'),
    },
    encrypts: !config.bool('disable_token_encryption'),
    chunks: chunking === undefined ? undefined : { size: chunking.number('max_cookie_size', 4096), most: chunking.number('max_chunks', 8) },
    count: (counter) => proxy.stats.counter(prefix + counter).add(1n),
  };
}

type Secrets = Pick<OAuthConfig, 'authType' | 'clientId' | 'clientSecret' | 'hmacSecret'>;

function readSecrets(config: ConfigReader, credentials: ConfigReader | undefined, proxy: Proxy): Secrets {
  const authType = enumName(config.raw('auth_type'), authTypes) ?? 'URL_ENCODED_BODY';
  const tls = authType === 'TLS_CLIENT_AUTH';
  if (!tls && credentials?.has('token_secret') !== true) {
    throw new ConfigError('token_secret is required when auth_type is not TLS_CLIENT_AUTH');
  }
  return {
    authType,
    clientId: credentials?.string('client_id') ?? '',
    clientSecret: tls ? '' : secretOf(credentials?.message('token_secret'), proxy, 'invalid token secret configuration'),
    hmacSecret: secretOf(credentials?.message('hmac_secret'), proxy, 'invalid HMAC secret configuration'),
  };
}

/** A secret that a control plane would send stands here as its name. */
function secretOf(config: ConfigReader | undefined, proxy: Proxy, problem: string): ByteString {
  const name = config?.string('name') ?? '';
  const text = proxy.secrets.get(name);
  const dynamic = config?.message('sds_config')?.accept();
  if (text === undefined && dynamic === undefined) throw new ConfigError(problem);
  return utf8ToByteString(text ?? name);
}

function readIdTokenHeader(config: ConfigReader): ByteString | undefined {
  const forward = config.message('forward_id_token');
  const given = forward?.string('header') ?? '';
  const name = lowerName(given);
  if (forward !== undefined && (name.startsWith(':') || name === 'host')) {
    throw new ConfigError(
      `invalid forward_id_token configuration: header '${given}' can not be used to forward the ID token; pseudo-headers and the Host header are not allowed`,
    );
  }
  if (forward !== undefined && config.messages('pass_through_matcher').some((matcher) => lowerName(matcher.string('name')) === name)) {
    throw new ConfigError(
      `invalid forward_id_token configuration: pass_through_matcher can not match on the forwarded ID token header '${given}'`,
    );
  }
  const owners = [config.bool('forward_bearer_token'), config.bool('preserve_authorization_header'), name === 'authorization'];
  if (owners.filter(Boolean).length > 1) {
    throw new ConfigError(
      'invalid OAuth2 configuration: at most one of forward_bearer_token, preserve_authorization_header, or forward_id_token (when forwarding the ID token on the Authorization header) may be set, as they all use the Authorization header',
    );
  }
  return forward === undefined ? undefined : name;
}

function readUri(config: ConfigReader | undefined): ConfigUri {
  const text = config?.string('uri') ?? '';
  const [, host = '', path = '/'] = /^(?:[^/]*:\/\/)?([^/]*)(\/.*)?$/.exec(text) ?? [];
  return { cluster: config?.string('cluster') ?? '', host, path, timeoutMs: config?.duration('timeout') ?? 0 };
}

function pathMatcher(config: ConfigReader | undefined): (path: ByteString) => boolean {
  const matcher = config?.message('path');
  if (matcher === undefined) return () => false;
  const test = compileStringMatcher(matcher);
  return (path) => test(path.replace(/[?#].*$/, ''));
}

function readPostLogout(config: ConfigReader | undefined): OAuthConfig['postLogout'] {
  if (config?.bool('disabled') === true) return undefined;
  const text = config?.string('uri') ?? '';
  return { format: text === '' ? undefined : compileFormat(text) };
}

function readCookies(names: ConfigReader | undefined, configs: ConfigReader | undefined): OAuthConfig['cookies'] {
  const cookie = (kind: CookieKind): Cookie => {
    const config = configs?.message(`${kind}_cookie_config`);
    const name = names?.string(kind) ?? '';
    const path = config?.string('path') ?? '';
    const sameSite = enumName(config?.raw('same_site'), ['DISABLED', 'STRICT', 'LAX', 'NONE']);
    return {
      name: name === '' ? cookieDefaults[kind] : name,
      path: path === '' ? '/' : path,
      sameSite:
        sameSite === 'STRICT' ? ';SameSite=Strict' : sameSite === 'LAX' ? ';SameSite=Lax' : sameSite === 'NONE' ? ';SameSite=None' : '',
      partitioned: config?.bool('partitioned') ?? false,
    };
  };
  return {
    bearer_token: cookie('bearer_token'),
    oauth_hmac: cookie('oauth_hmac'),
    oauth_expires: cookie('oauth_expires'),
    id_token: cookie('id_token'),
    refresh_token: cookie('refresh_token'),
    oauth_nonce: cookie('oauth_nonce'),
    code_verifier: cookie('code_verifier'),
  };
}
