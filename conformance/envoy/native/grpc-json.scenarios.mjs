/** grpc_json_transcoder: JSON over HTTP to a scripted gRPC service and back. */
import { get, http, perRoute, routes, scenario, wasm } from './lab.mjs';
import { descriptorSet, file } from './proto-descriptors.mjs';
import { frame, grpcAnswer, message } from './protobuf.mjs';
export const scenarios = [];
const set = descriptorSet([
  file('google.protobuf', {
    path: 'google/protobuf/any.proto',
    messages: {
      Any: { type_url: [1, 'string'], value: [2, 'bytes'] },
      Timestamp: { seconds: [1, 'int64'], nanos: [2, 'int32'] },
      Duration: { seconds: [1, 'int64'], nanos: [2, 'int32'] },
      StringValue: { value: [1, 'string'] },
      Int64Value: { value: [1, 'int64'] },
      BoolValue: { value: [1, 'bool'] },
      FieldMask: { paths: [1, 'string', { repeated: true }] },
      Empty: {},
    },
  }),
  file('google.api', {
    imports: ['google/protobuf/any.proto'],
    messages: {
      HttpBody: { content_type: [1, 'string'], data: [2, 'bytes'], extensions: [3, '.google.protobuf.Any', { repeated: true }] },
    },
  }),
  file('lab', {
    imports: ['google/protobuf/any.proto', 'google/api.proto'],
    enums: { Kind: { KIND_NONE: 0, FICTION: 1, FACT: 2 } },
    messages: {
      Author: { name: [1, 'string'], born: [2, 'int32'], full_name: [3, 'string'] },
      Book: {
        id: [1, 'int64'],
        title: [2, 'string'],
        author: [3, '.lab.Author'],
        kind: [4, 'enum:.lab.Kind'],
        price: [5, 'double'],
        tags: [6, 'string', { repeated: true }],
        pages: [7, 'int32', { repeated: true }],
        in_print: [8, 'bool'],
        cover: [9, 'bytes'],
        weight: [10, 'float'],
        count: [11, 'uint32'],
        big: [12, 'uint64'],
        s32: [13, 'sint32'],
        s64: [14, 'sint64'],
        f32: [15, 'fixed32'],
        f64: [16, 'fixed64'],
        when: [17, '.google.protobuf.Timestamp'],
        how_long: [18, '.google.protobuf.Duration'],
        note: [19, '.google.protobuf.StringValue'],
        limit: [20, '.google.protobuf.Int64Value'],
        mask: [21, '.google.protobuf.FieldMask'],
        authors: [22, '.lab.Author', { repeated: true }],
        paper: [23, 'string', { oneof: 'form' }],
        file: [24, 'string', { oneof: 'form' }],
        detail: [25, '.google.protobuf.Any'],
        kinds: [26, 'enum:.lab.Kind', { repeated: true }],
        labels: [27, ['string', 'int32']],
        by_id: [28, ['int64', '.lab.Author']],
      },
      GetRequest: {
        shelf: [1, 'int64'],
        book: [2, 'string'],
        view: [3, 'enum:.lab.Kind'],
        filter: [4, '.lab.Author'],
        tags: [5, 'string', { repeated: true }],
        flag: [6, 'bool'],
        score: [7, 'double'],
      },
      CreateRequest: { shelf: [1, 'int64'], book: [2, '.lab.Book'], request_id: [3, 'string'] },
      UploadRequest: { name: [1, 'string'], body: [2, '.google.api.HttpBody'] },
      Reply: { name: [1, 'string'], body: [2, '.google.api.HttpBody'] },
    },
    services: {
      Shop: {
        Get: {
          input: '.lab.GetRequest',
          output: '.lab.Book',
          http: [
            { get: '/v1/shelves/{shelf}/books/{book}' },
            { get: '/v1/all/{book=**}' },
            { get: '/v1/named/{book=a/*}/x' },
            { get: '/v1/shelves/{shelf}:check' },
          ],
        },
        List: { input: '.lab.GetRequest', output: '.lab.Book', serverStreaming: true, http: [{ get: '/v1/list' }] },
        Create: { input: '.lab.CreateRequest', output: '.lab.Book', http: [{ post: '/v1/shelves/{shelf}', body: 'book' }] },
        Put: { input: '.lab.Book', output: '.lab.Book', http: [{ put: '/v1/books/{id}', body: '*' }, { custom: ['HEAD', '/v1/heads'] }] },
        Bulk: { input: '.lab.Book', output: '.lab.Book', clientStreaming: true, http: [{ post: '/v1/bulk', body: '*' }] },
        Chat: {
          input: '.lab.Book',
          output: '.lab.Book',
          clientStreaming: true,
          serverStreaming: true,
          http: [{ post: '/v1/chat', body: '*' }],
        },
        Upload: { input: '.lab.UploadRequest', output: '.google.api.HttpBody', http: [{ post: '/v1/upload/{name}', body: 'body' }] },
        Raw: { input: '.google.api.HttpBody', output: '.lab.Reply', http: [{ post: '/v1/raw', body: '*', responseBody: 'body' }] },
        Plain: { input: '.lab.Book', output: '.lab.Book' },
      },
    },
  }),
]);
const descriptor = set.toString('base64');
const tr = (more = {}) =>
  http('grpc_json_transcoder', 'grpc_json_transcoder.v3.GrpcJsonTranscoder', {
    proto_descriptor_bin: descriptor,
    services: ['lab.Shop'],
    ...more,
  });
