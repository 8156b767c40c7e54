/** oauth2: the way to the authorization server and back, cookies given and taken, refusals. Secrets and cookies are made here, so that Envoy can be asked about them. */
import { createCipheriv, createHash, createHmac } from 'node:crypto';
import { anyAddress, get, http, perRoute, routes, scenario, show } from './lab.mjs';

export const scenarios = [];
const secrets = { token: 'client secret/+&', hmac: 'key of the lab' };
const FAR = '4102444800';

/** What is drawn by lot or read from the clock. */
const normalise = [
  anyAddress,
  { pattern: '(Failed_to_parse_oauth_response_body).*', replace: '$1' },
  { pattern: '(OauthNonce|CodeVerifier)\\.[0-9a-f]{16}\\b', replace: '$1.{flow}' },
  { pattern: '((?:Nonce|OauthNonce)(?:\\.\\{flow\\})?=)[0-9a-f]{16}\\.[A-Za-z0-9+/=]{44}', replace: '$1{nonce}.{hmac}' },
  { pattern: '(CodeVerifier(?:\\.\\{flow\\})?=)[A-Za-z0-9_-]{86}(?=;)', replace: '$1{encrypted}' },
  { pattern: '(code_challenge=)[A-Za-z0-9_-]{43}(?=&)', replace: '$1{challenge}' },
  { pattern: '(state=)eyJ[A-Za-z0-9_-]{100,}', replace: '$1{state}' },
  { pattern: '(OauthHMAC=)[A-Za-z0-9+/]{43}=(?=;)', replace: '$1{hmac}' },
  { pattern: '(OauthExpires=)17\\d{8}(?=;)', replace: '$1{time}' },
  { pattern: '((?:Bearer|Id|Refresh)Token=)[A-Za-z0-9_-]{43,}(?=;)', replace: '$1{encrypted}' },
];
const save = (name, description, input) => scenarios.push(scenario(`oauth2-${name}`, description, { secrets, normalise, ...input }));

const path = (exact) => ({ path: { exact } });
const header = (name, more) => ({ name, ...more });
const base = {
  token_endpoint: { cluster: 'auth', uri: 'auth.example.com/token', timeout: '1s' },
  authorization_endpoint: 'https://auth.example.com/authorize',
  redirect_uri: '%REQ(:scheme)%://%REQ(:authority)%/callback',
  redirect_path_matcher: path('/callback'),
  signout_path: path('/signout'),
  credentials: { client_id: 'lab', token_secret: { name: 'token' }, hmac_secret: { name: 'hmac' } },
};
const credentials = (more) => ({ credentials: { ...base.credentials, ...more } });
const oauth2 = (more = {}) => http('oauth2', 'oauth2.v3.OAuth2', { config: { ...base, ...more } });

const hmac = (text) => createHmac('sha256', secrets.hmac).update(text).digest('base64');
const valid = (host, { expires = FAR, bearer = '', id = '', refresh = '' } = {}) => hmac([host, expires, bearer, id, refresh].join('\n'));
const base64Url = (text) => Buffer.from(text).toString('base64url');
/** AES-256-CBC with a fixed start, as the filter would have written it. */
const encrypted = (text, secret = secrets.hmac) => {
  const cipher = createCipheriv('aes-256-cbc', createHash('sha256').update(secret).digest(), Buffer.alloc(16, 7));
  return base64Url(Buffer.concat([Buffer.alloc(16, 7), cipher.update(text), cipher.final()]));
};
const flow = '0123456789abcdef';
const csrf = `${flow}.${hmac(flow)}`;
const state = (url, more = {}) => base64Url(JSON.stringify({ url, csrf_token: csrf, flow_id: flow, ...more }));
const cookie = (values) =>
  Object.entries(values)
    .map(([name, value]) => `${name}=${value}`)
    .join('; ');
