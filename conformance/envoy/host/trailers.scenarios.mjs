/** Header and trailer maps by callback: which can be read and written when; trailers that are made. */
import { http, scenario } from './dsl.mjs';

const allMaps = [0, 1, 2, 3, 4, 5, 6, 7];
const readAll = allMaps.map((map) => `get_header_map_value ${map} x-a`).join('\n');
const pairsAll = allMaps.map((map) => `get_header_map_pairs ${map}`).join('\n');
const sizeAll = allMaps.map((map) => `get_header_map_size ${map}`).join('\n');
const writeAll = allMaps
  .map((map) => `add_header_map_value ${map} x-w 1\nreplace_header_map_value ${map} x-r 1\nremove_header_map_value ${map} x-q`)
  .join('\n');

/** Callbacks of a whole exchange with bodies and trailers in both directions. */
const phases = [
  'request_headers',
  'request_body',
  'request_trailers',
  'response_headers',
  'response_body',
  'response_trailers',
  'log',
  'done',
  'delete',
];

const full = {
  request: {
    headers: [
      [':method', 'POST'],
      ['x-a', 'rq'],
    ],
    body: 'request',
    trailers: [['x-a', 'rqt']],
  },
  upstream: { headers: [['x-a', 'rs']], body: 'response', trailers: [['x-a', 'rst']] },
};

/** The same commands in each callback; `inLog` in on_log, where the response has a date. */
const inEach = (commands, inLog = commands) =>
  phases.map((phase) => `[${phase}]\nlog 2 --${phase}\n${phase === 'log' ? inLog : commands}`).join('\n');

export const scenarios = [
  scenario('headers-phases-read', 'Every map read in every callback.', { filters: [http(inEach(readAll))], ...full }),
  scenario('headers-phases-pairs', 'Every map as pairs in every callback.', {
    filters: [http(inEach(pairsAll, pairsAll.replace('get_header_map_pairs 2\n', '')))],
    ...full,
  }),
  scenario('headers-phases-size', 'The size of every map in every callback.', { filters: [http(inEach(sizeAll))], ...full }),
  scenario('headers-phases-write', 'Every map written in every callback.', { filters: [http(inEach(writeAll))], ...full }),
  scenario('headers-phases-no-trailers', 'Every map in every callback of an exchange without trailers: writing makes them.', {
    filters: [http(inEach(`${readAll}\n${writeAll}`))],
    request: {
      headers: [
        [':method', 'POST'],
        ['x-a', 'rq'],
      ],
      body: 'request',
    },
    upstream: { headers: [['x-a', 'rs']], body: 'response' },
  }),
  scenario('headers-phases-no-body', 'Every map in every callback of an exchange without bodies.', {
    filters: [http(inEach(`${readAll}\n${writeAll}`))],
    request: { headers: [['x-a', 'rq']] },
    upstream: { status: 204, headers: [['x-a', 'rs']] },
  }),
  scenario('headers-size-makes-trailers', 'Asking for the size of trailers in the last body callback makes them.', {
    filters: [
      http(
        '[request_body]\nget_header_map_value 1 x\nget_header_map_size 1\nget_header_map_value 1 x\n[response_body]\nget_header_map_size 3',
      ),
    ],
    request: { headers: [[':method', 'POST']], body: 'b' },
    upstream: { body: 'c' },
  }),
  scenario('headers-trailers-change', 'Trailers of both directions changed in their callbacks.', {
    filters: [
      http(`
        [request_trailers]
        get_header_map_pairs 1
        add_header_map_value 1 x-new 1
        replace_header_map_value 1 x-a 2
        [response_trailers]
        get_header_map_pairs 3
        set_header_map_pairs 3 x-only:1
      `),
    ],
    ...full,
  }),
  scenario('headers-trailers-remove', 'All trailers removed.', {
    filters: [http('[request_trailers]\nremove_header_map_value 1 x-a\n[response_trailers]\nset_header_map_pairs 3 ""')],
    ...full,
  }),
  scenario('headers-trailers-made', 'Trailers made in the last body callbacks, of both directions.', {
    filters: [
      http(`
        [request_body end]
        add_header_map_value 1 x-made rq
        get_header_map_pairs 1
        [response_body end]
        add_header_map_value 3 x-made rs
        get_header_map_pairs 3
      `),
    ],
    request: { headers: [[':method', 'POST']], bodyChunks: ['a', 'b'] },
    upstream: { bodyChunks: ['c', 'd'] },
  }),
  scenario('headers-trailers-made-and-seen', 'Trailers made by one filter are seen by the next ones.', {
    filters: [
      http('[request_body end]\nadd_header_map_value 1 x-made one\n[response_trailers]\nget_header_map_pairs 3', { name: 'one' }),
      http('[request_trailers]\nget_header_map_pairs 1\n[response_body end]\nadd_header_map_value 3 x-made two', { name: 'two' }),
    ],
    request: { headers: [[':method', 'POST']], body: 'b' },
    upstream: { body: 'c' },
  }),
  scenario('headers-after-continue', 'The request map is lost by continue_stream of either direction, the response map is not.', {
    filters: [
      http(`
        [request_headers]
        set_tick_period_milliseconds 60
        return 1
        [tick]
        set_effective_context $stream
        get_header_map_value 0 :path
        get_header_map_value 2 :status
        continue_stream 0
        get_header_map_value 0 :path
        add_header_map_value 0 x-late 1
        set_tick_period_milliseconds 0
      `),
    ],
    request: {},
  }),
  scenario('headers-after-continue-response', 'The response map stays after continue_stream(Response).', {
    filters: [
      http(`
        [response_headers]
        set_tick_period_milliseconds 60
        return 1
        [tick]
        set_effective_context $stream
        get_header_map_value 0 :path
        get_header_map_value 2 :status
        continue_stream 1
        get_header_map_value 2 :status
        add_header_map_value 2 x-late 1
        set_tick_period_milliseconds 0
      `),
    ],
    request: {},
    upstream: { body: 'x' },
  }),
  scenario('headers-log-phase', 'In on_log: what is there of a request answered by the plugin itself.', {
    filters: [
      http(`
        [request_headers]
        send_local_response 403 "" "" x-a:reply
        [log]
        ${readAll.replaceAll('\n', '\n        ')}
        ${writeAll.replaceAll('\n', '\n        ')}
        get_header_map_pairs 0
      `),
    ],
    request: { headers: [['x-a', 'rq']] },
  }),
];