const texts = {
  get: 'Paths and queries to fields: nested, repeated, escaped, unknown.',
  create: 'Bodies of one field, with values from path and query woven in.',
  values: 'Every kind of field from JSON, and what is refused.',
  text: 'JSON as people write it, and where it ends to be JSON.',
  stream: 'Arrays in and out for streams.',
  print: 'Options of printing.',
  answers: 'Every kind of field to JSON.',
  status: 'Failures of the service, as status or as JSON.',
};
const save = (name, input) =>
  scenarios.push(scenario(`grpc-json-${name}`, texts[name.replace(/-.*/, '')] ?? `What ${name} does.`, { upstream: answer, ...input }));
const book = message([
  [1, 7n],
  [2, 'a <title> "q"'],
  [
    3,
    message([
      [1, 'Ann'],
      [2, 1970n],
    ]),
  ],
  [4, 2n],
  [5, 1.5],
  [6, 'x'],
  [6, 'y'],
  [7, Buffer.from([1, 2, 150, 1])],
  [8, true],
]);
const answer = grpcAnswer(book);
const j = (path, body, headers = [], more = {}) => ({
  headers: [[':method', 'POST'], [':path', path], ['content-type', 'application/json'], ...headers],
  body: typeof body === 'string' ? body : JSON.stringify(body),
  ...more,
});
const put = (body, more) => ({
  ...j('/v1/books/5', body),
  headers: [
    [':method', 'PUT'],
    [':path', '/v1/books/5'],
    ['content-type', 'application/json'],
  ],
  ...more,
});
save('get', {
  filters: [tr()],
  request: [
    get('/v1/shelves/3/books/abc%20d'),
    get('/v1/shelves/3/books/a%2Fb?view=FACT&filter.name=N&tags=a&tags=b&flag=true&score=1.25'),
    get('/v1/all/x/y%2Fz'),
    get('/v1/named/a/b/x'),
    get('/v1/shelves/3:check'),
    get('/v1/shelves/3:other'),
    get('/nothing'),
    get('/v1/shelves/3/books/x/'),
    get('/v1/list?nope=1'),
    get('/v1/list?flag=maybe'),
    get('/v1/shelves/abc/books/x'),
    get('/v1/list', [['content-type', 'application/grpc']]),
  ],
});
save('create', {
  filters: [tr()],
  request: [
    j('/v1/shelves/3?request_id=r1', { title: 't', author: { name: 'n', fullName: 'f' }, price: 1 }),
    j('/v1/shelves/3?book.title=b', { id: '12' }),
    j('/v1/shelves/3', ''),
    j('/v1/shelves/3?book.author.name=x', { title: 't', author: { born: 3 } }),
    j('/v1/shelves/3', '{bad'),
    j('/v1/shelves/3', { nope: 1 }),
    j('/v1/shelves/3', { id: 'x' }),
    j('/v1/shelves/3', []),
    j('/v1/shelves/3', '"text"'),
    j('/v1/shelves/3', 'null'),
  ],
});
const values = [
  {
    id: 1,
    title: 'é\u2028<',
    kind: 'FACT',
    tags: ['a', 'b'],
    pages: [1, 2, 300],
    inPrint: true,
    cover: 'AAEC',
    weight: 1.5,
    count: 3,
    big: '18446744073709551615',
    s32: -3,
    s64: '-4',
    f32: 5,
    f64: '6',
  },
  { kind: 2 },
  { kind: 'fact' },
  { kind: 'NOPE' },
  { kind: 99 },
  { price: 'NaN' },
  { price: '1e3' },
  { count: -1 },
  { count: 1.5 },
  { count: 3.0 },
  { id: 9007199254740992 },
  { title: 5 },
  { in_print: 'true' },
  { inPrint: 1 },
  { cover: '!!' },
  { cover: 'AAE' },
  { tags: 'single' },
  { pages: 3 },
  { author: 'x' },
  { author: null },
  { when: '2020-01-02T03:04:05.5Z', howLong: '1.5s', note: 'n', limit: '5', mask: 'a.b,cD' },
  { when: 'x' },
  { howLong: 'x' },
  { howLong: '5' },
  { note: null },
  { authors: [{ name: 'a' }, {}] },
  { paper: 'p', file: 'f' },
  { detail: { '@type': 'type.googleapis.com/lab.Author', name: 'z' } },
  { detail: { '@type': 'type.googleapis.com/google.protobuf.Duration', value: '3s' } },
  { detail: { name: 'z' } },
  { detail: { '@type': 'type.googleapis.com/no.Such' } },
  { kinds: ['FACT', 1, 0] },
  { labels: { a: 1, b: '2' }, by_id: { 5: { name: 'x' } } },
  { byId: { x: {} } },
  { labels: 5 },
  { labels: { a: 'x' } },
  { pages: [1, 'x'] },
  { id: 0, title: '', inPrint: false },
  { author: { nope: 1 } },
  { id: '12', title: null },
  { pages: [] },
  { tags: [null] },
  { id: 4294967296, count: 4294967296 },
  { id: {} },
  { id: [1] },
  { weight: 1e39 },
  { s32: '2147483648' },
];
save('values', { filters: [tr()], request: values.map((v) => put(v)) });
for (const [i, text] of [
  "{'title': 'a'}",
  '{title: "a"}',
  '{"title": "a",}',
  '{"title": "a"} x',
  '{"title": "a"',
  '{"title" "a"}',
  '{"title": a}',
  '{"title": tru}',
  '{"id": 01}',
  '{"id": 1.}',
  '{"id": -}',
  '{"title": "\\u00e9\\ud83d\\ude00\\n\\x"}',
  '  {"id":1}  ',
  '{"id": +1}',
  '[{"id":1}]',
  '{"title": "\\u12"}',
  '{,}',
  '{"a":}',
  '{"id":1 "title":"x"}',
  '{"pages":[1 2]}',
  '{"title":"a\nb"}',
  '',
].entries())
  save(`text-${i}`, { filters: [tr()], request: put(text) });
