/**
 * The chains that are measured, as Envoy's own configuration: the same list goes into our simulator and into a real Envoy. Every chain ends
 * in a route that answers by itself, so that nothing but the proxy is measured.
 */
const T = (name) => `type.googleapis.com/${name}`;

/** Every header a client such as a browser's sends in some form. */
export const request = {
  headers: [
    [':method', 'GET'],
    [':path', '/banana/418'],
    [':authority', 'shop.example.com'],
    ['user-agent', 'bench/1.0'],
    ['accept', '*/*'],
    ['x-request-id', '7b2b3cbe-2a3f-4d6a-9d60-0f2f3c1d9b10'],
  ],
};

/** 4 KiB of text in which a body plugin finds something now and then; as much as a direct response may have. */
const text = 'The quick brown fox eats a banana and sleeps. '.repeat(90).slice(0, 4096);

/** A plugin of `public/plugins` by language, with a configuration that makes it work on every stream. */
export const samples = {
  Rust: {
    module: 'public/plugins/regex-replace/regex-replace.wasm',
    // there and back again, so that every filter of a chain matches and rewrites
    configuration: (i) => ({
      pattern: `${i % 2 === 0 ? 'banana' : 'status'}/([0-9]*)`,
      replacement: `${i % 2 === 0 ? 'status' : 'banana'}/$1`,
      responseHeaders: { 'x-lang': 'rust', 'x-demo': 'from-config' },
    }),
  },
  Go: {
    module: 'public/plugins/go-headers/go-headers.wasm',
    configuration: () => ({
      requestHeaders: { 'x-original': '%{method} %{host}%{path}' },
      responseHeaders: { 'x-request-path': '%{path}' },
    }),
  },
  AssemblyScript: {
    module: 'public/plugins/hello-headers/hello-headers.wasm',
    configuration: () => ({
      request: { set: { 'x-hello': 'from the plugin' } },
      response: { set: { 'x-hello': 'world' }, remove: ['server'] },
    }),
  },
  'C++': {
    module: 'public/plugins/path-guard/path-guard.wasm',
    configuration: () => ({
      rules: [{ pattern: '^/admin(/|$)' }, { header: 'user-agent', pattern: '(sqlmap|nikto)/[0-9]', status: 429, body: 'Not today.' }],
    }),
  },
};

const lengths = [1, 3, 10, 50];

/** All filters of a chain share one VM, as plugins of one image do. */
export function wasm({ module, configuration }, i) {
  return {
    name: `wasm-${i}`,
    typed_config: {
      '@type': T('envoy.extensions.filters.http.wasm.v3.Wasm'),
      config: {
        name: `plugin-${i}`,
        root_id: 'root',
        configuration: { '@type': T('google.protobuf.StringValue'), value: JSON.stringify(configuration(i)) },
        vm_config: { vm_id: 'bench', runtime: 'envoy.wasm.runtime.v8', code: { local: { filename: module } } },
      },
    },
  };
}

const filter = (name, type, config) => ({
  name: `envoy.filters.http.${name}`,
  typed_config: { '@type': T(`envoy.extensions.filters.http.${type}`), ...config },
});

