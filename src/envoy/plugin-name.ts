/** What the name of a filter says about the resource that made it. */
export interface PluginName {
  readonly kind: 'WasmPlugin' | 'TrafficExtension';
  readonly namespace: string;
  readonly name: string;
  /** The first and last Istio minor that gives such names; the last is absent while it still does. */
  readonly from: number;
  readonly to?: number | undefined;
}

interface Form {
  readonly pattern: RegExp;
  readonly kind: PluginName['kind'];
  readonly from: number;
  readonly to?: number;
}

const TRANSLATED = '~istio-translated-wasmplugin';

/**
 * The forms that istiod has used, 1.x by x. Sources: istio/istio `pilot/pkg/model/extensions.go` (`WasmPluginResourceNamePrefix`,
 * `TrafficExtensionResourceNamePrefix`), `pilot/pkg/config/kube/extensions/translate.go` (the suffix).
 */
const forms: readonly Form[] = [
  { pattern: /^extensions\.istio\.io\/trafficextension\/([^.]+)\.(.+)~istio-translated-wasmplugin$/, kind: 'WasmPlugin', from: 30 },
  { pattern: /^extensions\.istio\.io\/trafficextension\/([^.]+)\.(.+)$/, kind: 'TrafficExtension', from: 30 },
  { pattern: /^extensions\.istio\.io\/wasmplugin\/([^.]+)\.(.+)$/, kind: 'WasmPlugin', from: 26, to: 29 },
  { pattern: /^extenstions\.istio\.io\/wasmplugin\/([^.]+)\.(.+)$/, kind: 'WasmPlugin', from: 21, to: 25 },
];

/** Reads the name of a filter or an ECDS resource; a Kubernetes namespace has no dot, so the first one ends it. */
export function parsePluginName(filter: string): PluginName | undefined {
  for (const { pattern, kind, from, to } of forms) {
    const [, namespace, name] = pattern.exec(filter) ?? [];
    if (namespace !== undefined && name !== undefined) return { kind, namespace, name, from, to };
  }
  return undefined;
}

/**
 * The same for names of Istio 1.20 and older, `namespace.name` without a mark. Any dotted name looks like one, so ask only where
 * a Wasm filter by discovery is known to stand.
 */
export function parseUnmarkedPluginName(filter: string): PluginName | undefined {
  const marked = parsePluginName(filter);
  if (marked !== undefined) return marked;
  const [, namespace, name] = /^([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)\.([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)$/.exec(filter) ?? [];
  return namespace === undefined || name === undefined || /^(envoy|istio)$/.test(namespace)
    ? undefined
    : { kind: 'WasmPlugin', namespace, name, from: 12, to: 20 };
}

/** The name istiod of that minor gives. */
export function pluginFilterName(kind: PluginName['kind'], namespace: string, name: string, minor: number): string {
  const full = `${namespace}.${name}`;
  if (kind === 'TrafficExtension') return `extensions.istio.io/trafficextension/${full}`;
  if (minor >= 30) return `extensions.istio.io/trafficextension/${full}${TRANSLATED}`;
  if (minor >= 26) return `extensions.istio.io/wasmplugin/${full}`;
  return minor >= 21 ? `extenstions.istio.io/wasmplugin/${full}` : full;
}
