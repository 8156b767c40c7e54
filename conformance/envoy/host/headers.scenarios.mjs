/** Header and trailer maps: every function, every status, every phase. */
import { http, scenario } from './dsl.mjs';

export const scenarios = [
  scenario('headers-get', 'Names in any case, first of several values, empty and missing ones, bad places.', {
    filters: [
      http(`
        [request_headers]
        get_header_map_value 0 :path
        get_header_map_value 0 :authority
        get_header_map_value 0 X-Two
        get_header_map_value 0 x-empty
        get_header_map_value 0 x-none
        get_header_map_value 0 ""
        get_header_map_value 0 host
        get_header_map_value 0 x-latin
        get_header_map_value 8 x-two
        get_header_map_value 0xffffffff x-two
        get_header_map_value 0 @0xfffffff0,10
        get_header_map_value 0 @0,0
        get_header_map_value 0 x-two @0xffffffff
        get_header_map_value 0 x-two @0 @4
        get_header_map_value 8 @0xfffffff0,10
        get_header_map_value 0 x-none @0xffffffff
      `),
    ],
    request: {
      headers: [
        [':path', '/p?q=1'],
        ['x-two', 'one'],
        ['x-two', 'two'],
        ['x-empty', ''],
        ['x-latin', 'caf\u00e9'],
      ],
    },
  }),
  scenario('headers-change-request', 'add, replace and remove, one after the other.', {
    filters: [
      http(`
        [request_headers]
        add_header_map_value 0 x-new one
        add_header_map_value 0 X-New two
        get_header_map_value 0 x-new
        replace_header_map_value 0 x-old three
        replace_header_map_value 0 x-fresh four
        remove_header_map_value 0 x-gone
        remove_header_map_value 0 x-never
        add_header_map_value 0 x-empty ""
        get_header_map_value 0 x-empty
        replace_header_map_value 0 x-blank \\sa\\sb\\s
        get_header_map_size 0
        get_header_map_pairs 0
      `),
    ],
    request: {
      headers: [
        ['x-old', '1'],
        ['x-between', 'b'],
        ['x-old', '2'],
        ['x-gone', 'g'],
        ['x-gone', 'h'],
        ['x-end', 'e'],
      ],
    },
  }),
  scenario('headers-change-response', 'The same for the response.', {
    filters: [
      http(`
        [response_headers]
        add_header_map_value 2 x-new one
        add_header_map_value 2 x-new two
        replace_header_map_value 2 x-old three
        remove_header_map_value 2 x-gone
        replace_header_map_value 2 :status 201
        get_header_map_value 2 :status
        get_header_map_size 2
        get_header_map_pairs 2
      `),
    ],
    request: {},
    upstream: {
      headers: [
        ['x-old', '1'],
        ['x-between', 'b'],
        ['x-old', '2'],
        ['x-gone', 'g'],
      ],
      body: 'text',
    },
  }),
  scenario('headers-inline', 'Names that Envoy keeps once: adding joins, replacing replaces.', {
    filters: [
      http(`
        [request_headers]
        add_header_map_value 0 accept text/html
        add_header_map_value 0 user-agent two
        add_header_map_value 0 cookie b=2
        add_header_map_value 0 content-type text/plain
        add_header_map_value 0 x-forwarded-for 10.0.0.2
        add_header_map_value 0 te trailers
        add_header_map_value 0 expect 100-continue
        get_header_map_pairs 0
        [response_headers]
        add_header_map_value 2 content-type text/html
        add_header_map_value 2 set-cookie b=2
        add_header_map_value 2 cache-control no-store
        add_header_map_value 2 server me
        add_header_map_value 2 date today
        add_header_map_value 2 vary accept
        add_header_map_value 2 location /there
        get_header_map_pairs 2
      `),
    ],
    request: {
      headers: [
        ['accept', '*/*'],
        ['user-agent', 'one'],
        ['cookie', 'a=1'],
        ['x-forwarded-for', '10.0.0.1'],
      ],
    },
    upstream: {
      headers: [
        ['content-type', 'text/plain'],
        ['set-cookie', 'a=1'],
        ['cache-control', 'private'],
        ['vary', 'origin'],
      ],
      body: 'x',
    },
  }),
  scenario('headers-pseudo', 'Pseudo headers are changed like others.', {
    filters: [
      http(`
        [request_headers]
        replace_header_map_value 0 :path /other
        replace_header_map_value 0 :authority other.example
        replace_header_map_value 0 :method PUT
        replace_header_map_value 0 :scheme https
        get_header_map_pairs 0
      `),
    ],
    request: {},
  }),
  scenario('headers-pseudo-add', 'Adding to a pseudo header joins it.', {
    filters: [http('[request_headers]\nadd_header_map_value 0 :path /more\nget_header_map_value 0 :path\nget_header_map_pairs 0')],
    request: {},
  }),
  scenario('headers-host', 'Setting host sets :authority.', {
    filters: [http('[request_headers]\nreplace_header_map_value 0 host changed.example\nget_header_map_pairs 0')],
    request: {},
  }),
  scenario('headers-remove-path', 'A request without :path.', {
    filters: [http('[request_headers]\nremove_header_map_value 0 :path\nget_header_map_value 0 :path')],
    request: {},
  }),
  scenario('headers-remove-method', 'A request without :method.', {
    filters: [http('[request_headers]\nremove_header_map_value 0 :method')],
    request: {},
  }),
  scenario('headers-remove-authority', 'A request without :authority.', {
    filters: [http('[request_headers]\nremove_header_map_value 0 :authority')],
    request: {},
  }),
  scenario('headers-remove-status', 'A response without :status.', {
    filters: [http('[response_headers]\nremove_header_map_value 2 :status\nget_header_map_pairs 2')],
    request: {},
    upstream: { body: 'x' },
  }),
  scenario('headers-set-pairs', 'A whole map at once; case, duplicates, order.', {
    filters: [
      http(`
        [request_headers]
        set_header_map_pairs 0 x-first:1|:path:/set|:method:GET|:authority:set.example|:scheme:http|X-Upper:2|x-first:3|accept:a|accept:b
        get_header_map_pairs 0
        [response_headers]
        set_header_map_pairs 2 x-one:1|:status:202|x-two:2
        get_header_map_pairs 2
      `),
    ],
    request: { headers: [['x-lost', '1']] },
    upstream: { headers: [['x-lost', '1']], body: 'x' },
  }),
  scenario('headers-set-pairs-empty', 'An empty list clears the map: by size 0, by a count of 0, by damage.', {
    filters: [
      http(`
        [response_headers]
        set_header_map_pairs 2 ""
        get_header_map_pairs 2
        get_header_map_size 2
        set_header_map_pairs 2 x-one:1
        set_header_map_pairs 2 @0,4
        get_header_map_pairs 2
        set_header_map_pairs 2 @0xfffffff0,100
        set_header_map_pairs 8 ""
        set_header_map_pairs 0 ""
        set_header_map_pairs 2 :status:200|x-back:1
      `),
    ],
    request: {},
    upstream: { body: 'x' },
  }),
  scenario('headers-bad-places', 'Pointers outside the memory, for each function.', {
    filters: [
      http(`
        [request_headers]
        add_header_map_value 0 @0xfffffff0,5 v
        add_header_map_value 0 x-a @0xfffffff0,5
        add_header_map_value 0 x-a @0x7fffffff,0x7fffffff
        add_header_map_value 9 @0xfffffff0,5 v
        replace_header_map_value 0 @0xfffffff0,5 v
        replace_header_map_value 0 x-a @0xfffffff0,5
        remove_header_map_value 0 @0xfffffff0,5
        get_header_map_pairs 0 @0xfffffff0
        get_header_map_size 0 @0xfffffffe
        get_header_map_size 9 @0xfffffffe
        get_header_map_pairs 9
        add_header_map_value 3 @0xfffffff0,5 v
        get_header_map_value 3 @0xfffffff0,5
      `),
    ],
    request: {},
  }),
  scenario('headers-names', 'Names and values of unusual bytes.', {
    filters: [
      http(`
        [response_headers]
        add_header_map_value 2 x-tab a\\x09b
        add_header_map_value 2 x-bytes \\xc3\\xa9\\xff
        get_header_map_pairs 2
      `),
    ],
    request: {},
    upstream: { body: 'x' },
  }),
  scenario('headers-route-again', 'Changed request headers choose the route again; changed response headers do not.', {
    filters: [http('[request_headers]\nreplace_header_map_value 0 :path /b/x')],
    routes: [
      {
        name: 'v',
        domains: ['*'],
        routes: [
          { name: 'a', match: { prefix: '/a' }, direct_response: { status: 201 } },
          { name: 'b', match: { prefix: '/b' }, direct_response: { status: 202 } },
        ],
      },
    ],
    request: { headers: [[':path', '/a/x']] },
  }),
  scenario('headers-many', 'A thousand headers in a list.', {
    filters: [http('[request_headers]\nrep 60 ~add_header_map_value 0 x-many value\nget_header_map_pairs 0\nget_header_map_size 0')],
    request: {},
  }),
];
