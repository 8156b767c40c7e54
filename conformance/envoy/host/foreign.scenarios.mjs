/** Foreign functions of Envoy. */
import { http, network, scenario } from './dsl.mjs';

const get = (...paths) => paths.map((path) => `get_property ${path.replaceAll('.', '\\0')}`).join('\n');
/** A field of a protobuf message: number, text. */
const field = (number, text) =>
  `\\x${((number << 3) | 2).toString(16).padStart(2, '0')}\\x${text.length.toString(16).padStart(2, '0')}${text}`;
const varint = (number, value) => `\\x${(number << 3).toString(16).padStart(2, '0')}\\x${value.toString(16).padStart(2, '0')}`;

export const scenarios = [
  scenario('foreign-unknown', 'Unknown functions and bad places.', {
    filters: [
      http(`
        [request_headers]
        call_foreign_function none x
        call_foreign_function "" x
        call_foreign_function @0xfffffff0,100 x
        call_foreign_function none @0xfffffff0,100
        call_foreign_function compress text @0xffffffff
        call_foreign_function compress text @0 @0
        call_foreign_function none x @0xffffffff
      `),
    ],
    request: {},
  }),
  scenario('foreign-compress', 'uncompress of what compress gives; damaged and empty input.', {
    filters: [
      http(`
        [request_headers]
        ?call_foreign_function compress text
        call_foreign_function uncompress \\x78\\x9c\\x2b\\x49\\xad\\x28\\x01\\x00\\x04\\x67\\x01\\xc6
        call_foreign_function uncompress garbage
        call_foreign_function uncompress ""
        call_foreign_function uncompress \\x78\\x9c\\x2b\\x49
        ?call_foreign_function compress ""
      `),
    ],
    request: {},
  }),
  scenario('foreign-clear-route-cache', 'The route chosen again on request.', {
    filters: [
      http(
        '[request_headers]\ncall_foreign_function clear_route_cache ""\ncall_foreign_function clear_route_cache x\n[configure]\ncall_foreign_function clear_route_cache ""',
      ),
    ],
    request: {},
  }),
  scenario('foreign-declare-property', 'Declared properties: twice, read-only, types, damaged.', {
    filters: [
      http(`
        [configure]
        call_foreign_function declare_property ${field(1, 'ro')}${varint(2, 1)}
        call_foreign_function declare_property ${field(1, 'ro')}
        call_foreign_function declare_property ${field(1, 'text')}${varint(3, 1)}
        call_foreign_function declare_property ${field(1, 'span')}${varint(5, 2)}
        call_foreign_function declare_property ""
        call_foreign_function declare_property \\xff
        [request_headers]
        set_property ro one
        set_property ro two
        get_property ro
        set_property text hello
        get_property text
        set_property span kept
        get_property span
        call_foreign_function declare_property ${field(1, 'late')}
        [request_headers #2]
        get_property span
      `),
    ],
    request: [{}, {}],
  }),
  scenario('foreign-set-filter-state', "Envoy's own filter state objects.", {
    filters: [
      http(`
        [request_headers]
        call_foreign_function set_envoy_filter_state ${field(1, 'envoy.tcp_proxy.cluster')}${field(2, 'other')}
        ${get('filter_state.envoy.tcp_proxy.cluster')}
        get_property filter_state\\0envoy.tcp_proxy.cluster
        call_foreign_function set_envoy_filter_state ${field(1, 'no.such.object')}${field(2, 'x')}
        call_foreign_function set_envoy_filter_state \\xff
        call_foreign_function set_envoy_filter_state ${field(1, 'envoy.string')}${field(2, 'text')}
        get_property filter_state\\0envoy.string
        [configure]
        call_foreign_function set_envoy_filter_state ${field(1, 'envoy.tcp_proxy.cluster')}${field(2, 'other')}
      `),
    ],
    request: {},
  }),
  scenario('foreign-set-filter-state-tcp', 'The cluster of a connection chosen by the plugin.', {
    networkFilters: [
      network(`[new_connection]\ncall_foreign_function set_envoy_filter_state ${field(1, 'envoy.tcp_proxy.cluster')}${field(2, 'other')}`),
    ],
    clusters: { other: {} },
    conversation: [{ client: 'hello' }],
  }),
  scenario('foreign-expression', 'CEL: created, evaluated, deleted.', {
    filters: [
      http(`
        [request_headers]
        let e = call_foreign_function expr_create request.path
        call_foreign_function expr_evaluate \\0\\0\\0\\0
        call_foreign_function expr_create request.path.startsWith('/a')&&request.method=='GET'
        call_foreign_function expr_evaluate \\x01\\0\\0\\0
        call_foreign_function expr_create 1+2*3
        call_foreign_function expr_evaluate \\x02\\0\\0\\0
        call_foreign_function expr_create (
        call_foreign_function expr_create ""
        call_foreign_function expr_evaluate \\x63\\0\\0\\0
        call_foreign_function expr_evaluate x
        call_foreign_function expr_create request.headers['x-none']
        call_foreign_function expr_evaluate \\x03\\0\\0\\0
        call_foreign_function expr_delete \\0\\0\\0\\0
        call_foreign_function expr_evaluate \\0\\0\\0\\0
        call_foreign_function expr_delete \\x63\\0\\0\\0
        call_foreign_function expr_delete x
      `),
    ],
    request: { headers: [[':path', '/a/b']] },
  }),
  scenario('foreign-sign', 'Signatures with damaged arguments.', {
    filters: [
      http(`
        [request_headers]
        call_foreign_function verify_signature ""
        call_foreign_function verify_signature \\xff
        call_foreign_function verify_signature ${field(1, 'sha256')}${field(2, 'nokey')}${field(3, 'sig')}${field(4, 'text')}
        call_foreign_function verify_signature ${field(1, 'nohash')}${field(2, 'nokey')}${field(3, 'sig')}${field(4, 'text')}
        call_foreign_function sign ""
        call_foreign_function sign ${field(1, 'sha256')}${field(2, 'nokey')}${field(3, 'text')}
      `),
    ],
    request: {},
  }),
];
