/** compressor and decompressor: who accepts what, which bodies, headers, status header, routes, pieces, damaged streams. */
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { any, get, http, perRoute, routes, scenario, wasm } from './lab.mjs';

export const scenarios = [];
const text = 'The quick brown fox jumps over the lazy dog. '.repeat(4);
const stats = ['http.lab.compressor', 'http.lab.decompressor'];
const save = (name, description, input) => scenarios.push(scenario(name, description, { stats, ...input }));

const library = (kind, config = {}, name = kind) => ({
  name,
  typed_config: any(`envoy.extensions.compression.${kind}.compressor.v3.${kind[0].toUpperCase()}${kind.slice(1)}`, config),
});
const compressor = (config = {}, of = library('gzip')) =>
  http('compressor', 'compressor.v3.Compressor', { compressor_library: of, ...config });
const onRoute = (config) => perRoute('compressor', 'compressor.v3.CompressorPerRoute', config);
const answer = (headers = [], more = {}) => ({
  status: 200,
  headers: [['content-type', 'text/plain'], ['content-length', String(text.length)], ...headers],
  body: text,
  ...more,
});
const accept = (value) => get('/', value === undefined ? [] : [['accept-encoding', value]]);
/** One step for each pair of what the client accepts and what the upstream answers. */
const steps = (values, answers) => answers.flatMap((upstream) => values.map((value) => ({ request: accept(value), upstream })));

