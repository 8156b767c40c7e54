import type { Reason } from '#envoy/provenance.ts';
import type { EnvoyTypes } from '#envoy/types.ts';
import { isSubset } from '../collections.ts';
import type { Landing } from '../mesh.ts';
import type { Minor } from '../minors.ts';
import { compareText, creationTime } from '../resource-order.ts';
import type { Proxy, Resource } from '../resource.ts';
import type { ApplyTo, EnvoyFilterReading, Patch } from './patch.ts';
import { isEnvoyFilter, readEnvoyFilter } from './read.ts';

export interface SelectionContext {
  readonly proxy: Proxy;
  readonly resources: readonly Resource[];
  readonly minor: Minor;
  readonly rootNamespace: string;
  readonly types?: EnvoyTypes | undefined;
  /**
   * Is a policy with selector and targetRefs for this proxy (`policy/attachment.ts`)? Before 1.25 istiod did not ask it for
   * EnvoyFilters: the workloadSelector alone decided.
   */
  readonly attach: (resource: Resource) => { readonly attached: boolean; readonly reason: Reason };
}

/** The patches for one proxy in istiod's order, with the reasons; and what does not even reach it. */
export interface Selection {
  readonly patches: readonly Patch[];
  readonly byKind: ReadonlyMap<ApplyTo, readonly Patch[]>;
  /** Why the EnvoyFilter of a selected patch is for this proxy. */
  readonly reasonsOf: (patch: Patch) => readonly Reason[];
  /** EnvoyFilters and patches that never get to a listener. */
  readonly missed: readonly Landing[];
}

const SOURCE = 'istio/istio pilot/pkg/model/push_context.go EnvoyFilters';

/** Only the root namespace and the proxy's own count; lower priority first, then root namespace, age and name. */
export function selectPatches(context: SelectionContext): Selection {
  const missed: Landing[] = [];
  const chosen: { readonly reading: EnvoyFilterReading; readonly reasons: readonly Reason[] }[] = [];
  for (const resource of context.resources) {
    if (!isEnvoyFilter(resource)) continue;
    const reasons = reach(resource, context);
    const last = reasons.at(-1);
    if (last !== undefined && isMiss(last)) {
      missed.push({ resource: refOf(resource), landed: false, places: [], reasons });
      continue;
    }
    const reading = readEnvoyFilter(resource, context.minor, context.types);
    if (reading.unreadable !== undefined)
      missed.push({ resource: refOf(resource), landed: false, places: [], reasons: [reading.unreadable] });
    for (const { index, reason } of reading.dropped) {
      missed.push({ resource: refOf(resource), patch: index, landed: false, places: [], reasons: [...reasons, reason] });
    }
    chosen.push({ reading, reasons });
  }
  chosen.sort((a, b) => compareReadings(a.reading, b.reading, context.rootNamespace));
  return collect(chosen, context.proxy, missed);
}

function collect(
  chosen: readonly { readonly reading: EnvoyFilterReading; readonly reasons: readonly Reason[] }[],
  proxy: Proxy,
  missed: Landing[],
): Selection {
  const patches: Patch[] = [];
  const byKind = new Map<ApplyTo, Patch[]>();
  const reasonsByPatch = new Map<Patch, readonly Reason[]>();
  for (const { reading, reasons } of chosen) {
    for (const patch of reading.patches) {
      const own = proxyReasons(patch, proxy);
      const all = [...reasons, ...own];
      if (own.some(isMiss)) {
        missed.push({ resource: refOf(patch.resource), patch: patch.index, landed: false, places: [], reasons: all });
        continue;
      }
      patches.push(patch);
      reasonsByPatch.set(patch, all);
      const list = byKind.get(patch.applyTo);
      if (list === undefined) byKind.set(patch.applyTo, [patch]);
      else list.push(patch);
    }
  }
  return { patches, byKind, reasonsOf: (patch) => reasonsByPatch.get(patch) ?? [], missed };
}

