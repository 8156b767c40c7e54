import type { Diagnostic } from '#base/diagnostic.ts';
import { asString, type JsonObject } from '#base/json.ts';
import { httpManagerOf, type ExtensionConfig, type Listener } from '../listener.ts';
import { formatRef, type Reason, type ResourceRef } from '../provenance.ts';
import type { ConfigDump, DumpedListener, DumpNode } from './dump.ts';

/** What is kept of a dump while it is looked at: enough to draw, compare and run its chains. Endpoints and clusters would be most of the text. */
export interface KeptDump {
  readonly listeners: readonly DumpedListener[];
  readonly routes: readonly JsonObject[];
  readonly extensions: readonly ExtensionConfig[];
  /** Names only. */
  readonly clusters: readonly string[];
  readonly plugins: readonly DumpedPlugin[];
  readonly node?: DumpNode | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** A WasmPlugin or TrafficExtension that the proxy runs, known by the names of its filters. */
export interface DumpedPlugin {
  readonly resource: ResourceRef;
  readonly reasons: readonly Reason[];
  readonly places: readonly { readonly listener: string; readonly chain: string }[];
}

export function keepOfDump({ listeners, routes, extensions, clusters, node, diagnostics }: ConfigDump): KeptDump {
  return {
    listeners,
    routes,
    extensions,
    clusters: clusters.map((cluster) => asString(cluster['name']) ?? ''),
    plugins: pluginsIn(
      listeners.map(({ listener }) => listener),
      extensions,
    ),
    ...(node === undefined ? {} : { node }),
    diagnostics,
  };
}

/** The plugins in the chains of these listeners, each once, in the order in which they are met; then those that are only configured. */
function pluginsIn(listeners: readonly Listener[], extensions: readonly ExtensionConfig[]): readonly DumpedPlugin[] {
  const found = new Map<string, { resource: ResourceRef; reasons: readonly Reason[]; places: { listener: string; chain: string }[] }>();
  for (const listener of listeners) {
    for (const chain of [...listener.filterChains, ...(listener.defaultFilterChain === undefined ? [] : [listener.defaultFilterChain])]) {
      for (const { provenance } of [...chain.networkFilters, ...(httpManagerOf(chain)?.httpFilters ?? [])]) {
        if (provenance.resource === undefined) continue;
        const { resource, reasons } = provenance;
        const key = formatRef(resource);
        const entry = found.get(key) ?? { resource, reasons, places: [] };
        found.set(key, entry);
        entry.places.push({ listener: listener.name, chain: chain.name });
      }
    }
  }
  for (const { provenance } of extensions) {
    if (provenance?.resource === undefined || found.has(formatRef(provenance.resource))) continue;
    found.set(formatRef(provenance.resource), { resource: provenance.resource, reasons: provenance.reasons, places: [] });
  }
  return [...found.values()];
}
