/** stateful_session: cookies and headers, strict sessions, routes, statistics. */
import { any, get, http, perRoute, routes, scenario, show, wasm } from './lab.mjs';

export const scenarios = [];
// The address of the upstream is in the value, in base64: its port is another in each run.
const normalise = [
  { pattern: 'sess="[^"]*"', replace: 'sess="{session}"' },
  { pattern: '^MTI3LjAuMC4xO[A-Za-z0-9+/=]*$', replace: '{session}' },
];
const save = (name, description, input) =>
  scenarios.push(
    scenario(`stateful-session-${name}`, description, {
      upstream: { status: 200 },
      stats: ['http.lab.stateful_session'],
      normalise,
      ...input,
    }),
  );
const state = (kind, config) => ({
  name: `envoy.http.stateful_session.${kind}`,
  typed_config: any(
    `envoy.extensions.http.stateful_session.${kind}.v3.${kind === 'cookie' ? 'Cookie' : 'Header'}BasedSessionState`,
    config,
  ),
});
const cookie = (config = {}) => state('cookie', { cookie: { name: 'sess', ...config } });
const header = state('header', { name: 'X-Sess' });
const session = (session_state, config = {}) =>
  http('stateful_session', 'stateful_session.v3.StatefulSession', { session_state, stat_prefix: 'p', ...config });
const onRoute = (config) => perRoute('stateful_session', 'stateful_session.v3.StatefulSessionPerRoute', config);
const elsewhere = ['cookie', 'sess="Cgw5LjkuOS45OjEyMzQ="'];

save('cookie', 'A cookie for a path and a time.', {
  filters: [session(cookie({ path: '/a', ttl: '120s' }))],
  request: ['/a', '/b', '/a/x?y', '/ab', '/a?x'].map((path) => get(path)),
});
save('cookie-attributes', 'Attributes of the cookie; cookies that say nothing.', {
  filters: [session(cookie({ attributes: [{ name: 'SameSite', value: 'Strict' }, { name: 'Partitioned' }] }))],
  request: [get('/'), get('/', [['cookie', 'sess=AAAA']]), get('/', [['cookie', 'sess=???']]), get('/', [elsewhere])],
});
save('cookie-expired', 'A cookie whose time is over counts as none.', {
  filters: [session(cookie({ ttl: '10s' }), { strict: true })],
  request: [get('/', [['cookie', 'sess="Cgw5LjkuOS45OjEyMzQQAQ=="']]), get('/', [['cookie', 'sess="Cgw5LjkuOS45OjEyMzQQ/////w8="']])],
});
save('strict', 'A host that is not there, and nothing else will do.', {
  filters: [session(cookie(), { strict: true })],
  request: [get('/'), get('/', [elsewhere])],
});
save('strict-status', 'The same with another status.', {
  filters: [session(cookie(), { strict: true, status_on_strict_destination_not_found: 404 })],
  request: get('/', [elsewhere]),
});
save('header', 'A header both ways.', {
  filters: [session(header)],
  request: [get('/'), get('/', [['x-sess', 'OS45LjkuOToxMjM0']]), get('/', [['x-sess', 'bad!']])],
});
save('header-strict', 'A strict session by header.', {
  filters: [session(header, { strict: true })],
  request: [get('/'), get('/', [['x-sess', 'OS45LjkuOToxMjM0']])],
});
save('routes', 'Routes switch sessions off or have their own.', {
  filters: [http('stateful_session', 'stateful_session.v3.StatefulSession', { stat_prefix: 'p' })],
  routes: routes([
    ['off', '/off', onRoute({ disabled: true })],
    ['own', '/own', onRoute({ stateful_session: { session_state: cookie({ path: '/' }) } })],
    ['rest', '/'],
  ]),
  request: ['/off', '/own', '/'].map((path) => get(path)),
});
save('direct', 'Without an upstream there is nothing to remember.', {
  filters: [session(cookie())],
  routes: routes([['direct', '/', { direct_response: { status: 200 } }]]),
  request: [get('/'), get('/', [elsewhere])],
});
save('with-others', 'A plugin and a later filter see the cookie that is set.', {
  filters: [
    wasm('hello-headers', { response: { set: { 'x-hello': 'wasm' } } }),
    show([], [['x-set', '%RESP(set-cookie)%']]),
    session(cookie({ ttl: '5s' })),
  ],
  request: get('/'),
});
save('unknown', 'Another kind of session is refused.', {
  filters: [session({ name: 'x', typed_config: any('google.protobuf.Empty') })],
  request: get('/'),
});
