import { asString, type JsonObject } from '#base/json.ts';
import { messages, number, texts } from '../webhook/words/fields.ts';
import type { AnalyzedMesh } from './finding.ts';

/** What is behind a host. */
export interface KnownHost {
  readonly ports: readonly number[];
  /** Labels of the workloads, where a ServiceEntry selects them. */
  readonly labels: JsonObject;
}

/** Hosts by `scope/host` (istio/istio pkg/config/analysis/analyzers/util/service_lookup.go InitServiceEntryHostMap). */
export type KnownHosts = ReadonlyMap<string, KnownHost>;

const LOCAL = 'svc.cluster.local';

/** A short name in its namespace (util/hosts.go ConvertHostToFQDN). */
export function fullHost(namespace: string, host: string): string {
  return host.startsWith('*') || host.includes('.') ? host : `${host}.${namespace}.${LOCAL}`;
}

/** `namespace/name` of a Service, or the host itself in the namespace (util/hosts.go GetResourceNameFromHost). */
export function hostKey(namespace: string, host: string): string {
  const [, name = '', own = ''] = /^(.+)\.(.+)\.svc\.cluster\.local$/.exec(host) ?? [];
  return name === '' ? `${namespace}/${host}` : `${own}/${name}`;
}

export function knownHosts(mesh: AnalyzedMesh): KnownHosts {
  const out = new Map<string, KnownHost>();
  for (const { spec, namespace } of mesh.of('ServiceEntry')) {
    const known = {
      ports: messages(spec, 'ports').map((port) => number(port, 'number')),
      labels: selectorLabels(spec),
    };
    const exportTo = texts(spec, 'exportTo');
    const scopes = exportTo.length === 0 ? ['*'] : exportTo.map((one) => (one === '.' ? namespace : one));
    for (const host of texts(spec, 'hosts')) for (const scope of scopes) out.set(`${scope}/${fullHost(namespace, host)}`, known);
  }
  for (const { resource, spec, namespace } of mesh.of('Service')) {
    const known = { ports: messages(spec, 'ports').map((port) => number(port, 'port')), labels: {} };
    const exportTo = resource.annotations['networking.istio.io/exportTo'] ?? '';
    const scopes = exportTo === '' ? ['*'] : exportTo.split(',').map((one) => (one.trim() === '.' ? namespace : one.trim()));
    for (const scope of scopes) out.set(`${scope}/${fullHost(namespace, resource.name)}`, known);
  }
  return out;
}

function selectorLabels(spec: JsonObject): JsonObject {
  const selector = spec['workloadSelector'];
  const labels = typeof selector === 'object' && selector !== null && !Array.isArray(selector) ? (selector as JsonObject)['labels'] : {};
  return typeof labels === 'object' && labels !== null && !Array.isArray(labels) ? (labels as JsonObject) : {};
}

/** The host as a namespace sees it (util/service_lookup.go GetDestinationHost). */
export function findHost(hosts: KnownHosts, namespace: string, exportTo: readonly string[], host: string): KnownHost | undefined {
  const full = fullHost(namespace, host);
  const scopes = exportTo.length === 0 ? [namespace] : exportTo.map((one) => (one === '.' ? namespace : one));
  for (const scope of ['*', ...scopes]) {
    const known = hosts.get(`${scope}/${full}`);
    if (known !== undefined) return known;
  }
  for (const [key, known] of hosts) {
    const slash = key.indexOf('/');
    const scope = key.slice(0, slash);
    const wild = key.slice(slash + 1);
    if (!wild.startsWith('*') || (scope !== '*' && scope !== namespace)) continue;
    if (host.replace(/^\*/, '').endsWith(wild.slice(1))) return known;
  }
  return undefined;
}

/** The text of a field that may be a number: `targetPort`. */
export function portText(value: JsonObject[string]): string {
  return asString(value) ?? String(value ?? 0);
}