save('compressor-accept-encoding', 'Weights, wildcards, letters, mistakes in accept-encoding.', {
  filters: [compressor()],
  steps: steps(
    [
      undefined,
      'gzip',
      'GZIP',
      'gzip;q=0',
      '*',
      '*;q=0',
      'gzip;q=0.5,identity;q=0.6',
      'identity',
      'br',
      'deflate, gzip;q=1.0, *;q=0.5',
      'gzip;q=x',
      'gzip ; q = 0.3',
      '',
      'gzip;foo=1;q=0',
      '*;q=0.5,gzip;q=0',
      'gzip;q=-1',
      'gzip;q=1e-1, identity;q=0.2',
    ],
    [answer()],
  ),
});
const typed = (type) => ({ status: 200, headers: [['content-type', type]], body: text });
save('compressor-content-types', 'The list of content types that are compressed by default.', {
  filters: [compressor()],
  steps: steps(
    ['gzip'],
    ['text/html; charset=utf-8', 'TEXT/PLAIN', 'image/png', 'application/grpc-web+proto', '', ' text/css', 'application/json;x'].map(typed),
  ),
});
save('compressor-content-type-matcher', 'Matchers of content types stand in place of the list.', {
  filters: [
    compressor({
      response_direction_config: {
        common_config: { content_type: ['image/png'], content_type_matcher: [{ prefix: 'text/' }, { exact: 'A/B', ignore_case: true }] },
      },
    }),
  ],
  steps: steps(['gzip'], ['image/png', 'text/new', 'a/b;x=y', 'application/json'].map(typed)),
});
const headerCases = [
  [['etag', '"abc"']],
  [['etag', 'W/"abc"']],
  [['etag', '""']],
  [['vary', 'Origin']],
  [['vary', 'Origin, Accept-Encoding']],
  [['cache-control', 'public, No-Transform']],
  [['content-encoding', 'br']],
].map((headers) => answer(headers));
for (const [name, description, config] of [
  ['headers', 'etag, vary, cache-control and content-encoding of the answer.', {}],
  ['etag-disables', 'An etag keeps the answer from being compressed.', { disable_on_etag_header: true }],
  ['etag-weakened', 'A strong etag becomes a weak one.', { weaken_etag_on_compress: true, disable_on_etag_header: true }],
]) {
  save(`compressor-${name}`, description, {
    filters: [compressor({ response_direction_config: config })],
    steps: steps(['gzip', undefined], headerCases),
  });
}
const plain = (status, headers, body = text) => ({ status, headers: [['content-type', 'text/plain'], ...headers], body });
const refusals = [
  answer(),
  answer([['x-envoy-compression-status', 'old']]),
  plain(404, []),
  plain(404, [['etag', '"a"']]),
  plain(404, [['content-length', '3']], 'abc'),
  plain(200, [['content-encoding', 'x']]),
  plain(404, [['cache-control', 'no-transform']]),
  typed('image/png'),
];
for (const enabled of [true, false]) {
  save(
    `compressor-status-header-${enabled ? 'on' : 'off'}`,
    enabled ? 'The status header says why an answer is not compressed.' : 'The same answers without a status header.',
    {
      filters: [
        compressor({
          response_direction_config: {
            status_header_enabled: enabled,
            disable_on_etag_header: true,
            uncompressible_response_codes: [404],
            common_config: { min_content_length: 50 },
          },
        }),
      ],
      steps: [
        ...steps(['gzip', 'identity', undefined], refusals),
        {
          request: get('/', [
            [':method', 'HEAD'],
            ['accept-encoding', 'gzip'],
          ]),
          upstream: { status: 200, headers: [['content-length', '100']] },
        },
      ],
    },
  );
}
save('compressor-routes', 'Routes switch compression off, keep accept-encoding, choose another library.', {
  filters: [compressor({ response_direction_config: { remove_accept_encoding_header: true } })],
  routes: routes([
    ['off', '/off', onRoute({ disabled: true })],
    ['keep', '/keep', onRoute({ overrides: { response_direction_config: { remove_accept_encoding_header: false } } })],
    ['wide', '/wide', onRoute({ overrides: { compressor_library: library('gzip', { window_bits: 15, memory_level: 9 }, 'wide') } })],
    ['rest', '/'],
  ]),
  steps: ['/', '/off', '/keep', '/wide'].map((path) => ({
    request: get(path, [['accept-encoding', 'br;q=0.1, gzip']]),
    upstream: answer(),
  })),
});
save('compressor-switched-on-by-route', 'A filter that is off compresses where a route overrides it.', {
  filters: [
    compressor({
      response_direction_config: {
        remove_accept_encoding_header: true,
        common_config: { enabled: { default_value: false, runtime_key: 'off' } },
      },
    }),
  ],
  routes: routes([
    ['on', '/on', onRoute({ overrides: { response_direction_config: {} } })],
    ['rest', '/'],
  ]),
  steps: ['/', '/on'].map((path) => ({ request: get(path, [['accept-encoding', 'gzip']]), upstream: answer() })),
});
save('compressor-request', 'Requests are compressed where that is asked for: length, type, pieces, trailers.', {
  filters: [compressor({ request_direction_config: { common_config: { min_content_length: 40 } } })],
  upstream: { echo: true },
  request: [
    {
      headers: [
        ['content-type', 'text/plain'],
        ['content-length', String(text.length)],
      ],
      body: text,
    },
    { headers: [['content-type', 'text/plain']], body: 'short' },
    {
      headers: [
        ['content-type', 'text/plain'],
        ['content-length', '5'],
      ],
      body: 'short',
    },
    { headers: [['content-type', 'image/png']], body: text },
    { headers: [['content-encoding', 'x']], body: text },
    { headers: [], bodyChunks: [text, text, 'x'] },
    { headers: [], bodyChunks: [text, ''], trailers: [['t', '1']] },
    { headers: [], body: '' },
    { headers: [], trailers: [['t', '1']] },
  ].map((request) => ({ ...request, headers: [[':method', 'POST'], ...request.headers] })),
});
save('compressor-pieces', 'Each piece of a body comes out at once; trailers end the stream.', {
  filters: [compressor()],
  steps: [
    { bodyChunks: [text, text], trailers: [['t', '1']] },
    { trailers: [['t', '1']] },
    { body: '' },
    { status: 204 },
    { bodyChunks: ['a', '', 'b', ''] },
  ].map((upstream) => ({ request: accept('gzip'), upstream: { status: 200, headers: [], ...upstream } })),
});
save('compressor-local-reply', 'Replies of other filters are compressed like any other, if long enough.', {
  filters: [compressor(), http('fault', 'fault.v3.HTTPFault', { abort: { http_status: 503, percentage: { numerator: 100 } } })],
  routes: routes([
    ['long', '/long', { direct_response: { status: 200, body: { inline_string: text } }, ...perRoute('fault', 'fault.v3.HTTPFault') }],
    ['rest', '/'],
  ]),
  request: [get('/', [['accept-encoding', 'gzip']]), get('/long', [['accept-encoding', 'gzip']])],
});
const packed = { informative: ['body', 'http.lab.compressor.brotli.brotli.total_compressed_bytes'] };
save(
  'compressor-two-libraries',
  'Of two compressors the client chooses; between equals the one marked choose_first. Brotli is not packed here.',
  {
    ...packed,
    filters: [compressor({ choose_first: true }, library('brotli')), compressor()],
    steps: steps(
      ['gzip', 'br', 'gzip, br', 'br, gzip', 'gzip;q=0.9, br;q=0.8', '*', '*;q=0.5, br;q=0', 'br;q=0.5,gzip;q=0.5', 'identity,gzip'],
      [answer()],
    ),
  },
);
save('compressor-wasm', 'A plugin behind the compressor changes the body before it is compressed.', {
  filters: [compressor(), wasm('body-rewrite', { response: [{ find: 'lazy', replace: 'quick' }] })],
  steps: steps(['gzip'], [answer()]),
});
for (const [name, config] of [
  ['widest', { window_bits: 15, memory_level: 9 }],
  ['narrowest', { window_bits: 9, memory_level: 1 }],
  ['filtered', { compression_strategy: 'FILTERED', compression_level: 'COMPRESSION_LEVEL_5' }],
  ['huffman', { compression_strategy: 'HUFFMAN_ONLY' }],
  ['runs', { compression_strategy: 'RLE' }],
  ['fixed', { compression_strategy: 'FIXED' }],
  ['fastest', { compression_level: 'BEST_SPEED' }],
  ...[2, 3, 4, 7, 8].map((level) => [`level-${level}`, { compression_level: `COMPRESSION_LEVEL_${level}` }]),
]) {
  const users = Array.from({ length: 300 }, (_, id) => ({ id, name: `user${(id * 7919) % 1000}`, active: id % 3 === 0 }));
  save(`compressor-gzip-${name}`, 'The bytes of gzip with other settings.', {
    filters: [compressor({}, library('gzip', config))],
    steps: steps(['gzip'], [{ status: 200, headers: [['content-type', 'application/json']], body: JSON.stringify(users) }]),
  });
}

