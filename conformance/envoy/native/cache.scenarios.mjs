/** cache with its simple storage: what is kept, for how long, for whom, and how it is asked for again. */
import { any, anyAddress, get, http, perRoute, routes, scenario, show } from './lab.mjs';

export const scenarios = [];
/** A second may pass between two requests on a busy machine. */
const busy = { pattern: '^[01]$', replace: '{age}' };
/** The age of an answer without a date is the time itself. */
const epoch = { pattern: '^1[789]\\d{8}$', replace: '{now}' };
const simple = any('envoy.extensions.http.cache.simple_http_cache.v3.SimpleHttpCacheConfig');
const cache = (more = {}) => http('cache', 'cache.v3.CacheConfig', { typed_config: simple, ...more });
const save = (name, description, input) =>
  scenarios.push(
    scenario(`cache-${name}`, description, { isolate: true, normalise: [anyAddress, busy, epoch], filters: [cache()], ...input }),
  );

/** An answer with these headers; `n` numbers it, so that one can see which came. */
const answer = (n, headers = [], more = {}) => ({ status: 200, headers: [['x-n', `n${n}`], ...headers], body: `body ${n}`, ...more });
const PAST = 'Tue, 01 Jan 2019 00:00:00 GMT';
const FUTURE = 'Fri, 01 Jan 2100 00:00:00 GMT';
/** Steps: each has the path, headers of the request, and the answer that would come. */
const ask = (path, requestHeaders, upstream, more = {}) => ({ request: get(path, requestHeaders, more), upstream });

const dated = (n, control, headers = [], more = {}) =>
  answer(n, [['date', FUTURE], ...(control === '' ? [] : [['cache-control', control]]), ...headers], more);
const LONG = 'max-age=3000000000';