const many = (list) => ({
  status: 200,
  headers: [['content-type', 'application/grpc']],
  bodyChunks: list.map((b) => ({ base64: frame(b).toString('base64') })),
  trailers: [['grpc-status', '0']],
});
save('stream', {
  filters: [tr()],
  upstream: many([message([[1, 1n]]), message([[1, 2n]])]),
  request: [
    get('/v1/list'),
    j('/v1/bulk', [{ id: 1 }, { id: 2 }]),
    j('/v1/chat', '', [], { bodyChunks: ['[{"id":1}', ',{"id":2', '}]'] }),
    j('/v1/bulk', '{"id":1}'),
    j('/v1/bulk', '[]'),
    j('/v1/bulk', '[{"id":1},5]'),
    j('/v1/bulk', ''),
  ],
});
save('stream-empty', {
  filters: [tr()],
  upstream: { status: 200, headers: [['content-type', 'application/grpc']], trailers: [['grpc-status', '0']] },
  request: [get('/v1/list'), get('/v1/shelves/1/books/2')],
});
save('stream-nl', {
  filters: [tr({ print_options: { stream_newline_delimited: true } })],
  upstream: many([message([[1, 1n]]), message([[1, 2n]])]),
  request: [get('/v1/list')],
});
save('stream-sse', {
  filters: [tr({ print_options: { stream_sse_style_delimited: true } })],
  upstream: many([message([[1, 1n]]), message([[1, 2n]])]),
  request: [get('/v1/list'), get('/v1/shelves/1/books/2')],
});
for (const [i, p] of [
  { add_whitespace: true },
  { always_print_primitive_fields: true },
  { always_print_enums_as_ints: true },
  { preserve_proto_field_names: true },
  { add_whitespace: true, always_print_primitive_fields: true },
].entries())
  save(`print-${i}`, { filters: [tr({ print_options: p })], request: get('/v1/shelves/1/books/2') });