const unpack = (config = {}, settings = {}) =>
  http('decompressor', 'decompressor.v3.Decompressor', {
    decompressor_library: { name: 'gz', typed_config: any('envoy.extensions.compression.gzip.decompressor.v3.Gzip', settings) },
    ...config,
  });
const base64 = (bytes) => ({ base64: Buffer.from(bytes).toString('base64') });
const zipped = gzipSync(text);
const cut = (bytes, ...places) => [0, ...places].map((from, i) => base64(bytes.subarray(from, places[i] ?? bytes.length)));
const coded = (body, value = 'gzip', more = {}) => ({ status: 200, headers: [['content-encoding', value]], ...body, ...more });
const changed = (at) => zipped.map((byte, i) => (i === at ? byte ^ 255 : byte));
save('decompressor', 'Answers and requests are unpacked; the encoding is offered to the upstream; trailers tell the sizes.', {
  filters: [unpack()],
  steps: [
    {
      request: accept('br'),
      upstream: coded({ body: base64(zipped) }, 'gzip', {
        headers: [
          ['content-encoding', 'gzip'],
          ['content-length', String(zipped.length)],
        ],
      }),
    },
    { request: accept('gzip;q=0.5, br, gzip'), upstream: coded({ body: base64(zipped) }, 'gzip, br') },
    { request: accept('identity'), upstream: coded({ body: base64(zipped), trailers: [['t', '1']] }, 'GZIP ') },
    { request: accept(), upstream: coded({ body: 'x' }, 'br, gzip') },
    {
      request: accept(),
      upstream: coded({ body: base64(zipped) }, 'gzip', {
        headers: [
          ['content-encoding', 'gzip'],
          ['cache-control', 'no-transform'],
        ],
      }),
    },
    {
      request: {
        headers: [
          [':method', 'POST'],
          ['content-encoding', 'gzip,x'],
        ],
        bodyChunks: cut(zipped, 5, 15, 30),
        trailers: [['t', '1']],
      },
      upstream: { echo: true },
    },
    { request: accept(), upstream: coded({ bodyChunks: cut(zipped, 12, 20, 31) }) },
  ],
});
save('decompressor-damaged', 'Damaged, cut, empty and too long streams give what could be read.', {
  filters: [unpack()],
  steps: [
    coded({ body: 'not gzip at all' }),
    coded({ bodyChunks: ['not gzip at all', 'more'] }),
    coded({ body: base64(zipped.subarray(0, 30)) }),
    coded({ bodyChunks: [base64([...zipped, 1, 2, 3]), 'more'] }),
    coded({ body: base64(changed(zipped.length - 6)) }),
    coded({ body: base64(changed(25)) }),
    coded({ body: '' }),
    coded({}, 'gzip', { status: 204 }),
    coded({ body: base64(gzipSync('a'.repeat(100_000))) }),
    coded({ bodyChunks: cut(gzipSync('a'.repeat(30_000)), 20) }),
  ].map((upstream) => ({ request: accept(), upstream })),
});
save('decompressor-inflate-ratio', 'A body that grows beyond the ratio is cut.', {
  filters: [unpack({}, { max_inflate_ratio: 10, chunk_size: 4096 })],
  steps: ['a'.repeat(30_000), 'abc'.repeat(3000), 'abcdefg'.repeat(30)].map((body) => ({
    request: accept(),
    upstream: coded({ body: base64(gzipSync(body)) }),
  })),
});
const off = { enabled: { default_value: false, runtime_key: 'off' } };
save('decompressor-not-offered', 'Nothing is offered to the upstream, requests stay, no-transform does not count.', {
  filters: [
    unpack({
      request_direction_config: { advertise_accept_encoding: false, common_config: off },
      response_direction_config: { common_config: { ignore_no_transform_header: true } },
    }),
  ],
  request: {
    headers: [
      [':method', 'POST'],
      ['content-encoding', 'gzip'],
      ['accept-encoding', 'x'],
    ],
    body: base64(zipped),
  },
  upstream: coded({ body: base64(zipped) }, 'gzip', {
    headers: [
      ['content-encoding', 'gzip'],
      ['cache-control', 'no-transform'],
    ],
  }),
});
save('decompressor-responses-off', 'Answers stay as they are.', {
  filters: [unpack({ response_direction_config: { common_config: off } })],
  request: accept('x'),
  upstream: coded({ body: base64(zipped) }),
});
save('compressor-decompressor', 'What the upstream packed is unpacked for the filters between and packed again for the client.', {
  filters: [compressor(), unpack()],
  request: accept('gzip'),
  upstream: coded({ body: base64(zipped) }, 'gzip', {
    headers: [
      ['content-encoding', 'gzip'],
      ['content-type', 'text/plain'],
    ],
  }),
});