const flowCookies = { [`OauthNonce.${flow}`]: csrf, [`CodeVerifier.${flow}`]: encrypted('the-verifier') };
const callback = (query, cookies = flowCookies, more = []) => get(`/callback?${query}`, [['cookie', cookie(cookies)], ...more]);
const home = `code=abc&state=${state('http://example.com/home?a=1')}`;
const token = (value, more = {}) => ({
  auth: { status: 200, headers: [['content-type', 'application/json']], body: JSON.stringify(value), ...more },
});
const stats = ['http.lab.oauth'];

save('redirect', 'To the authorization server: scopes, resources, own parameters, schemes.', {
  filters: [
    oauth2({
      authorization_endpoint: 'https://auth.example.com/authorize?tenant=1&client_id=other',
      auth_scopes: ['openid', 'user', 'e mail', '~ü'],
      resources: ['oauth2-resource', 'https://example.com/x y'],
      stat_prefix: 'oauth_own_',
    }),
  ],
  request: [
    get('/a?b=c&d'),
    get('/', [
      ['authorization', 'Bearer x'],
      ['cookie', 'other=1'],
    ]),
    {
      headers: [
        [':method', 'POST'],
        [':scheme', 'https'],
      ],
      body: 'b',
    },
  ],
  stats,
});
save('cookies', 'Who is logged in passes; what the cookies must say.', {
  filters: [oauth2({ forward_bearer_token: true }), show([['x-passed', 'yes']])],
  request: [
    { OauthHMAC: valid('example.com'), OauthExpires: FAR },
    { OauthHMAC: valid('example.com', { bearer: 'tok' }), OauthExpires: FAR, BearerToken: encrypted('tok') },
    { OauthHMAC: valid('example.com', { bearer: 'tok' }), OauthExpires: FAR, BearerToken: 'tok' },
    {
      OauthHMAC: valid('example.com', { id: 'id' }),
      OauthExpires: FAR,
      IdToken: encrypted('id'),
      [`OauthNonce.${flow}`]: csrf,
      CodeVerifier: 'x',
      OauthNonce: 'y',
    },
    { OauthHMAC: valid('other.com'), OauthExpires: FAR },
    { OauthHMAC: valid('example.com', { expires: '1000' }), OauthExpires: '1000' },
    { OauthHMAC: valid('example.com', { bearer: 'tok' }), OauthExpires: FAR },
    { OauthHMAC: valid('example.com', { bearer: 'a' }), OauthExpires: FAR, BearerToken: encrypted('a', 'another') },
    {
      OauthHMAC: Buffer.from(createHmac('sha256', secrets.hmac).update(`example.com\n${FAR}\n\n\n`).digest('hex')).toString('base64'),
      OauthExpires: FAR,
    },
    { OauthHMAC: `"${valid('example.com')}"`, OauthExpires: FAR },
    { other: '1', OauthHMAC: valid('example.com'), OauthExpires: FAR },
    { OauthHMAC: valid('example.com', { expires: 'soon' }), OauthExpires: 'soon' },
  ].map((values) =>
    get('/', [
      ['authorization', 'Basic x'],
      ['cookie', cookie(values)],
    ]),
  ),
  stats,
});
save('names', 'Own names, a domain, paths and attributes of cookies, plain tokens.', {
  filters: [
    oauth2({
      ...credentials({
        cookie_domain: 'example.com',
        cookie_names: {
          bearer_token: 'B',
          oauth_hmac: 'H',
          oauth_expires: 'E',
          id_token: 'I',
          refresh_token: 'R',
          oauth_nonce: 'OauthNonce',
          code_verifier: '__Secure-V',
        },
      }),
      cookie_configs: {
        bearer_token_cookie_config: { same_site: 'STRICT', path: '/b' },
        oauth_hmac_cookie_config: { same_site: 'LAX' },
        oauth_nonce_cookie_config: { same_site: 'NONE', partitioned: true },
        code_verifier_cookie_config: { path: '/callback' },
      },
      csrf_token_expires_in: '60s',
      code_verifier_token_expires_in: '61.9s',
      disable_token_encryption: true,
      preserve_authorization_header: true,
    }),
  ],
  normalise: [
    ...normalise,
    { pattern: '(V\\.)[0-9a-f]{16}=[\\w-]{86}', replace: '$1{flow}={encrypted}' },
    { pattern: '(V=)[\\w-]{86}', replace: '$1{encrypted}' },
    { pattern: '\\b(H=)[A-Za-z0-9+/]{43}=(?=;)', replace: '$1{hmac}' },
    { pattern: '\\b(E=)17\\d{8}', replace: '$1{time}' },
  ],
  request: [
    get('/'),
    get('/', [
      ['authorization', 'Basic x'],
      ['cookie', cookie({ B: 'tok', H: valid('example.com', { bearer: 'tok' }), E: FAR })],
    ]),
    get('/signout', [['cookie', `__Secure-V.${flow}=x; B=tok`]]),
    callback(home, { [`OauthNonce.${flow}`]: csrf, [`__Secure-V.${flow}`]: encrypted('the-verifier') }),
  ],
  clusters: token({ access_token: 'access', id_token: 'id', refresh_token: 'refresh', expires_in: 100 }),
});
save('signout', 'Cookies are deleted, those of open flows too; to the start page.', {
  filters: [oauth2()],
  request: [
    get('/signout'),
    get('/signout?x=1', [
      ['cookie', `OauthNonce.${flow}=a`],
      [':scheme', 'https'],
    ]),
    get('/signout/'),
    get('/signout', [['cookie', 'CodeVerifier=a; CodeVerifierX=2; IdToken=x']]),
  ],
  stats,
});
for (const [name, logout] of Object.entries({
  default: undefined,
  uri: { uri: 'https://%REQ(:authority)%/bye?a b' },
  disabled: { disabled: true },
})) {
  save(`signout-oidc-${name}`, 'From the authorization server too.', {
    filters: [
      oauth2({
        auth_scopes: ['openid'],
        end_session_endpoint: 'https://auth.example.com/logout',
        ...(logout && { post_logout_redirect_uri: logout }),
      }),
    ],
    request: [get('/signout', [['cookie', `IdToken=${encrypted('the.id.token')}`]]), get('/signout')],
  });
}
save('pass-through', 'What passes, what is refused at once, what may go on without a login.', {
  filters: [
    oauth2({
      pass_through_matcher: [header(':path', { string_match: { prefix: '/public' } }), header('x-pass', { present_match: true })],
      deny_redirect_matcher: [header('x-requested-with', { string_match: { exact: 'XMLHttpRequest' } })],
      allow_failed_matcher: [header('x-anonymous', { present_match: true })],
    }),
  ],
  request: [
    get('/public/a', [
      ['authorization', 'Basic x'],
      ['x-envoy-oauth-status', 'spoofed'],
    ]),
    get('/', [['x-pass', '1']]),
    get('/ajax?x', [['x-requested-with', 'XMLHttpRequest']]),
    get('/anonymous', [
      ['x-anonymous', '1'],
      ['authorization', 'Basic x'],
      ['cookie', 'OauthHMAC=x; BearerToken=y'],
    ]),
    get('/anonymous', [
      ['x-anonymous', '1'],
      ['x-requested-with', 'XMLHttpRequest'],
    ]),
    get('/callback', [['x-anonymous', '1']]),
  ],
  stats,
});
save('callback', 'Back with a code: the token is fetched, cookies are set, and the way leads to where it began.', {
  filters: [oauth2()],
  request: [
    callback(`code=abc&state=${state('http://user:pass@example.com/')}`),
    callback(home),
    callback(home, { OauthNonce: csrf, CodeVerifier: encrypted('old') }),
    callback(home, { ...flowCookies, IdToken: 'gone', RefreshToken: encrypted('gone') }),
  ],
  clusters: token({ access_token: 'access', id_token: 'id', refresh_token: 'refresh', expires_in: 3600 }),
  stats,
});
save('callback-basic', 'The client says who it is in a header; no refresh token is kept; a default for the time.', {
  filters: [
    oauth2({
      auth_type: 'BASIC_AUTH',
      use_refresh_token: false,
      default_expires_in: '77s',
      disable_id_token_set_cookie: true,
      disable_token_encryption: true,
      redirect_uri: 'https://%REQ(:authority)%/callback?x=a b+c&d',
    }),
  ],
  request: [callback(home), callback(home, { ...flowCookies, IdToken: 'old' })],
  clusters: token({ access_token: 'access', id_token: 'id', refresh_token: 'refresh', more: [1] }),
});
save('callback-tls', 'The client is known by its certificate.', {
  filters: [
    oauth2({
      auth_type: 'TLS_CLIENT_AUTH',
      credentials: { client_id: 'lab', hmac_secret: { name: 'hmac' } },
      default_refresh_token_expires_in: '88s',
      use_access_token_expiry_for_id_token_cookie: true,
    }),
  ],
  request: [callback(home)],
  clusters: token({ access_token: 'access', refresh_token: 'a.b.c', id_token: 'id', expires_in: '12' }),
});
save('callback-wrong', 'Calls back that are refused.', {
  filters: [oauth2({ allowed_redirect_domains: ['example.com', '*.example.org'] })],
  request: [
    callback('error=access_denied&error_description=no'),
    callback(`error=access_denied&state=${state('http://example.com/')}`),
    callback('code=abc'),
    callback(`state=${state('http://example.com/')}`),
    callback('code=abc&state=eyJ'),
    callback(`code=abc&state=${base64Url('{"url":"http://example.com/"}')}`),
    callback(`code=abc&state=${base64Url('[1]')}`),
    callback(home, {}),
    callback(home, { ...flowCookies, [`OauthNonce.${flow}`]: `${flow}.${hmac('other')}` }),
    callback(`code=abc&state=${state('http://example.com/', { csrf_token: 'x.y' })}`, { ...flowCookies, [`OauthNonce.${flow}`]: 'x.y' }),
    callback(`code=abc&state=${state('nowhere')}`),
    callback(`code=abc&state=${state('http://evil.com/')}`),
    callback(`code=abc&state=${state('http://a.example.org:80/')}`, { [`OauthNonce.${flow}`]: csrf }),
    callback(home, { ...flowCookies, [`CodeVerifier.${flow}`]: 'short' }),
    callback(home, { ...flowCookies, [`CodeVerifier.${flow}`]: encrypted('x', 'another') }),
    get('/', [[':authority', 'elsewhere.com']]),
  ],
  clusters: token({}),
  stats,
});
save('token-failures', 'The authorization server does not do its part.', {
  filters: [oauth2()],
  steps: [
    [{ status: 403, body: 'no' }],
    [{ status: 200, body: '{}' }],
    [{ status: 200, body: 'no json' }],
    [{ status: 200, body: '{"access_token":"a"}' }],
    [{ status: 200, body: '{"access_token":"a","expires_in":-1}' }],
    [{ status: 200, body: '{"access_token":1,"expires_in":1}' }],
    [{ reset: true }],
    [{ hang: true }],
    [{ status: 200, body: '{"access_token":"a","expires_in":5}' }],
  ].map(([auth]) => ({ request: callback(home), clusters: { auth } })),
  clusters: token({}),
  stats,
});
save('no-cluster', 'No server to ask.', {
  filters: [oauth2()],
  request: [callback(home), get('/', [['cookie', 'RefreshToken=r']])],
  stats,
});
save('refresh', 'With a refresh token a new login comes unseen.', {
  filters: [oauth2({ forward_bearer_token: true })],
  request: [get('/', [['cookie', `RefreshToken=${encrypted('again')}`]]), get('/x', [['cookie', 'RefreshToken=plain']])],
  clusters: token({ access_token: 'fresh', expires_in: 60 }),
  stats,
});
save('refresh-failure', 'A refresh token that is not taken: login, refusal or none.', {
  filters: [
    oauth2({
      auth_type: 'BASIC_AUTH',
      deny_redirect_matcher: [header('x-ajax', { present_match: true })],
      allow_failed_matcher: [header('x-anonymous', { present_match: true })],
    }),
  ],
  request: [[], [['x-ajax', '1']], [['x-anonymous', '1']]].map((more) => get('/', [['cookie', 'RefreshToken=a b+c/=&:?'], ...more])),
  clusters: token({}, { status: 401 }),
  stats,
});
save('logged-in-callback', 'Who is logged in already is sent on.', {
  filters: [oauth2()],
  request: [home, `code=abc&state=${state('http://example.com/callback?x')}`, 'code=abc'].map((query) =>
    callback(query, { ...flowCookies, OauthHMAC: valid('example.com'), OauthExpires: FAR }),
  ),
  stats,
});
save('id-token', 'The identity goes on in a header of its own.', {
  filters: [oauth2({ forward_id_token: { header: 'X-Id' } })],
  request: [
    get('/', [
      ['x-id', 'spoofed'],
      ['cookie', cookie({ IdToken: encrypted('id'), OauthHMAC: valid('example.com', { id: 'id' }), OauthExpires: FAR })],
    ]),
    get('/', [
      ['x-id', 'spoofed'],
      ['cookie', cookie({ OauthHMAC: valid('example.com'), OauthExpires: FAR })],
    ]),
  ],
});
save('route', 'Other settings for a route; none for the chain.', {
  filters: [http('oauth2', 'oauth2.v3.OAuth2')],
  routes: routes([
    ['own', '/own', perRoute('oauth2', 'oauth2.v3.OAuth2PerRoute', { config: { ...base, ...credentials({ client_id: 'route' }) } })],
    ['rest', '/'],
  ]),
  request: [
    get('/own'),
    get('/rest', [
      ['authorization', 'Basic x'],
      ['x-envoy-oauth-status', 'y'],
    ]),
  ],
  stats,
});
for (const [name, more] of Object.entries({
  secret: credentials({ token_secret: { name: 'missing' } }),
  hmac: credentials({ hmac_secret: { name: 'missing' } }),
  'no-secret': { credentials: { client_id: 'lab', hmac_secret: { name: 'hmac' } } },
  endpoint: { authorization_endpoint: 'auth.example.com' },
  'no-oidc': { end_session_endpoint: 'https://auth.example.com/logout' },
  headers: { forward_bearer_token: true, preserve_authorization_header: true },
  'id-header': { forward_id_token: { header: 'Host' } },
  'id-match': { forward_id_token: { header: 'x-id' }, pass_through_matcher: [header('X-Id', { present_match: true })] },
  'id-authorization': { forward_id_token: { header: 'authorization' }, forward_bearer_token: true },
  'logout-format': { auth_scopes: ['openid'], end_session_endpoint: 'https://a.b/c', post_logout_redirect_uri: { uri: '%NO%' } },
})) {
  save(`rejected-${name}`, 'A configuration that is refused.', { filters: [oauth2(more)], request: get('/') });
}
save('rejected-route', 'A configuration of a route that is refused.', {
  filters: [oauth2()],
  routes: routes([
    [
      'own',
      '/',
      perRoute('oauth2', 'oauth2.v3.OAuth2PerRoute', { config: { ...base, ...credentials({ token_secret: { name: 'missing' } }) } }),
    ],
  ]),
  request: get('/'),
});
save('chunks', 'Tokens too long for a cookie.', {
  filters: [oauth2({ token_cookie_chunking: { max_cookie_size: 1024, max_chunks: 3 }, disable_token_encryption: true })],
  steps: [
    'x'.repeat(1000),
    'x'.repeat(1100),
    'x'.repeat(2500),
    'x'.repeat(3100),
    'x'.repeat(2048),
    ...[976, 977, 978, 979].map((n) => 'y'.repeat(n)),
    'z'.repeat(2925),
    'z'.repeat(2926),
  ].map((access_token) => ({
    request: callback(home),
    clusters: token({ access_token, expires_in: 60 }),
  })),
  clusters: token({}),
  stats,
});

