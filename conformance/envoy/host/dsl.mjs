/** Short forms for scenarios that ask about the Proxy-Wasm host: the guest `probe` does what its configuration says. */

const any = (text) => ({ '@type': 'type.googleapis.com/google.protobuf.StringValue', value: text });

/** A `PluginConfig` as Envoy's JSON. `more` is merged over it, `vm` over its vm_config. */
export function plugin(script, options = {}) {
  const { name = 'probe', root = 'root', vmId = '', guest = 'rust/probe', vm = {}, ...more } = options;
  delete more.filter;
  return {
    name,
    root_id: root,
    configuration: any(dedent(script)),
    vm_config: {
      vm_id: vmId,
      runtime: 'envoy.wasm.runtime.v8',
      code: { local: { filename: `../../guests/${guest}.wasm` } },
      ...vm,
    },
    ...more,
  };
}

/** The plugin as an HTTP filter. */
export function http(script, options = {}) {
  return {
    name: options.filter ?? options.name ?? 'probe',
    typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm', config: plugin(script, options) },
  };
}

/** The plugin as a network filter. */
export function network(script, options = {}) {
  return {
    name: options.name ?? 'probe',
    typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.network.wasm.v3.Wasm', config: plugin(script, options) },
  };
}

export const vmConfiguration = any;

/** One scenario: `scenario('name', 'what it shows', { filters: [http(`…`)], request: {} })`. */
export function scenario(name, description, input) {
  return { version: 1, name: `host-${name}`, topic: 'host', description, ...input };
}

/** Template texts without the indentation of the source. */
function dedent(text) {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n');
}
