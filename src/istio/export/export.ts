import type { Diagnostic } from '#base/diagnostic.ts';
import type { JsonObject } from '#base/json.ts';
import type { ExtensionConfig, Listener } from '#envoy/listener.ts';
import type { EnvoyTypes } from '#envoy/types.ts';
import { isPlugin, readPlugin, type Plugin } from '../extension-config/plugin.ts';
import type { Minor } from '../minors.ts';
import type { Proxy, Resource } from '../resource.ts';
import { finding } from '../validation/rules.ts';
import { toEnvoyBootstrap } from './envoy-bootstrap.ts';
import { toEnvoyExtensionPolicy } from './envoy-extension-policy.ts';
import { toEnvoyFilter } from './envoy-filter.ts';
import { toHigress } from './higress.ts';
import { toTrafficExtension } from './traffic-extension.ts';
import { toWasmPlugin } from './wasm-plugin.ts';

export type ExportTarget = 'wasmplugin' | 'trafficextension' | 'envoyfilter' | 'envoyextensionpolicy' | 'higress' | 'envoy';

/** What is taken home: plugins of a design, and as far as it is known the proxy and chains they were designed for. */
export interface ExportInput {
  readonly resources: readonly Resource[];
  readonly minor: Minor;
  /** The proxy in view. Targets that must name a workload or a gateway need it. */
  readonly proxy?: Proxy | undefined;
  /** Its listeners with the plugins in them; with them an EnvoyFilter stands exactly where the plugin stood. */
  readonly listeners?: readonly Listener[] | undefined;
  readonly extensions?: readonly ExtensionConfig[] | undefined;
  readonly types?: EnvoyTypes | undefined;
  readonly options?: ExportOptions | undefined;
}

export interface ExportOptions {
  /** How the Wasm filter is written inside an EnvoyFilter; default `typed-config`. */
  readonly form?: 'typed-config' | 'typed-struct' | undefined;
  /** A file in the proxy's container that stands in for a remote module; makes the EnvoyFilter one patch. */
  readonly localFile?: ((plugin: Plugin) => string) | undefined;
}

export interface Exported {
  /** Documents for `stringifyYaml`, in the order in which they are to be applied. */
  readonly documents: readonly JsonObject[];
  /** Everything the target cannot say. */
  readonly diagnostics: readonly Diagnostic[];
}

/** One plugin of the design, ready to be written. */
export interface ExportedPlugin {
  readonly plugin: Plugin;
  readonly lost: (what: string, why: string) => void;
}

export type Exporter = (
  plugins: readonly ExportedPlugin[],
  input: ExportInput,
) => Omit<Exported, 'diagnostics'> & { readonly diagnostics?: readonly Diagnostic[] };

export const targetNames: Readonly<Record<ExportTarget, string>> = {
  wasmplugin: 'WasmPlugin',
  trafficextension: 'TrafficExtension',
  envoyfilter: 'EnvoyFilter',
  envoyextensionpolicy: 'EnvoyExtensionPolicy',
  higress: 'Higress WasmPlugin',
  envoy: 'Envoy bootstrap',
};

const exporters: Readonly<Record<ExportTarget, Exporter>> = {
  wasmplugin: toWasmPlugin,
  trafficextension: toTrafficExtension,
  envoyfilter: toEnvoyFilter,
  envoyextensionpolicy: toEnvoyExtensionPolicy,
  higress: toHigress,
  envoy: toEnvoyBootstrap,
};

/** Writes the plugins among the resources for another tool or API. Never drops anything without a diagnostic. */
export function exportDesign(target: ExportTarget, input: ExportInput): Exported {
  const diagnostics: Diagnostic[] = [];
  const plugins: ExportedPlugin[] = [];
  for (const resource of input.resources.filter(isPlugin)) {
    const { plugin, dropped } = readPlugin(resource, input.minor);
    const name = `${resource.kind} ${resource.namespace}/${resource.name}`;
    if (plugin === undefined) {
      diagnostics.push(finding('istio/export-unreadable', { resource: name, why: dropped.text }));
      continue;
    }
    plugins.push({
      plugin,
      lost: (what, why) => diagnostics.push(finding('istio/export-loss', { resource: name, target: targetNames[target], what, why })),
    });
  }
  const { documents, diagnostics: own = [] } = exporters[target](plugins, input);
  return { documents, diagnostics: [...diagnostics, ...own] };
}