const unpackOther = (kind, settings = {}) =>
  http('decompressor', 'decompressor.v3.Decompressor', {
    decompressor_library: {
      name: kind,
      typed_config: any(`envoy.extensions.compression.${kind}.decompressor.v3.${kind[0].toUpperCase()}${kind.slice(1)}`, settings),
    },
  });
/** The text as zstd 1.5 packs it, with and without a checksum. */
const zstandard = [
  'KLUv/SC0tQEA1AJUaGUgcXVpY2sgYnJvd24gZm94IGp1bXBzIG92ZXIgdGhlIGxhenkgZG9nLiABACVASpUB',
  'KLUv/SS0tQEA1AJUaGUgcXVpY2sgYnJvd24gZm94IGp1bXBzIG92ZXIgdGhlIGxhenkgZG9nLiABACVASpUBpHCQDQ==',
].map((item) => Buffer.from(item, 'base64'));
for (const [kind, encoding, packed] of [
  ['brotli', 'br', brotliCompressSync(text)],
  ['zstd', 'zstd', zstandard[1]],
]) {
  save(`decompressor-${kind}`, `Bodies packed by ${kind} are unpacked: whole, in pieces, cut, none at all.`, {
    filters: [unpackOther(kind)],
    steps: [
      coded({ body: base64(packed) }, encoding),
      coded({ bodyChunks: cut(packed, 3, 12, 20) }, encoding),
      ...(kind === 'zstd' ? [coded({ body: base64(zstandard[0]) }, encoding)] : []),
      coded({ body: base64(packed.subarray(0, 4)) }, encoding),
      coded({ body: 'zzzz no such stream' }, encoding),
      coded({ body: '' }, encoding),
    ].map((upstream) => ({ request: accept(), upstream })),
  });
}