function isMiss(reason: Reason): boolean {
  return reason.code.endsWith('-miss');
}

function reach(resource: Resource, context: SelectionContext): readonly Reason[] {
  const { proxy, rootNamespace } = context;
  const isRoot = resource.namespace === rootNamespace;
  if (!isRoot && resource.namespace !== proxy.namespace) {
    const text = `it lives in ${resource.namespace}; only ${proxy.namespace} and the root namespace ${rootNamespace} count for this proxy`;
    return [{ code: 'namespace-miss', text, source: SOURCE }];
  }
  const text = isRoot
    ? `it lives in the root namespace ${rootNamespace}, which is for all namespaces`
    : 'it lives in the namespace of the proxy';
  const namespace: Reason = { code: isRoot ? 'root-namespace' : 'namespace', text, source: SOURCE };
  const { attached, reason } = context.minor.envoyFiltersOnWaypointsBySelector ? bySelector(resource, proxy) : context.attach(resource);
  return [namespace, attached || isMiss(reason) ? reason : { ...reason, code: `${reason.code}-miss` }];
}

function bySelector(resource: Resource, proxy: Proxy): { readonly attached: boolean; readonly reason: Reason } {
  const labels = readSelector(resource);
  const attached = isSubset(labels, proxy.labels);
  const text = Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(', ');
  if (text === '')
    return { attached, reason: { code: 'selector-all', text: 'it has no selector, so it is for every workload', source: SOURCE } };
  return attached
    ? { attached, reason: { code: 'selector', text: `its selector ${text} fits the labels of the workload`, source: SOURCE } }
    : { attached, reason: { code: 'selector-miss', text: `its selector ${text} does not fit the labels of the workload`, source: SOURCE } };
}

function readSelector(resource: Resource): Readonly<Record<string, string>> {
  const selector = resource.spec['workloadSelector'];
  const labels = typeof selector === 'object' && selector !== null && 'labels' in selector ? selector.labels : undefined;
  return Object.fromEntries(Object.entries(labels ?? {}).map(([key, value]) => [key, String(value)]));
}

function proxyReasons(patch: Patch, proxy: Proxy): readonly Reason[] {
  const out: Reason[] = [];
  const source = 'istio/istio pilot/pkg/model/envoyfilter.go proxyMatch';
  const { proxyVersion, matchesVersion, metadata } = patch.proxy;
  if (proxyVersion !== undefined) {
    const reported = proxy.istioVersion ?? '';
    const fits = matchesVersion === undefined || matchesVersion(reported);
    const version = reported === '' ? 'the proxy reports no version' : `the proxy reports ${reported}`;
    const text = `proxyVersion ${proxyVersion} ${fits ? 'fits' : 'does not fit'}: ${version}`;
    out.push({ code: fits ? 'proxy-version' : 'proxy-version-miss', text, source });
    if (!fits) return out;
  }
  for (const [key, value] of Object.entries(metadata)) {
    const fits = proxy.metadata[key] === value;
    const text = fits ? `proxy metadata ${key}=${value} fits` : `it wants proxy metadata ${key}=${value}, which the proxy does not report`;
    out.push({ code: fits ? 'proxy-metadata' : 'proxy-metadata-miss', text, source });
    if (!fits) return out;
  }
  return out;
}

function compareReadings(a: EnvoyFilterReading, b: EnvoyFilterReading, rootNamespace: string): number {
  const root = (reading: EnvoyFilterReading): number => (reading.resource.namespace === rootNamespace ? 0 : 1);
  const name = ({ resource }: EnvoyFilterReading): string => `${resource.name}.${resource.namespace}`;
  return (
    a.priority - b.priority || root(a) - root(b) || creationTime(a.resource) - creationTime(b.resource) || compareText(name(a), name(b))
  );
}

function refOf(resource: Resource): Landing['resource'] {
  return { kind: resource.kind, namespace: resource.namespace, name: resource.name };
}
