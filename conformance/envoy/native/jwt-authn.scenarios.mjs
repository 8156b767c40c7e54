/** jwt_authn: tokens of every kind, good and bad. */
import { anyAddress, get, http, perRoute, scenario, show as mutate, wasm } from './lab.mjs';
import { base64url as b64, certificates, jwk, jwks, spoilt as flip, token } from './jwt-keys.mjs';

const FAR = 4102444800;
export const scenarios = [];
const save = (...parts) => scenarios.push(scenario(...parts));
const jwtFilter = (config) => http('jwt_authn', 'jwt_authn.v3.JwtAuthentication', config);
const bearer = (text, path = '/') => get(path, [['authorization', `Bearer ${text}`]]);
const P = { iss: 'https://issuer.example', sub: 'ann', aud: 'lab', exp: FAR };
const lab = (extra = {}) => ({
  issuer: 'https://issuer.example',
  local_jwks: { inline_string: jwks(jwk('rsa', { kid: 'r1' })) },
  ...extra,
});
const all = (providers, extra = {}) =>
  jwtFilter({ providers, rules: [{ match: { prefix: '/' }, requires: { provider_name: 'lab' } }], ...extra });
const up = { status: 200 };
const algs = [
  ['RS256', 'rsa'],
  ['RS384', 'rsa'],
  ['RS512', 'rsa'],
  ['PS256', 'rsa'],
  ['PS384', 'rsa'],
  ['PS512', 'rsa'],
  ['ES256', 'p256'],
  ['ES384', 'p384'],
  ['ES512', 'p521'],
  ['HS256', 'oct'],
  ['HS384', 'oct'],
  ['HS512', 'oct'],
  ['EdDSA', 'ed'],
];
save('jwt-authn-algorithms', 'Every signature algorithm, each with a good and a spoilt signature.', {
  filters: [
    all({ lab: lab({ local_jwks: { inline_string: jwks(jwk('rsa'), jwk('p256'), jwk('p384'), jwk('p521'), jwk('oct'), jwk('ed')) } }) }),
  ],
  request: algs.flatMap(([alg, key]) => {
    const t = token(alg, key, P);
    return [bearer(t), bearer(flip(t))];
  }),
  upstream: up,
});
save('jwt-authn-kid', 'Keys are chosen by kid and alg: unknown kid, wrong alg, no kid, two keys.', {
  filters: [
    all({
      lab: lab({
        local_jwks: {
          inline_string: jwks(
            jwk('rsa', { kid: 'a', alg: 'RS256' }),
            jwk('rsa2', { kid: 'b' }),
            jwk('p256', { kid: 'c', alg: 'ES256' }),
            jwk('ed', { kid: 'd' }),
          ),
        },
      }),
    }),
  ],
  request: [
    token('RS256', 'rsa', P, { kid: 'a' }),
    token('RS384', 'rsa', P, { kid: 'a' }),
    token('RS384', 'rsa2', P, { kid: 'b' }),
    token('RS256', 'rsa', P, { kid: 'zzz' }),
    token('RS256', 'rsa2', P),
    token('ES256', 'p256', P, { kid: 'c' }),
    token('ES256', 'p256', P, { kid: 'd' }),
    token('EdDSA', 'ed', P),
    token('PS256', 'rsa2', P, { kid: 'b' }),
  ].map((t) => bearer(t)),
  upstream: up,
});
const h = b64({ alg: 'RS256', typ: 'JWT' });
const good = token('RS256', 'rsa', P);
const withHeader = (v) => `${b64(v)}.${b64(P)}.c2ln`;
const withPayload = (v) => `${h}.${b64(v)}.c2ln`;
save('jwt-authn-bad-tokens', 'Everything that can be wrong with a token, with the text Envoy answers.', {
  filters: [all({ lab: lab() })],
  request: [
    'abc',
    'a.b',
    'a.b.c.d',
    'a..c',
    '!!.b.c',
    `${b64('not json')}.${b64(P)}.c2ln`,
    withHeader('[]'),
    withHeader({ typ: 'JWT' }),
    withHeader({ alg: 7 }),
    withHeader({ alg: 'none' }),
    withHeader({ alg: 'RS256', kid: 1 }),
    `${h}.+/.c2ln`,
    withPayload('{'),
    withPayload({ ...P, iss: 1 }),
    withPayload({ ...P, sub: null }),
    withPayload({ ...P, iat: 'x' }),
    withPayload({ ...P, iat: -1 }),
    withPayload({ ...P, nbf: true }),
    withPayload({ ...P, nbf: -0.5 }),
    withPayload({ ...P, exp: '1' }),
    withPayload({ ...P, exp: 1e30 }),
    withPayload({ ...P, jti: 5 }),
    withPayload({ ...P, aud: 5 }),
    withPayload({ ...P, aud: ['a', 5] }),
    withPayload({ ...P, aud: null }),
    `${h}.${b64(P)}.c`,
    `${h}.${b64(P)}.c2ln`,
    `${h}.${b64({ ...P, iss: 'other' })}.c2ln`,
    token('HS256', 'oct', P),
    good + '.',
    `.${good}`,
    good + ' x',
    good + '==',
  ]
    .map((t) => bearer(t))
    .concat([
      { headers: [['authorization', 'Basic abc']] },
      { headers: [['authorization', `bearer ${good}`]] },
      { headers: [['authorization', `Token Bearer   ${good}`]] },
      { headers: [['authorization', 'Bearer ']] },
      { headers: [['authorization', 'Bearer !!']] },
    ]),
  upstream: up,
});
save('jwt-authn-claim-checks', 'Times with clock skew, audiences, subjects, lifetimes, one provider each.', {
  filters: [
    jwtFilter({
      providers: {
        plain: lab(),
        skew: lab({ clock_skew_seconds: 4000000000 }),
        aud: lab({ audiences: ['https://one.example/', 'two'] }),
        sub: lab({ subjects: { prefix: 'spiffe://' } }),
        needs: lab({ require_expiration: true }),
        life: lab({ max_lifetime: '86400s' }),
        long: lab({ max_lifetime: '9000000000s' }),
        any: lab({ issuer: '' }),
      },
      rules: ['plain', 'skew', 'aud', 'sub', 'needs', 'life', 'long', 'any']
        .map((n) => ({ match: { prefix: `/${n}` }, requires: { provider_name: n } }))
        .concat([{ match: { prefix: '/two' }, requires: { provider_and_audiences: { provider_name: 'aud', audiences: ['three'] } } }]),
    }),
  ],
  request: [
    bearer(token('RS256', 'rsa', { ...P, nbf: FAR }), '/plain'),
    bearer(token('RS256', 'rsa', { ...P, exp: 1000 }), '/plain'),
    bearer(token('RS256', 'rsa', { ...P, exp: 0 }), '/plain'),
    bearer(token('RS256', 'rsa', { ...P, nbf: FAR }), '/skew'),
    bearer(token('RS256', 'rsa', { ...P, exp: 1000 }), '/skew'),
    ...[
      undefined,
      [],
      'one.example',
      'http://one.example',
      'https://one.example/',
      'https://one.example//',
      ['x', 'two/'],
      'three',
    ].flatMap((aud) => [bearer(token('RS256', 'rsa', { ...P, aud }), '/aud'), bearer(token('RS256', 'rsa', { ...P, aud }), '/two')]),
    bearer(good, '/sub'),
    bearer(token('RS256', 'rsa', { ...P, sub: 'spiffe://a' }), '/sub'),
    bearer(token('RS256', 'rsa', { ...P, sub: undefined }), '/sub'),
    ...['needs', 'life', 'long'].flatMap((n) => [bearer(good, `/${n}`), bearer(token('RS256', 'rsa', { ...P, exp: undefined }), `/${n}`)]),
    bearer(token('RS256', 'rsa', { ...P, iss: 'whoever' }), '/any'),
    bearer(token('RS256', 'rsa', { exp: FAR }), '/any'),
    { headers: [[':path', '/elsewhere']] },
    bearer(token('RS256', 'rsa', { ...P, sub: 'x', aud: 'y' }), '/sub'),
  ],
  upstream: up,
});
const claims = {
  ...P,
  name: 'Ann Ä',
  n: 7,
  big: 12345678901234567000,
  neg: -3,
  half: 1.5,
  yes: true,
  no: false,
  nothing: null,
  empty: '',
  list: ['a', 1],
  obj: { k: 'v', deep: { x: 'y' } },
  'a.b': { 'c.d': 'dotted' },
  scope: 'read write  all',
  scopes: 'one',
};
const claimNames = [
  'sub',
  'name',
  'n',
  'big',
  'neg',
  'half',
  'yes',
  'no',
  'nothing',
  'empty',
  'list',
  'obj',
  'obj.k',
  'obj.deep.x',
  'obj.missing',
  'sub.x',
  'a.b.c.d',
];
save(
  'jwt-authn-claims-to-headers',
  'Claims of every type as headers, nested ones, by name and by path; the payload forwarded; headers of the client are removed first.',
  {
    filters: [
      all({
        lab: lab({
          forward_payload_header: 'X-Payload',
          claim_to_headers: [
            ...claimNames.map((c) => ({ header_name: `x-c-${c.replaceAll('.', '-')}`, claim_name: c })),
            { header_name: 'x-path', claim_path: [{ key: 'a.b' }, { key: 'c.d' }] },
            { header_name: 'X-Twice', claim_name: 'sub' },
            { header_name: 'x-twice', claim_name: 'n' },
          ],
        }),
      }),
    ],
    request: [
      {
        headers: [
          ['authorization', `Bearer ${token('RS256', 'rsa', claims)}`],
          ['x-payload', 'forged'],
          ['x-c-sub', 'forged'],
          ['x-c-nothing', 'forged'],
          ['x-other', 'kept'],
        ],
      },
      {
        headers: [
          ['authorization', 'Bearer bad'],
          ['x-c-sub', 'forged'],
        ],
      },
    ],
    upstream: { echo: true },
  },
);
save('jwt-authn-metadata', 'Payload and header in the metadata, with lists made of texts with blanks; padded payload header.', {
  filters: [
    all({
      lab: lab({
        payload_in_metadata: 'p',
        header_in_metadata: 'h',
        failed_status_in_metadata: 'f',
        forward_payload_header: 'x-payload',
        pad_forward_payload_header: true,
        normalize_payload_in_metadata: { space_delimited_claims: ['scope', 'scopes', 'n', 'missing'] },
      }),
    }),
    mutate(
      [
        ['x-all', '%DYNAMIC_METADATA(envoy.filters.http.jwt_authn)%'],
        ['x-scope', '%DYNAMIC_METADATA(envoy.filters.http.jwt_authn:p:scope)%'],
        ['x-sub', '%DYNAMIC_METADATA(envoy.filters.http.jwt_authn:p:sub)%'],
      ].slice(1),
      [
        ['x-failed', '%DYNAMIC_METADATA(envoy.filters.http.jwt_authn:f:message)% %DYNAMIC_METADATA(envoy.filters.http.jwt_authn:f:code)%'],
        ['x-alg', '%DYNAMIC_METADATA(envoy.filters.http.jwt_authn:h:alg)%'],
      ],
    ),
  ],
  request: [bearer(token('RS256', 'rsa', claims)), bearer(token('RS256', 'rsa', { ...claims, exp: 5 })), bearer('x.y'), {}],
  upstream: up,
});
const q = (t) => encodeURIComponent(t);
save('jwt-authn-locations', 'Tokens in headers with and without prefix, parameters and cookies; several at once; what is taken away.', {
  filters: [
    jwtFilter({
      providers: {
        lab: lab({
          from_headers: [{ name: 'X-Token' }, { name: 'x-pre', value_prefix: 'JWT:' }],
          from_params: ['tok', 't%2'],
          from_cookies: ['sess', 'b'],
        }),
        keep: lab({ issuer: 'keep', forward: true, from_headers: [{ name: 'x-token' }], from_params: ['tok'] }),
      },
      rules: [
        { match: { prefix: '/keep' }, requires: { provider_name: 'keep' } },
        { match: { prefix: '/any' }, requires: { requires_any: { requirements: [{ provider_name: 'lab' }, { provider_name: 'keep' }] } } },
        { match: { prefix: '/' }, requires: { provider_name: 'lab' } },
      ],
    }),
  ],
  request: [
    { headers: [['x-token', good]] },
    { headers: [['x-token', `Bearer ${good}`]] },
    { headers: [['x-pre', `JWT:${good}`]] },
    { headers: [['x-pre', `before JWT: ${good}`]] },
    { headers: [['x-pre', good]] },
    {
      headers: [
        ['x-token', good],
        ['x-token', good],
      ],
    },
    {
      headers: [
        ['x-token', good],
        ['x-token', 'bad'],
      ],
    },
    {
      headers: [
        ['x-token', 'bad'],
        ['x-pre', `JWT:${good}`],
      ],
    },
    {
      headers: [
        ['x-token', good],
        ['x-pre', 'JWT:bad'],
      ],
    },
    { headers: [[':path', `/p?z=1&tok=${good}&a=%41%20b&a=2&flag&&e=`]] },
    { headers: [[':path', `/p?tok=${q(good)}#frag`]] },
    { headers: [[':path', `/p?tok=${good}`]] },
    { headers: [[':path', `/p?t%252=${good}&x`]] },
    { headers: [[':path', `/p?tok=&x=1`]] },
    { headers: [[':path', `/p?TOK=${good}`]] },
    { headers: [['cookie', `a=1; sess=${good}; c=2`]] },
    { headers: [['cookie', `sess="${good}"`]] },
    { headers: [['cookie', `b=bad; sess=${good}`]] },
    { headers: [['cookie', `sess=${good}; sess=bad`]] },
    { headers: [['cookie', 'sess=']] },
    { headers: [['authorization', `Bearer ${good}`]] },
    { headers: [[':path', `/keep?tok=${token('RS256', 'rsa', { ...P, iss: 'keep' })}`]] },
    {
      headers: [
        [':path', '/keep'],
        ['x-token', token('RS256', 'rsa', { ...P, iss: 'keep' })],
      ],
    },
    {
      headers: [
        [':path', '/keep'],
        ['x-token', good],
      ],
    },
    {
      headers: [
        [':path', '/any'],
        ['x-token', token('RS256', 'rsa', { ...P, iss: 'keep' })],
      ],
    },
    {
      headers: [
        [':path', '/any'],
        ['x-token', good],
      ],
    },
    {
      headers: [
        [':path', '/any'],
        ['x-token', token('RS256', 'rsa', { ...P, iss: 'third' })],
      ],
    },
    { headers: [[':path', '/any']] },
  ],
  upstream: up,
});
const tA = token('RS256', 'rsa', { ...P, iss: 'a' }),
  tB = token('RS256', 'rsa2', { ...P, iss: 'b' }),
  tX = token('RS256', 'rsa', { ...P, iss: 'x' }),
  expA = token('RS256', 'rsa', { ...P, iss: 'a', exp: 7 });
