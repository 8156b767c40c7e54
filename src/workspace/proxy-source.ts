import type { Diagnostic } from '#base/diagnostic.ts';
import type { DumpedListener, DumpNode } from '#envoy/config-dump/dump.ts';
import type { KeptDump } from '#envoy/config-dump/keep.ts';
import type { Listener } from '#envoy/listener.ts';
import type { MeshOutput } from '#istio/mesh.ts';
import type { Proxy } from '#istio/resource.ts';
import { proxyKey } from './choose.ts';
import type { DumpFile } from './document.ts';

/** Something with listeners to look at: a proxy istiod would build for, or a file that has the listeners themselves. */
export interface ProxySource {
  /** As in `ViewState.proxy`. */
  readonly key: string;
  readonly kind: 'resources' | 'config-dump' | 'bootstrap';
  /** Proxies from resources are known by their workload, files as far as they say it. */
  readonly proxy: Proxy;
  /** The file it was read from. */
  readonly file?: { readonly id: string; readonly name: string } | undefined;
  /** What a file has; for resources it is built when the proxy is looked at. */
  readonly output?: MeshOutput | undefined;
  /** The only clusters there are; absent: every cluster that is asked for is there. */
  readonly clusters?: readonly string[] | undefined;
  /** What the file says about itself, for plugins that ask. */
  readonly node?: DumpNode | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

export function resourceSource(proxy: Proxy): ProxySource {
  return { key: proxyKey(proxy), kind: 'resources', proxy, diagnostics: [] };
}

/** The proxy whose configuration was saved. */
export function dumpSource(file: DumpFile, dump: KeptDump): ProxySource {
  const listeners = shownListeners(dump.listeners);
  return {
    key: fileKey(file.id),
    kind: 'config-dump',
    proxy: proxyOf(dump.node, listeners, file.name),
    file: { id: file.id, name: file.name },
    output: {
      listeners,
      extensions: dump.extensions,
      routes: dump.routes,
      landings: dump.plugins
        .filter(({ places }) => places.length > 0)
        .map(({ resource, reasons, places }) => ({ resource, landed: true, places, reasons })),
      diagnostics: [],
    },
    // A list of listeners alone says nothing about clusters.
    ...(dump.clusters.length === 0 ? {} : { clusters: dump.clusters }),
    node: dump.node,
    diagnostics: dump.diagnostics,
  };
}

export function fileKey(fileId: string, document = 0): string {
  return document === 0 ? `file ${fileId}` : `file ${fileId} ${document}`;
}

const stateWords: Readonly<Record<DumpedListener['state'], string>> = {
  static: '',
  active: '',
  warming: 'warming',
  draining: 'draining',
  error: 'refused',
};

/** What the proxy listens with first; the versions it does not (yet, any more) use are told apart by their name. */
function shownListeners(listeners: readonly DumpedListener[]): readonly Listener[] {
  const seen = new Map<string, number>();
  return listeners
    .toSorted((a, b) => Number(stateWords[a.state] !== '') - Number(stateWords[b.state] !== ''))
    .map(({ listener, state }) => {
      const word = stateWords[state];
      // Static listeners often have no name.
      const own = listener.name === '' ? listener.address : listener.name;
      const name = word === '' ? own : `${own} (${word})`;
      const count = (seen.get(name) ?? 0) + 1;
      seen.set(name, count);
      const unique = count === 1 ? name : `${name} #${count}`;
      return unique === listener.name ? listener : { ...listener, name: unique };
    });
}

/** The proxy a file is about: what its node says, otherwise what its listeners suggest. */
export function proxyOf(node: DumpNode | undefined, listeners: readonly Listener[], fileName: string): Proxy {
  return {
    type: typeOf(node?.type, listeners),
    name: node?.name ?? fileName.replace(/\.(json|ya?ml)$/, ''),
    namespace: node?.namespace ?? '',
    labels: node?.labels ?? {},
    ip: node?.id.split('~')[1] ?? '',
    istioVersion: node?.istioVersion ?? '',
    metadata: node?.metadata ?? {},
  };
}

function typeOf(type: string | undefined, listeners: readonly Listener[]): Proxy['type'] {
  if (type === 'sidecar' || type === 'router' || type === 'waypoint') return type;
  const has = (name: string): boolean => listeners.some((listener) => listener.name.replace(/ .*/, '') === name);
  if (has('virtualInbound') || has('virtualOutbound')) return 'sidecar';
  return has('main_internal') ? 'waypoint' : 'router';
}
