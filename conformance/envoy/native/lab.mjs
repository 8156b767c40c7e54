/** Short forms for scenarios of native filters. */
const type = (name) => `type.googleapis.com/${name}`;

/** A scenario: `scenario('jwt-authn-kid', 'what it shows', { filters: […], request: {} })`. */
export function scenario(name, description, input) {
  return JSON.parse(JSON.stringify({ version: 1, name, description, ...input }));
}

export function any(message, value = {}) {
  return { '@type': type(message), ...value };
}

/** An HTTP filter by its short name and the name of its message: `http('lua', 'lua.v3.Lua', {…})`. */
export function http(name, message, config = {}) {
  return { name: `envoy.filters.http.${name}`, typed_config: any(`envoy.extensions.filters.http.${message}`, config) };
}

/** A sample plugin. */
export function wasm(plugin, configuration) {
  const vm = { runtime: 'envoy.wasm.runtime.v8', code: { local: { filename: `../../../public/plugins/${plugin}/${plugin}.wasm` } } };
  return http('wasm', 'wasm.v3.Wasm', {
    config: { name: plugin, vm_config: vm, configuration: any('google.protobuf.StringValue', { value: JSON.stringify(configuration) }) },
  });
}

const append = ([key, value]) => ({ append: { header: { key, value } } });

/** Adds headers, to show what formats say: metadata, filter state … */
export function show(request, response = []) {
  return http('header_mutation', 'header_mutation.v3.HeaderMutation', {
    mutations: { request_mutations: request.map(append), response_mutations: response.map(append) },
  });
}

/** A request: path, headers, further fields. */
export function get(path, headers = [], more = {}) {
  return { headers: [[':path', path], ...headers], ...more };
}

/** Routes of one virtual host: `[name, match, action, more?]`; a text stands for a prefix. */
export function routes(list, host = {}) {
  return [
    {
      name: 'host',
      domains: ['*'],
      routes: list.map(([name, match, more = {}]) => ({
        name,
        match: typeof match === 'string' ? { prefix: match } : match,
        ...(more.direct_response === undefined && more.redirect === undefined && more.route === undefined
          ? { route: { cluster: 'upstream' } }
          : {}),
        ...more,
      })),
      ...host,
    },
  ];
}

/** `typed_per_filter_config` of one filter. */
export function perRoute(name, message, config = {}) {
  return { typed_per_filter_config: { [`envoy.filters.http.${name}`]: any(`envoy.extensions.filters.http.${message}`, config) } };
}

/** The address of the machine that recorded. */
export const anyAddress = { pattern: '^\\d{1,3}(\\.\\d{1,3}){3}$', replace: '{address}' };