const two = {
  a: {
    issuer: 'a',
    local_jwks: { inline_string: jwks(jwk('rsa')) },
    from_headers: [{ name: 'x-a' }],
    payload_in_metadata: 'a',
    claim_to_headers: [{ header_name: 'x-iss', claim_name: 'iss' }],
  },
  b: {
    issuer: 'b',
    local_jwks: { inline_string: jwks(jwk('rsa2')) },
    from_headers: [{ name: 'x-b' }],
    payload_in_metadata: 'b',
    claim_to_headers: [{ header_name: 'x-iss', claim_name: 'iss' }],
  },
};
const req = {
  any: { requires_any: { requirements: [{ provider_name: 'a' }, { provider_name: 'b' }] } },
  all: { requires_all: { requirements: [{ provider_name: 'a' }, { provider_name: 'b' }] } },
  miss: { allow_missing: {} },
  fail: { allow_missing_or_failed: {} },
  anymiss: { requires_any: { requirements: [{ provider_name: 'a' }, { allow_missing: {} }] } },
  anyfail: { requires_any: { requirements: [{ provider_name: 'a' }, { allow_missing_or_failed: {} }] } },
  onlymiss: { requires_any: { requirements: [{ allow_missing: {} }] } },
  nested: {
    requires_all: {
      requirements: [{ requires_any: { requirements: [{ provider_name: 'a' }, { provider_name: 'b' }] } }, { allow_missing: {} }],
    },
  },
  none: {},
  allfail: { requires_all: { requirements: [{ provider_name: 'a' }, { allow_missing_or_failed: {} }] } },
};
const heads = [
  [],
  [['x-a', tA]],
  [['x-b', tB]],
  [
    ['x-a', tA],
    ['x-b', tB],
  ],
  [['x-a', expA]],
  [
    ['x-a', expA],
    ['x-b', tB],
  ],
  [['x-a', tX]],
  [
    ['x-a', tA],
    ['x-b', 'bad'],
  ],
  [['x-a', 'bad']],
];
const show = mutate(
  [['x-meta', '%DYNAMIC_METADATA(envoy.filters.http.jwt_authn:a:iss)% %DYNAMIC_METADATA(envoy.filters.http.jwt_authn:b:iss)%']],
  [['x-meta', '%DYNAMIC_METADATA(envoy.filters.http.jwt_authn:a:iss)% %DYNAMIC_METADATA(envoy.filters.http.jwt_authn:b:iss)%']],
);
for (const [file, names] of [
  ['groups', ['any', 'all', 'nested']],
  ['optional', ['miss', 'fail', 'anymiss', 'anyfail', 'none', 'allfail']],
])
  save(`jwt-authn-${file}`, `Requirements ${names.join(', ')}: no token, one, both, bad ones, of an unknown issuer.`, {
    filters: [jwtFilter({ providers: two, rules: names.map((n) => ({ match: { prefix: `/${n}/` }, requires: req[n] })) }), show],
    request: names.flatMap((n) => heads.map((hd) => ({ headers: [[':path', `/${n}/`], ...hd] }))),
    upstream: up,
  });