const headerMutation = filter('header_mutation', 'header_mutation.v3.HeaderMutation', {
  mutations: {
    request_mutations: [{ append: { header: { key: 'x-native', value: 'yes' }, append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' } }],
    response_mutations: [
      { append: { header: { key: 'x-lang', value: 'native' }, append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' } },
      { append: { header: { key: 'x-demo', value: 'from-config' }, append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' } },
    ],
  },
});

/** What a gateway's chain is made of, four times over. */
const native = [
  headerMutation,
  filter('cors', 'cors.v3.Cors', {}),
  filter('rbac', 'rbac.v3.RBAC', {
    rules: { policies: { all: { permissions: [{ url_path: { path: { prefix: '/' } } }], principals: [{ any: true }] } } },
  }),
  filter('fault', 'fault.v3.HTTPFault', {
    abort: { http_status: 503, percentage: { numerator: 100 } },
    headers: [{ name: 'x-fault', string_match: { exact: 'yes' } }],
  }),
  filter('csrf', 'csrf.v3.CsrfPolicy', { filter_enabled: { default_value: { numerator: 100 } } }),
];

const luaSource = `
function envoy_on_request(handle)
  local headers = handle:headers()
  headers:replace(":path", (string.gsub(headers:get(":path"), "banana/([0-9a-z]*)", "banana/x%1")))
end
function envoy_on_response(handle)
  handle:headers():add("x-lang", "lua")
  handle:headers():add("x-demo", "from-config")
end`;

const lua = filter('lua', 'lua.v3.Lua', { default_source_code: { inline_string: luaSource } });

const times = (count, make) => Array.from({ length: count }, (_, i) => make(i));

/** In the order of the report. */
export const chains = [
  { name: 'no filter', group: 'Plugins', filters: [] },
  {
    name: 'a plugin for headers (Rust)',
    group: 'Plugins',
    filters: [
      wasm(
        { module: 'conformance/plugins/path_rewrite.wasm', configuration: () => ({ regex: 'banana/([0-9]*)', replace: 'status/$1' }) },
        0,
      ),
    ],
  },
  {
    name: 'a plugin for bodies of 4 KiB (Rust)',
    group: 'Plugins',
    filters: [
      wasm(
        {
          module: 'public/plugins/body-rewrite/body-rewrite.wasm',
          configuration: () => ({ request: [{ find: 'banana', replace: 'teapot' }], response: [{ find: 'banana', replace: 'teapot' }] }),
        },
        0,
      ),
    ],
    answer: text,
  },
  ...Object.entries(samples).flatMap(([language, sample]) =>
    lengths.map((length) => ({
      name: `${language} ×${length}`,
      group: 'Chains of one sample',
      sample,
      language,
      length,
      filters: times(length, (i) => wasm(sample, i)),
    })),
  ),
  { name: 'header mutation ×1', group: 'Native filters', filters: [headerMutation] },
  { name: '20 native filters', group: 'Native filters', filters: times(20, (i) => native[i % native.length]) },
  { name: 'header and path rewrite as Wasm', group: 'The same rewrite', filters: [wasm(samples.Rust, 0)] },
  { name: 'header and path rewrite as Lua', group: 'The same rewrite', filters: [lua] },
];

/** Start times are measured with these. */
export const starts = [
  ...Object.entries(samples).map(([language, sample]) => ({ name: language, sample })),
  {
    name: 'Rust, for bodies',
    sample: {
      module: 'public/plugins/body-rewrite/body-rewrite.wasm',
      configuration: () => ({ request: [{ find: 'banana', replace: 'teapot' }] }),
    },
  },
];

/** The files a chain names. */
export function modulesOf({ filters }) {
  return new Set([...JSON.stringify(filters).matchAll(/"filename":"([^"]+)"/g)].map(([, file]) => file));
}

/** The listener around a chain. */
export function listenerOf({ filters, answer = 'ok' }, port = 10000) {
  const manager = {
    '@type': T('envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager'),
    stat_prefix: 'bench',
    codec_type: 'HTTP1',
    generate_request_id: false,
    route_config: {
      name: 'routes',
      virtual_hosts: [
        {
          name: 'all',
          domains: ['*'],
          routes: [{ name: 'answer', match: { prefix: '/' }, direct_response: { status: 200, body: { inline_string: answer } } }],
        },
      ],
    },
    http_filters: [
      ...filters.map((item, i) => ({ ...item, name: `${item.name}-${i}` })),
      { name: 'envoy.filters.http.router', typed_config: { '@type': T('envoy.extensions.filters.http.router.v3.Router') } },
    ],
  };
  return {
    name: 'bench',
    address: { socket_address: { address: '127.0.0.1', port_value: port } },
    filter_chains: [{ filters: [{ name: 'envoy.filters.network.http_connection_manager', typed_config: manager }] }],
  };
}