const parts = [
  [
    17,
    message([
      [1, 1577934245n],
      [2, 500000000n],
    ]),
  ],
  [
    18,
    message([
      [1, 1n],
      [2, 500000000n],
    ]),
  ],
  [19, message([[1, 'n']])],
  [20, message([[1, 5n]])],
  [21, message([[1, 'a.b_c']])],
  [22, message([[1, 'a']])],
  [22, message([])],
  [9, Buffer.from([0, 1, 255])],
  [12, 18446744073709551615n],
  [13, 5n],
  [14, 7n],
  [11, 3n],
  [
    25,
    message([
      [1, 'type.googleapis.com/lab.Author'],
      [2, message([[1, 'z']])],
    ]),
  ],
  [4, 9n],
  [26, Buffer.from([1, 2])],
  [99, 'unknown'],
  [
    27,
    message([
      [1, 'k'],
      [2, 3n],
    ]),
  ],
  [
    28,
    message([
      [1, 7n],
      [2, message([[1, 'v']])],
    ]),
  ],
  [2, "é\u0001<>&'\u2028😀"],
  [5, 1e21],
  [24, 'f'],
  [1, 5n],
];
const without = (...fields) => message(parts.filter(([field]) => !fields.includes(field)));
const only = (...fields) => message(parts.filter(([field]) => fields.includes(field)));
for (const [i, step] of [
  without(4, 12, 17, 18, 19, 20, 21, 25, 26, 27, 28),
  only(17, 18),
  only(19, 20),
  only(21),
  only(26),
  only(28),
  only(27),
  message([
    [
      25,
      message([
        [1, 'type.googleapis.com/lab.Author'],
        [2, message([[1, 'z']])],
      ]),
    ],
  ]),
  message([[12, 18446744073709551615n]]),
  message([[4, 9n]]),
  message([]),
  message([[5, 0.1]]),
  message([[5, 1e-7]]),
  message([[5, 123456789012345680]]),
  message([[1, 0n]]),
  message([
    [6, 'a'],
    [1, 2n],
    [6, 'b'],
  ]),
  Buffer.from([255]),
  message([[5, Infinity]]),
  message([[8, false]]),
  message([
    [
      25,
      message([
        [1, 'no.such/Type'],
        [2, 'x'],
      ]),
    ],
  ]),
  message([[25, message([])]]),
  message([[3, message([])]]),
]
  .map((b) => ({ request: get('/v1/shelves/1/books/2'), upstream: grpcAnswer(b) }))
  .entries())
  save(`answers-${i}`, { filters: [tr()], steps: [step] });
const fail = (status, more = []) => [
  { status: 200, headers: [['content-type', 'application/grpc'], ['grpc-status', status], ...more] },
  { status: 200, headers: [['content-type', 'application/grpc']], trailers: [['grpc-status', status], ...more] },
];
const failing = [
  ...fail('5', [['grpc-message', 'not%20there']]),
  ...fail('99'),
  ...fail('0'),
  { status: 200, headers: [['content-type', 'text/plain']], body: 'x' },
  { status: 503, body: 'no' },
  { status: 200, headers: [['content-type', 'application/grpc']], body: 'xyzzy!', trailers: [['grpc-status', '0']] },
  { reset: true },
  grpcAnswer(book, {
    trailers: [
      ['grpc-status', '3'],
      ['grpc-message', 'late'],
    ],
  }),
  grpcAnswer(book, { trailers: [] }),
  ...fail('3', [
    ['grpc-message', 'm'],
    [
      'grpc-status-details-bin',
      message([
        [1, 3n],
        [2, 'det'],
        [
          3,
          message([
            [1, 'type.googleapis.com/lab.Author'],
            [2, message([[1, 'q']])],
          ]),
        ],
      ]).toString('base64'),
    ],
  ]),
];
for (const convert of [false, true])
  save(`status-${convert}`, {
    filters: [tr({ convert_grpc_status: convert })],
    steps: failing.flatMap((upstream) => ['/v1/shelves/1/books/2', '/v1/list'].map((p) => ({ request: get(p), upstream }))),
  });
