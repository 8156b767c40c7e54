import { asArray } from '#base/json.ts';
import type { OpenedPart } from '../from-proto.ts';
import { HTTP_WASM_TYPE, NETWORK_WASM_TYPE } from '../listener.ts';
import { parsePluginName, parseUnmarkedPluginName, type PluginName } from '../plugin-name.ts';
import type { Provenance } from '../provenance.ts';

const fromDump: Provenance = {
  origin: 'config',
  reasons: [{ code: 'from-config', text: 'Read from the configuration of the proxy; who put it there is not recorded in it.' }],
};

/** What a configuration gives away about the origin of its parts: the names of plugins say which resource made them. */
export function configProvenance(part: OpenedPart): Provenance {
  const plugin = part.kind === 'http-filter' || part.kind === 'network-filter' ? pluginOf(part) : undefined;
  return plugin === undefined ? fromDump : pluginProvenance(plugin);
}

export function pluginProvenance(plugin: PluginName): Provenance {
  const { kind, namespace, name, from, to } = plugin;
  const versions = to === undefined ? `1.${from} and newer` : from < 20 ? `1.${to} and older` : `1.${from} to 1.${to}`;
  return {
    origin: 'config',
    resource: { kind, namespace, name },
    reasons: [
      {
        code: 'plugin-name',
        text: `The filter has the name that Istio ${versions} gives to the ${kind} ${namespace}/${name}.`,
        source: 'istio/istio pilot/pkg/model/extensions.go',
      },
    ],
  };
}

function pluginOf({ name, configDiscovery }: OpenedPart): PluginName | undefined {
  const wanted = asArray(configDiscovery?.['typeUrls']);
  const wantsWasm = wanted.includes(HTTP_WASM_TYPE) || wanted.includes(NETWORK_WASM_TYPE);
  return wantsWasm ? parseUnmarkedPluginName(name) : parsePluginName(name);
}