const pieces = (parts, name = 'BearerToken') =>
  Object.fromEntries([...parts.map((part, i) => [`${name}_${i}`, part]), [`${name}_chunks`, String(parts.length)]]);
save('pieces', 'Tokens in pieces are put together, also where none would be cut; old pieces are forgotten.', {
  filters: [oauth2({ forward_bearer_token: true, token_cookie_chunking: {} })],
  steps: [
    ...[
      pieces([encrypted('abc').slice(0, 9), encrypted('abc').slice(9)]),
      { BearerToken_0: encrypted('abc'), BearerToken_chunks: '1' },
      { BearerToken_0: encrypted('abc'), BearerToken_chunks: '2' },
      { BearerToken_0: encrypted('abc'), BearerToken_chunks: 'x' },
      { BearerToken_0: encrypted('abc') },
      { BearerToken: encrypted('abc'), BearerToken_0: 'x', BearerToken_chunks: '1' },
      pieces([encrypted('abc').slice(0, 9), encrypted('abc').slice(9)], 'IdToken'),
    ].map((values) => ({
      request: get('/', [
        [
          'cookie',
          cookie({
            ...values,
            OauthHMAC: valid('example.com', { [values.IdToken_0 === undefined ? 'bearer' : 'id']: 'abc' }),
            OauthExpires: FAR,
          }),
        ],
      ]),
    })),
    { request: get('/signout', [['cookie', 'RefreshToken_0=x']]) },
    { request: get('/signout', [['cookie', 'RefreshToken_chunks=x']]) },
    { request: callback(home, { ...flowCookies, ...pieces(['a', 'b']) }), clusters: token({ access_token: 'access', expires_in: 60 }) },
    { request: callback(home, { ...flowCookies, BearerToken: 'a' }), clusters: token({ access_token: 'a'.repeat(3000), expires_in: 60 }) },
    { request: callback(home, { ...flowCookies, BearerToken_7: 'a' }), clusters: token({ access_token: 'access', expires_in: 60 }) },
    {
      request: get('/', [['cookie', cookie(pieces(['x', 'y'], 'RefreshToken'))]]),
      clusters: token({ access_token: 'access', expires_in: 60 }),
    },
  ],
  normalise: [...normalise, { pattern: '(BearerToken_\\d=)[\\w-]{100,}', replace: '$1{piece}' }],
  clusters: token({}),
  stats,
});