save('httpbody', {
  filters: [tr()],
  steps: [
    {
      request: j('/v1/upload/n1', 'raw bytes', [['x', 'y']]),
      upstream: grpcAnswer(
        message([
          [1, 'text/html'],
          [2, '<b>hi</b>'],
        ]),
      ),
    },
    {
      request: j('/v1/raw', 'raw2'),
      upstream: grpcAnswer(
        message([
          [1, 'nm'],
          [
            2,
            message([
              [1, 'text/css'],
              [2, 'b{}'],
            ]),
          ],
        ]),
      ),
    },
    {
      request: {
        headers: [
          [':method', 'POST'],
          [':path', '/v1/upload/n2'],
        ],
        bodyChunks: ['a', 'b'],
      },
      upstream: grpcAnswer(message([])),
    },
    {
      request: {
        headers: [
          [':method', 'POST'],
          [':path', '/v1/upload/n2'],
        ],
      },
      upstream: grpcAnswer(message([[2, 'x']])),
    },
  ],
});
save('auto', { filters: [tr({ auto_mapping: true })], request: [j('/lab.Shop/Plain', { id: 3 }), j('/lab.Shop/Get', {})] });
save('strict', {
  filters: [
    tr({
      request_validation_options: {
        reject_unknown_method: true,
        reject_unknown_query_parameters: true,
        reject_binding_body_field_collisions: true,
      },
    }),
  ],
  request: [
    get('/nothing'),
    get('/v1/list?nope=1'),
    get('/v1/list?filter.nope=1'),
    get('/v1/list?tags.x=1'),
    put({ id: 6 }),
    put({ id: 5 }),
    put({ id: '5' }),
    {
      headers: [
        [':method', 'POST'],
        [':path', '/nothing'],
        ['content-type', 'application/grpc'],
      ],
    },
  ],
});
save('ignore', {
  filters: [tr({ ignore_unknown_query_parameters: true, ignored_query_parameters: ['key'] })],
  request: [get('/v1/list?nope=1&flag=true'), get('/v1/list?key=1')],
});
save('escape-slash', {
  filters: [tr({ url_unescape_spec: 'ALL_CHARACTERS_EXCEPT_SLASH', query_param_unescape_plus: true })],
  request: [get('/v1/all/a%3Fb%2Fc?tags=a+b')],
});
save('escape-all', {
  filters: [tr({ url_unescape_spec: 'ALL_CHARACTERS', match_unregistered_custom_verb: true, case_insensitive_enum_parsing: true })],
  request: [get('/v1/all/a%3Fb%2Fc?tags=a+b&view=fact'), get('/v1/all/x:verb')],
});
save('limits', {
  filters: [tr({ max_request_body_size: 10, max_response_body_size: 20 })],
  request: [put({ title: 'a long title' }), put({ id: 1 }), get('/v1/shelves/1/books/2')],
});
save('route', {
  filters: [tr({ match_incoming_request_route: true })],
  routes: routes([
    [
      'off',
      '/v1/list',
      perRoute('grpc_json_transcoder', 'grpc_json_transcoder.v3.GrpcJsonTranscoder', { proto_descriptor_bin: '', services: [] }),
    ],
    ['rest', '/v1'],
  ]),
  request: [get('/v1/list'), get('/v1/shelves/1/books/2')],
});
save('rej1', { filters: [tr({ services: ['lab.None'] })], request: get('/') });
save('rej2', { filters: [tr({ proto_descriptor_bin: Buffer.from('junk').toString('base64') })], request: get('/') });
save('rej3', {
  filters: [
    tr({
      proto_descriptor_bin: descriptorSet([file('x', { messages: { A: { b: [1, '.x.Missing'] } } })]).toString('base64'),
      services: [],
    }),
  ],
  request: get('/'),
});
save('rej4', {
  filters: [
    tr({
      proto_descriptor_bin: descriptorSet([
        file('x', {
          messages: { A: { b: [1, 'string'] } },
          services: { S: { M: { input: '.x.A', output: '.x.A', http: [{ get: '/{c}' }] } } },
        }),
      ]).toString('base64'),
      services: ['x.S'],
    }),
  ],
  request: get('/'),
});
save('rej5', {
  filters: [
    tr({
      proto_descriptor_bin: descriptorSet([
        file('x', {
          messages: { A: { b: [1, 'string'] } },
          services: { S: { M: { input: '.x.A', output: '.x.A', http: [{ get: '/{b' }] } } },
        }),
      ]).toString('base64'),
      services: ['x.S'],
    }),
  ],
  request: get('/'),
});

save('chain', {
  filters: [tr(), wasm('regex-replace', { rules: [{ pattern: '^/lab.Shop/Get$', replacement: '/lab.Shop/Other' }] })],
  request: get('/v1/shelves/3/books/b'),
});
