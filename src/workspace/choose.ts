import type { Listener } from '#envoy/listener.ts';
import { httpManagerOf } from '#envoy/listener.ts';
import type { FilterChain } from '#envoy/listener.ts';
import { asStringMap, getIn } from '#base/json.ts';
import type { Proxy, Resource } from '#istio/resource.ts';
import type { ProxySource } from './proxy-source.ts';

/** How a proxy is named in the view: `sidecar demo/httpbin`. */
export function proxyKey(proxy: Proxy): string {
  return `${proxy.type} ${proxy.namespace}/${proxy.name}`;
}

/** What the user chose to look at, or the proxy that most plugins of the workspace mean, or a file's. */
export function chooseSource(
  sources: readonly ProxySource[],
  chosen: string | undefined,
  resources: readonly Resource[],
): ProxySource | undefined {
  const same = sources.find((source) => source.key === chosen);
  if (same !== undefined) return same;
  const plugins = resources.filter((item) => item.kind === 'WasmPlugin' || item.kind === 'TrafficExtension');
  const meant = ({ proxy }: ProxySource): number => plugins.filter((plugin) => means(plugin, proxy)).length;
  let best: ProxySource | undefined;
  for (const source of sources) {
    if (source.kind === 'resources' && (best === undefined || meant(source) > meant(best))) best = source;
  }
  return best ?? sources[0];
}

/** A plugin that names this workload by its labels: a guess at what the user cares about, not istiod's selection. */
function means(plugin: Resource, proxy: Proxy): boolean {
  const labels = Object.entries(asStringMap(getIn(plugin.spec, ['selector', 'matchLabels'])));
  return plugin.namespace === proxy.namespace && labels.length > 0 && labels.every(([key, value]) => proxy.labels[key] === value);
}

const preferred: Readonly<Record<Proxy['type'], string | undefined>> = {
  sidecar: 'virtualInbound',
  waypoint: 'main_internal',
  router: undefined,
};

/** More than the one filter of a listener for metrics or readiness. */
function isTelling(listener: Listener): boolean {
  return listener.filterChains.some((chain) => (httpManagerOf(chain)?.httpFilters?.length ?? 0) > 1);
}

/** The listener the user chose, or the most telling one. */
export function chooseListener(listeners: readonly Listener[], chosen: string | undefined, proxy: Proxy): Listener | undefined {
  return (
    listeners.find((listener) => listener.name === chosen) ??
    listeners.find((listener) => listener.name === preferred[proxy.type]) ??
    // one that Envoy refused has that behind its name
    listeners.find((listener) => listener.name.split(' (', 1)[0] === preferred[proxy.type]) ??
    listeners.find(isTelling) ??
    listeners.find((listener) => listener.filterChains.some((chain) => httpManagerOf(chain) !== undefined)) ??
    listeners[0]
  );
}

/** The chain the user chose (-1: the default chain), or the first declared HTTP chain, then the first declared TCP chain, or any. */
export function chooseChain(
  listener: Listener,
  chosen: number | undefined,
): { readonly chain: FilterChain; readonly index: number } | undefined {
  if (chosen === -1 && listener.defaultFilterChain !== undefined) return { chain: listener.defaultFilterChain, index: -1 };
  const picked = chosen === undefined ? undefined : listener.filterChains[chosen];
  if (picked !== undefined && chosen !== undefined) return { chain: picked, index: chosen };
  const isHttp = (chain: FilterChain): boolean => httpManagerOf(chain) !== undefined;
  const tests: readonly ((chain: FilterChain) => boolean)[] = [
    (chain) => isHttp(chain) && getIn(chain.match, ['destinationPort']) !== undefined,
    (chain) => isHttp(chain) && !/catchall|passthrough/i.test(chain.name),
    (chain) => getIn(chain.match, ['destinationPort']) !== undefined && !/catchall|passthrough|blackhole/i.test(chain.name),
    isHttp,
    () => true,
  ];
  for (const test of tests) {
    const index = listener.filterChains.findIndex(test);
    const chain = listener.filterChains[index];
    if (chain !== undefined) return { chain, index };
  }
  return listener.defaultFilterChain === undefined ? undefined : { chain: listener.defaultFilterChain, index: -1 };
}