save('pieces-forgotten', 'Old pieces beyond the new ones are forgotten, and the whole where there are pieces.', {
  filters: [oauth2({ token_cookie_chunking: { max_cookie_size: 1024 }, disable_token_encryption: true })],
  steps: [
    [pieces(['a', 'b', 'c', 'd']), 1500],
    [{ BearerToken: 'a' }, 1500],
    [pieces(['a', 'b']), 2500],
    [{ ...pieces(['a', 'b']), BearerToken: 'x' }, 1500],
    [{ BearerToken_0: 'a', BearerToken_chunks: 'x' }, 1500],
    [pieces(['a', 'b', 'c'], 'IdToken'), 10],
    [pieces(['a', 'b', 'c'], 'RefreshToken'), 10],
    [{}, 8 * 975],
    [{}, 8 * 975 + 1],
  ].map(([old, length]) => ({
    request: callback(home, { ...flowCookies, ...old }),
    clusters: token({ access_token: 'n'.repeat(length), expires_in: 60 }),
  })),
  clusters: token({}),
  stats,
});
save('pieces-sizes', 'Sizes when none are given.', {
  filters: [oauth2({ token_cookie_chunking: {}, disable_token_encryption: true })],
  steps: [4096 - 46, 4096 - 45, 30_000].map((length) => ({
    request: callback(home),
    clusters: token({ access_token: 'n'.repeat(length), expires_in: 60 }),
  })),
  clusters: token({}),
  stats,
});
save('pieces-signout', 'Pieces are forgotten too.', {
  filters: [oauth2()],
  request: [
    pieces(['a', 'b']),
    { ...pieces(['a', 'b', 'c'], 'IdToken'), OauthNonce: 'x' },
    { IdToken_chunks: '1' },
    { IdToken_chunks: '32' },
    { IdToken_chunks: '33' },
    { IdToken_chunks: '+2' },
  ].map((values) => get('/signout', [['cookie', cookie(values)]])),
});