save(
  'jwt-authn-rules',
  'Which rule applies: prefix, path, regex, separated prefix, case, headers, parameters; a rule without requirement; names of the requirement map.',
  {
    filters: [
      jwtFilter({
        providers: { lab: lab() },
        requirement_map: { strict: { provider_name: 'lab' }, open: { allow_missing: {} } },
        bypass_cors_preflight: true,
        rules: [
          { match: { path: '/exact' }, requirement_name: 'strict' },
          { match: { safe_regex: { regex: '/r[0-9]+' } }, requires: { provider_name: 'lab' } },
          { match: { path_separated_prefix: '/sep' }, requirement_name: 'strict' },
          { match: { prefix: '/CASE', case_sensitive: false }, requirement_name: 'strict' },
          { match: { prefix: '/h', headers: [{ name: 'x-need', string_match: { exact: 'yes' } }] }, requirement_name: 'strict' },
          { match: { prefix: '/q', query_parameters: [{ name: 'need', string_match: { exact: '1' } }] }, requirement_name: 'strict' },
          { match: { prefix: '/free' } },
          { match: { prefix: '/open' }, requirement_name: 'open' },
          { match: { connect_matcher: {} }, requirement_name: 'strict' },
          {
            match: {
              path_match_policy: {
                name: 't',
                typed_config: {
                  '@type': 'type.googleapis.com/envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig',
                  path_template: '/t/{x}/end',
                },
              },
            },
            requirement_name: 'strict',
          },
        ],
      }),
    ],
    request: [
      '/exact',
      '/exact?a=1',
      '/exact/',
      '/r12',
      '/r12?q',
      '/r',
      '/sep',
      '/sepx',
      '/sep/x',
      '/case/x',
      '/h',
      '/q',
      '/q?need=1',
      '/q?need=2',
      '/free',
      '/open',
      '/t/1/end',
      '/t/1/2/end',
      '/nothing',
    ]
      .map((p) => ({ headers: [[':path', p]] }))
      .concat([
        {
          headers: [
            [':path', '/h'],
            ['x-need', 'yes'],
          ],
        },
        {
          headers: [
            [':method', 'OPTIONS'],
            [':path', '/exact'],
            ['origin', 'https://a.example'],
            ['access-control-request-method', 'GET'],
          ],
        },
        {
          headers: [
            [':method', 'OPTIONS'],
            [':path', '/exact'],
            ['origin', 'https://a.example'],
          ],
        },
        {
          headers: [
            [':path', '/exact'],
            ['content-type', 'application/grpc'],
          ],
        },
        {
          headers: [
            [':method', 'HEAD'],
            [':path', '/exact'],
          ],
        },
      ]),
    upstream: up,
  },
);
const per = (config) => perRoute('jwt_authn', 'jwt_authn.v3.PerRouteConfig', config).typed_per_filter_config;
save('jwt-authn-per-route', 'Requirements chosen by routes: by name, an unknown name, switched off, by the virtual host.', {
  filters: [
    jwtFilter({
      providers: { lab: lab({ claim_to_headers: [{ header_name: 'x-sub', claim_name: 'sub' }], clear_route_cache: true }) },
      requirement_map: { strict: { provider_name: 'lab' }, open: { allow_missing: {} } },
      rules: [{ match: { prefix: '/' }, requires: { provider_name: 'lab' } }],
    }),
  ],
  routes: [
    {
      name: 'v',
      domains: ['*'],
      routes: [
        {
          name: 'ann',
          match: { prefix: '/claim', headers: [{ name: 'x-sub', string_match: { exact: 'ann' } }] },
          direct_response: { status: 200, body: { inline_string: 'ann' } },
        },
        { name: 'claim', match: { prefix: '/claim' }, route: { cluster: 'upstream' } },
        {
          name: 'strict',
          match: { prefix: '/strict' },
          route: { cluster: 'upstream' },
          typed_per_filter_config: per({ requirement_name: 'strict' }),
        },
        {
          name: 'open',
          match: { prefix: '/open' },
          route: { cluster: 'upstream' },
          typed_per_filter_config: per({ requirement_name: 'open' }),
        },
        {
          name: 'wrong',
          match: { prefix: '/wrong' },
          route: { cluster: 'upstream' },
          typed_per_filter_config: per({ requirement_name: 'nobody' }),
        },
        { name: 'off', match: { prefix: '/off' }, route: { cluster: 'upstream' }, typed_per_filter_config: per({ disabled: true }) },
        { name: 'rest', match: { prefix: '/' }, route: { cluster: 'upstream' } },
      ],
    },
  ],
  request: ['/strict', '/open', '/wrong', '/off', '/', '/claim'].flatMap((p) => [{ headers: [[':path', p]] }, bearer(good, p)]),
  upstream: up,
});
save('jwt-authn-strip-failure', 'strip_failure_response: the code alone, also for a requirement that does not exist.', {
  filters: [
    jwtFilter({
      providers: { lab: lab({ audiences: ['nobody'] }) },
      strip_failure_response: true,
      rules: [{ match: { prefix: '/' }, requires: { provider_name: 'lab' } }],
    }),
  ],
  routes: [
    {
      name: 'v',
      domains: ['*'],
      routes: [
        {
          name: 'wrong',
          match: { prefix: '/wrong' },
          route: { cluster: 'upstream' },
          typed_per_filter_config: per({ requirement_name: 'nobody' }),
        },
        { name: 'rest', match: { prefix: '/' }, route: { cluster: 'upstream' } },
      ],
    },
  ],
  request: [{}, bearer('x'), bearer(good), { headers: [[':path', '/wrong']] }],
  upstream: up,
});
const bad = {
  two: jwks({ kty: 'X' }, { kty: 1 }),
  notjson: '{',
  nokeys: '{}',
  badkeys: '{"keys":1}',
  empty: '{"keys":[]}',
  scalars: '{"keys":[1,"x"]}',
  nokty: jwks({}),
  badkty: jwks({ kty: 1 }),
  kty: jwks({ kty: 'X' }),
  rsaalg: jwks(jwk('rsa', { alg: 'ES256' })),
  rsan: jwks({ ...jwk('rsa'), n: undefined }),
  rsae: jwks({ ...jwk('rsa'), e: 'Aw+' }),
  rsae5: jwks({ ...jwk('rsa'), e: 'BQ' }),
  ec: jwks({ ...jwk('p256'), y: jwk('p256').x }),
  oct: jwks({ kty: 'oct', k: '' }),
  okp: jwks({ ...jwk('ed'), x: 'AAAA' }),
  mixed: jwks(jwk('rsa'), { kty: 'X' }),
  notyet: jwks(jwk('rsa2')),
};
save('jwt-authn-some-bad-keys', 'A key set with bad keys around a good one.', {
  filters: [
    jwtFilter({
      providers: {
        lab: lab({
          local_jwks: { inline_string: jwks({ kty: 'X' }, { kty: 1 }, { ...jwk('rsa'), n: 5 }, jwk('rsa'), { ...jwk('p256'), y: 'AAAA' }) },
        }),
        alg: lab({ local_jwks: { inline_string: jwks(jwk('rsa2'), jwk('rsa', { alg: 'RS512' })) } }),
      },
      rules: [
        { match: { prefix: '/alg' }, requires: { provider_name: 'alg' } },
        { match: { prefix: '/' }, requires: { provider_name: 'lab' } },
      ],
    }),
  ],
  request: [bearer(good), bearer(good, '/alg'), bearer(token('RS512', 'rsa', P), '/alg')],
  upstream: up,
});
for (const n of [
  'notjson',
  'nokeys',
  'badkeys',
  'scalars',
  'badkty',
  'rsaalg',
  'rsan',
  'rsae',
  'rsae5',
  'ec',
  'oct',
  'okp',
  'empty',
  'two',
])
  save(`jwt-authn-refused-jwks-${n}`, 'A key set in the configuration that cannot be read.', {
    filters: [all({ lab: lab({ local_jwks: { inline_string: bad[n] } }) })],
    request: {},
  });