save(
  'kept',
  'An answer with a lifetime comes once from the upstream: by host, path and scheme; not for requests with a body, a condition or an identity.',
  {
    steps: [
      ask('/a', [], dated(1, LONG, [['set-cookie', 'a=1']])),
      ask('/a', [], answer(2)),
      ask('/a', [[':method', 'HEAD']], answer(3)),
      ask('/a?x', [], dated(4, LONG)),
      ask('/a?x', [], answer(5)),
      ask('/a', [[':authority', 'other.com']], answer(6)),
      ask('/a', [[':scheme', 'https']], answer(7)),
      ask('/a', [['authorization', 'Basic x']], answer(8)),
      ask('/a', [['if-none-match', '"x"']], answer(9)),
      ask('/a', [['if-modified-since', PAST]], answer(10)),
      ask('/a', [['if-range', PAST]], answer(10)),
      ask('/a', [[':method', 'POST']], answer(11)),
      ask('/a', [], answer(12), { body: 'x' }),
      ask(
        '/a',
        [
          ['if-match', '"x"'],
          ['if-unmodified-since', PAST],
        ],
        answer(13),
      ),
      ask('/a', [], answer(14)),
    ],
  },
);
save('forms', 'Answers without body, with trailers, in pieces; HEAD.', {
  steps: [
    ask('/head', [[':method', 'HEAD']], dated(15, LONG)),
    ask('/head', [], answer(16)),
    ask('/trailers', [], dated(17, LONG, [], { trailers: [['x-t', '1']] })),
    ask('/trailers', [], answer(18)),
    ask('/trailers', [[':method', 'HEAD']], answer(18)),
    ask('/empty', [], dated(19, LONG, [], { body: undefined })),
    ask('/empty', [], answer(20)),
    ask('/length', [], dated(21, LONG, [['content-length', '7']])),
    ask('/length', [], answer(22)),
    ask('/chunks', [], dated(21, LONG, [], { body: undefined, bodyChunks: ['one', 'two', { repeat: 'x', times: 100 }] })),
    ask('/chunks', [], answer(22)),
  ],
});
save('status', 'Only some answers are kept.', {
  steps: [200, 201, 203, 204, 206, 300, 301, 302, 304, 307, 308, 400, 404, 405, 410, 414, 451, 500, 501, 503].flatMap((status) => [
    ask(`/${status}`, [], dated(1, LONG, [], { status, body: undefined })),
    ask(`/${status}`, [], answer(2)),
  ]),
});
save('control', 'What an answer says about being kept.', {
  steps: [
    '',
    'max-age=0',
    'no-store',
    'private',
    'no-cache',
    LONG.toUpperCase(),
    'public',
    's-maxage=3000000000, max-age=0',
    'max-age=0, s-maxage=3000000000',
    'max-age="3000000000"',
    'max-age=x',
    'max-age',
    'public,max-age = 3000000000',
    `private="x", ${LONG}`,
    `must-revalidate, ${LONG}`,
    `${LONG}, max-age=0`,
  ].flatMap((control, i) => [ask(`/${i}`, [], dated(1, control)), ask(`/${i}`, [], answer(2))]),
});
save('expires', 'Without a lifetime the date it expires counts.', {
  steps: [
    [
      ['expires', FUTURE],
      ['date', FUTURE],
    ],
    [['expires', FUTURE]],
    [
      ['expires', PAST],
      ['date', FUTURE],
    ],
    [
      ['expires', '0'],
      ['date', FUTURE],
    ],
    [
      ['expires', 'Friday, 01-Jan-60 00:00:00 GMT'],
      ['date', FUTURE],
    ],
    [
      ['expires', 'Fri Jan  1 00:00:00 2060'],
      ['date', FUTURE],
    ],
    [
      ['expires', FUTURE],
      ['date', FUTURE],
      ['cache-control', 'max-age=0'],
    ],
    [
      ['expires', FUTURE],
      ['date', 'never'],
    ],
    [
      ['cache-control', LONG],
      ['date', FUTURE],
      ['age', '5000000000'],
    ],
    [
      ['cache-control', LONG],
      ['date', FUTURE],
      ['age', '17'],
    ],
    [
      ['cache-control', LONG],
      ['date', FUTURE],
      ['age', 'x'],
    ],
    [
      ['cache-control', 'max-age=20'],
      ['date', FUTURE],
      ['age', '17'],
    ],
    [
      ['cache-control', 'max-age=20'],
      ['date', FUTURE],
      ['age', '21'],
    ],
    [
      ['cache-control', 'max-age=20'],
      ['date', FUTURE],
      ['age', '20'],
    ],
  ].flatMap((headers, i) => [ask(`/${i}`, [], answer(1, headers)), ask(`/${i}`, [], answer(2))]),
});
const aged = (n, age, control, headers = []) => answer(n, [['date', FUTURE], ['age', String(age)], ['cache-control', control], ...headers]);
save('request-control', 'What a request says about what is kept.', {
  steps: [
    ...[
      'no-cache',
      'max-age=10',
      'max-age=60',
      'min-fresh=40',
      'min-fresh=60',
      'no-store',
      'only-if-cached',
      'no-transform',
      'max-stale',
      'NO-CACHE',
      'max-age="10"',
    ].flatMap((control, i) => [
      ask(`/fresh${i}`, [], aged(1, 50, 'max-age=100')),
      ask(`/fresh${i}`, [['cache-control', control]], answer(2)),
    ]),
    ...['max-stale', 'max-stale=60', 'max-stale=40', 'max-stale=50', 'max-stale=51'].flatMap((control, i) => [
      ask(`/stale${i}`, [], aged(1, 150, 'max-age=100')),
      ask(`/stale${i}`, [['cache-control', control]], answer(2)),
    ]),
    ...['must-revalidate', 'proxy-revalidate'].flatMap((control) => [
      ask(`/${control}`, [], aged(1, 150, `max-age=100, ${control}`)),
      ask(`/${control}`, [['cache-control', 'max-stale']], answer(2)),
    ]),
    ...[
      [['pragma', 'no-cache']],
      [
        ['pragma', 'no-cache'],
        ['cache-control', 'max-age=70'],
      ],
      [['pragma', 'x']],
    ].flatMap((headers, i) => [ask(`/pragma${i}`, [], aged(1, 50, 'max-age=100')), ask(`/pragma${i}`, headers, answer(2))]),
    ask('/new', [['cache-control', 'no-store']], dated(1, LONG)),
    ask('/new', [['cache-control', 'no-cache']], dated(2, LONG)),
    ask('/new', [], answer(3)),
    ask('/none', [['cache-control', 'only-if-cached']], dated(1, LONG)),
    ask('/none', [], answer(2)),
  ],
});
save('ignored', 'What requests say does not count; host and length do, whatever the configuration says.', {
  filters: [
    cache({
      ignore_request_cache_control_header: true,
      key_creator_params: { exclude_host: true, exclude_scheme: true },
      max_body_bytes: 2,
    }),
  ],
  steps: [
    ...['no-cache', 'no-store', 'max-age=1'].flatMap((control, i) => [
      ask(`/${i}`, [], aged(1, 50, 'max-age=100')),
      ask(`/${i}`, [['cache-control', control]], answer(2)),
      ask(`/new${i}`, [['cache-control', control]], dated(1, LONG)),
      ask(`/new${i}`, [['pragma', 'no-cache']], answer(2)),
    ]),
    ask('/0', [[':authority', 'other.com']], answer(3)),
    ask('/0', [[':scheme', 'https']], answer(4)),
  ],
});
save('validation', 'What is too old is asked for again, under a condition.', {
  steps: [
    [
      [
        ['etag', '"1"'],
        ['last-modified', PAST],
      ],
      {
        status: 304,
        headers: [
          ['etag', '"1"'],
          ['x-new', 'yes'],
          ['x-n', '304'],
        ],
      },
    ],
    [
      [['etag', '"1"']],
      {
        status: 304,
        headers: [
          ['etag', '"2"'],
          ['x-new', 'yes'],
        ],
      },
    ],
    [
      [['last-modified', PAST]],
      {
        status: 304,
        headers: [
          ['date', FUTURE],
          ['cache-control', LONG],
        ],
      },
    ],
    [
      [['last-modified', 'never']],
      {
        status: 304,
        headers: [
          ['age', '5'],
          ['content-length', '0'],
        ],
      },
    ],
    [[['etag', '"1"']], dated('new', LONG)],
    [[['etag', '"1"']], answer('other', [])],
    [[['etag', '"1"']], { status: 503, body: 'no' }],
    [[['etag', '"1"']], { reset: true }],
  ].flatMap(([headers, upstream], i) => [
    ask(`/${i}`, [], dated(1, 'max-age=0, no-cache', headers)),
    ask(`/${i}`, [['x-q', 'yes']], upstream),
    ask(`/${i}`, [], answer(3)),
    ask(`/${i}`, [[':method', 'HEAD']], { status: 304, headers: [['etag', '"1"']] }),
  ]),
});
// An answer with an allowed vary makes Envoy 1.40 itself end.
save('vary', 'Answers that differ by headers of the request are not kept unless these are allowed.', {
  filters: [cache({ allowed_vary_headers: [{ exact: 'x-a' }, { prefix: 'accept' }] })],
  steps: [['x-b'], ['*'], ['X-A'], ['x-a', 'x-b'], ['accept, x-b'], ['']].flatMap((values, i) => [
    ask(
      `/${i}`,
      [],
      dated(
        1,
        LONG,
        values.map((value) => ['vary', value]),
      ),
    ),
    ask(`/${i}`, [], answer(2)),
  ]),
});
const ranges = (list) => [
  ask('/a', [], dated(1, LONG, [], { body: '0123456789' })),
  ...list.map((range) => ask('/a', [['range', range]], answer(2))),
];
save('ranges', 'Parts of what is kept; one that ends before the body does has no end.', {
  timeoutMs: 300,
  steps: [
    ...ranges([
      'bytes=4-',
      'bytes=-2',
      'bytes=0-',
      'bytes=0-9',
      'bytes=5-100',
      'bytes=10-',
      'bytes=-0',
      'bytes=-20',
      'bytes=9-9',
      'bytes=0-3',
    ]),
    ask(
      '/a',
      [
        ['range', 'bytes=0-3'],
        [':method', 'HEAD'],
      ],
      answer(3),
    ),
  ],
});
save('ranges-none', 'What is no single range asks for everything.', {
  steps: ranges(['bytes=1-2,4-5', 'bytes=3-1', 'items=1-2', 'bytes=', 'bytes=-', 'bytes= 1-2', 'Bytes=1-2', 'bytes=1-2 ', 'bytes=+1-']),
});
save('ranges-upstream', 'Ranges of what is not kept go to the upstream.', {
  timeoutMs: 300,
  steps: [
    ask('/b', [['range', 'bytes=0-3']], dated(4, LONG, [['content-range', 'bytes 0-3/10']], { status: 206, body: '0123' })),
    ask('/b', [], dated(5, LONG)),
    ask('/b', [['range', 'bytes=0-1']], answer(6)),
    ask('/c', [['range', 'bytes=0-3']], dated(7, LONG)),
    ask('/c', [], answer(8)),
    ask('/d', [], dated(9, 'no-cache', [['etag', '"1"']])),
    ask('/d', [['range', 'bytes=0-1']], { status: 304 }),
  ],
});
save('time', 'Time passes.', {
  normalise: [anyAddress],
  steps: [
    ask('/a', [], aged(1, 0, 'max-age=2', [['etag', '"1"']])),
    ask('/a', [], answer(2)),
    { waitMs: 1300 },
    ask('/a', [], answer(3)),
    { waitMs: 2000 },
    ask('/a', [], { status: 304, headers: [['cache-control', 'max-age=7']] }),
    ask('/a', [], answer(4)),
  ],
});
save('chain', 'Filters in front see what is kept, those behind do not see the request.', {
  filters: [show([['x-front', 'yes']], [['x-front', 'yes']]), cache(), show([['x-behind', 'yes']], [['x-behind', 'yes']])],
  steps: [ask('/a', [], dated(1, LONG)), ask('/a', [], answer(2)), ask('/a', [['authorization', 'x']], answer(3))],
});
save('routes', 'Of a route only its cluster counts.', {
  routes: routes(
    [
      ['direct', '/direct', { direct_response: { status: 200, body: { inline_string: 'direct' } } }],
      ['redirect', '/redirect', { redirect: { path_redirect: '/x' } }],
      ['missing', '/missing', { route: { cluster_header: 'x-cluster' } }],
      ['away', '/away', { route: { cluster: 'away' } }],
      [
        'rewritten',
        '/rewritten',
        { route: { cluster: 'upstream', prefix_rewrite: '/other', host_rewrite_literal: 'x.com', timeout: '0.1s' } },
      ],
    ],
    {
      request_headers_to_add: [{ header: { key: 'x-route', value: 'yes' } }],
      response_headers_to_add: [{ header: { key: 'x-route', value: 'yes' } }],
    },
  ),
  steps: ['/direct', '/redirect', '/missing', '/away', '/rewritten', '/nowhere', '/rewritten'].map((path) =>
    ask(path, [['x-cluster', 'nowhere']], dated(1, LONG)),
  ),
  clusters: { away: { noHosts: true } },
});
save('cut', 'An answer that is cut off is not kept; one that is slow comes piece by piece.', {
  steps: [
    ask('/a', [], dated(1, LONG, [], { body: 'part', resetAfterBody: true })),
    ask('/a', [], answer(2)),
    ask('/c', [], dated(1, LONG, [], { body: undefined, bodyChunks: ['a', 'b'], chunkDelayMs: 50 })),
    ask('/c', [], answer(2)),
  ],
});
save('disabled', 'Off, or without a storage.', {
  filters: [cache({ disabled: true, typed_config: undefined })],
  steps: [ask('/a', [], dated(1, LONG)), ask('/a', [], answer(2))],
});
for (const [name, config] of Object.entries({
  none: { typed_config: undefined },
  unknown: { typed_config: any('google.protobuf.StringValue', { value: 'x' }) },
})) {
  save(`rejected-${name}`, 'No storage.', { filters: [cache(config)], request: get('/') });
}
save('rejected-route', 'Routes cannot have a configuration.', {
  routes: routes([['all', '/', perRoute('cache', 'cache.v3.CacheConfig', { typed_config: simple })]]),
  request: get('/'),
});