const address = [anyAddress];
const remote = (extra = {}, http = {}) => ({
  issuer: 'https://issuer.example',
  remote_jwks: { http_uri: { uri: 'https://keys.example:8443/jwks?x=1', cluster: 'keys', timeout: '1s', ...http }, ...extra },
});
const saveRemote = (n, d, r) => save(n, d, { normalise: address, ...r });
const keysAnswer = { status: 200, body: jwks(jwk('rsa')) };
saveRemote('jwt-authn-remote', 'Keys fetched when the first token needs them, kept, fetched again when old; a request with a body waits.', {
  filters: [all({ lab: remote({ cache_duration: '1s' }) })],
  clusters: { keys: keysAnswer },
  steps: [
    { request: {} },
    { request: { ...bearer(good), body: 'abc' } },
    { request: bearer(good) },
    { waitMs: 1100 },
    { request: bearer(good) },
    { request: bearer('x.y.z') },
  ],
  upstream: { echo: true },
});
saveRemote('jwt-authn-remote-failures', 'Keys that cannot be fetched: error code, no JSON, empty, reset, slow, no hosts, unreachable.', {
  filters: [all({ lab: remote({}, { timeout: '0.2s' }) })],
  clusters: { keys: { status: 404 } },
  steps: [
    {},
    { keys: { status: 200, body: 'no' } },
    { keys: { status: 200 } },
    { keys: { status: 503, body: 'x' } },
    { keys: { reset: true } },
    { keys: { hang: true } },
    {
      keys: {
        status: 200,
        headers: [['content-type', 'application/json']],
        bodyChunks: [jwks(jwk('rsa')).slice(0, 40), jwks(jwk('rsa')).slice(40)],
      },
    },
  ].map((clusters) => ({ request: bearer(good), ...(Object.keys(clusters).length ? { clusters } : {}) })),
  upstream: up,
});
saveRemote('jwt-authn-remote-no-cluster', 'The cluster of the keys does not exist, or has no hosts.', {
  filters: [
    jwtFilter({
      providers: {
        lab: remote({}, { cluster: 'nowhere' }),
        empty: remote({}, { cluster: 'empty' }),
        gone: remote({}, { cluster: 'gone' }),
      },
      rules: ['empty', 'gone']
        .map((n) => ({ match: { prefix: `/${n}` }, requires: { provider_name: n } }))
        .concat([{ match: { prefix: '/' }, requires: { provider_name: 'lab' } }]),
    }),
  ],
  clusters: { empty: { noHosts: true }, gone: { unreachable: true } },
  request: [bearer(good), bearer(good, '/empty'), bearer(good, '/gone')],
  upstream: up,
});
saveRemote('jwt-authn-remote-parallel', 'Two requests and two providers at once; one of the two keys comes late; chunks of a body wait.', {
  filters: [
    jwtFilter({
      providers: { lab: remote(), other: { ...remote({}, { cluster: 'late', uri: 'http://late.example' }), issuer: 'late' } },
      rules: [
        { match: { prefix: '/any' }, requires: { requires_any: { requirements: [{ provider_name: 'other' }, { provider_name: 'lab' }] } } },
        { match: { prefix: '/all' }, requires: { requires_all: { requirements: [{ provider_name: 'lab' }, { allow_missing: {} }] } } },
      ],
    }),
  ],
  clusters: { keys: keysAnswer, late: { ...keysAnswer, delayMs: 100 } },
  steps: [
    {
      request: {
        ...bearer(token('RS256', 'rsa', { ...P, iss: 'late' }), '/any'),
        bodyChunks: ['one', 'two', 'three'],
        trailers: [['x-t', '1']],
      },
    },
    { request: bearer(good, '/any') },
    { request: bearer(good, '/all') },
  ],
  upstream: { echo: true },
});
saveRemote('jwt-authn-remote-async', 'Keys fetched before the first request.', {
  filters: [all({ lab: remote({ async_fetch: {} }) })],
  clusters: { keys: keysAnswer },
  request: [bearer(good), bearer(good)],
  upstream: up,
});
saveRemote('jwt-authn-remote-async-retry', 'Keys fetched ahead: the first answer is an error, the next one a moment later is good.', {
  filters: [all({ lab: remote({ async_fetch: { fast_listener: true, failed_refetch_duration: '0.3s' } }) })],
  clusters: { keys: { responses: [{ status: 500 }, { status: 500 }, keysAnswer] } },
  steps: [{ request: bearer(good) }, { waitMs: 700 }, { request: bearer(good) }],
  upstream: up,
});
save('jwt-authn-extract-only', 'extract_only_without_validation: claims of tokens nobody signed.', {
  filters: [
    jwtFilter({
      providers: {
        lab: lab({
          claim_to_headers: [{ header_name: 'x-sub', claim_name: 'sub' }],
          forward_payload_header: 'x-payload',
          payload_in_metadata: 'p',
        }),
      },
      rules: [
        { match: { prefix: '/named' }, requires: { extract_only_without_validation: { verification_status_header: 'X-Checked' } } },
        {
          match: { prefix: '/any' },
          requires: { requires_any: { requirements: [{ provider_name: 'lab' }, { extract_only_without_validation: {} }] } },
        },
        { match: { prefix: '/' }, requires: { extract_only_without_validation: {} } },
      ],
    }),
    mutate([['x-meta', '%DYNAMIC_METADATA(envoy.filters.http.jwt_authn:p:sub)%']]),
  ],
  request: ['/', '/named', '/any'].flatMap((p) => [
    {
      headers: [
        [':path', p],
        ['x-sub', 'forged'],
        ['x-checked', 'forged'],
        ['x-jwt-signature-verified', 'forged'],
      ],
    },
    bearer(good, p),
    bearer(flip(good), p),
    bearer(token('RS256', 'rsa', { ...P, exp: 5 }), p),
    bearer(token('RS256', 'rsa', { ...P, iss: 'other' }), p),
    bearer('bad', p),
    bearer(token('RS256', 'rsa2', { ...P, aud: 'q' }, { kid: 'zz' }), p),
  ]),
  upstream: up,
});
save('jwt-authn-refused-provider', 'A rule that names a provider that does not exist.', {
  filters: [jwtFilter({ providers: { lab: lab() }, rules: [{ match: { prefix: '/' }, requires: { provider_name: 'nobody' } }] })],
  request: {},
});
save('jwt-authn-refused-requirement', 'A rule that names a requirement that does not exist.', {
  filters: [
    jwtFilter({
      providers: { lab: lab() },
      requirement_map: { b: {}, a: { provider_name: 'lab' } },
      rules: [{ match: { prefix: '/' }, requirement_name: 'c' }],
    }),
  ],
  request: {},
});
save('jwt-authn-refused-uri', 'A remote key set without a host.', {
  filters: [all({ lab: remote({}, { uri: 'keys.example/jwks' }) })],
  clusters: { keys: keysAnswer },
  request: {},
});
save('jwt-authn-with-wasm', 'The token decides the route; a Wasm plugin behind rewrites the path and sees the claim.', {
  filters: [
    all({ lab: lab({ claim_to_headers: [{ header_name: 'x-sub', claim_name: 'sub' }] }) }),
    wasm('regex-replace', { pattern: 'banana/([0-9]*)', replacement: 'status/$1' }),
  ],
  request: [bearer(good, '/banana/404'), { headers: [[':path', '/banana/404']] }],
  upstream: { echo: true },
});

save('jwt-authn-certificates', 'The key set as a map of key ids to X.509 certificates.', {
  filters: [all({ lab: lab({ local_jwks: { inline_string: JSON.stringify({ one: certificates.rsa, two: certificates.rsa }) } }) })],
  request: [
    bearer(token('RS256', 'rsa', P, { kid: 'one' })),
    bearer(token('RS256', 'rsa', P, { kid: 'three' })),
    bearer(token('PS512', 'rsa', P)),
    bearer(token('RS256', 'rsa2', P)),
  ],
  upstream: up,
});
save('jwt-authn-refused-certificate', 'A certificate with a key that is not RSA.', {
  filters: [all({ lab: lab({ local_jwks: { inline_string: JSON.stringify({ one: certificates.p256 }) } }) })],
  request: {},
});
save('jwt-authn-refused-certificate-text', 'A certificate that cannot be read.', {
  filters: [all({ lab: lab({ local_jwks: { inline_string: JSON.stringify({ one: certificates.p256.replace('MII', 'MIJ') }) } }) })],
  request: {},
});
