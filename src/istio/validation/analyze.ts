import { getIn, asArray, asNumber, asObject, asString, isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import type { EnvoyTypes } from '#envoy/types.ts';
import { decodeSpec } from '../api/decode.ts';
import { goJson, goQuote } from '../api/go-json.ts';
import { isServed } from '../api/messages.ts';
import type { Minor } from '../minors.ts';
import { kubernetesProtocol, type Protocol } from '../registry/protocol.ts';
import { compareText } from '../resource-order.ts';
import type { Resource } from '../resource.ts';
import { locate, type ValidationContext } from './context.ts';
import { analyzeMesh } from './analyzers/analyzers.ts';
import { analyzerLevels, type AnalyzerCode } from './analyzers/finding.ts';
import { writtenNamespace } from './crd/check-crd.ts';
import type { Remark } from './webhook/verdict.ts';
import { askWebhook } from './webhook/webhook.ts';

/** A message of istioctl's analyzers; the form of `analysis` in the recorded cases. */
export interface AnalyzerMessage {
  readonly code: string;
  readonly level: 'Error' | 'Warning' | 'Info';
  /** As istioctl names it: kind, namespace and name. */
  readonly resource: string;
  readonly message: string;
}

type PatchCode = 'IST0151' | 'IST0152' | 'IST0153' | 'IST0154' | 'IST0155';

/** istio/istio pkg/config/analysis/msg/messages.yaml. */
const texts: Readonly<Record<PatchCode, readonly [AnalyzerMessage['level'], string]>> = {
  IST0151: [
    'Warning',
    'This EnvoyFilter does not have a priority and has a relative patch operation set which can cause the EnvoyFilter not to be applied. Using the INSERT_FIRST of ADD option or setting the priority may help in ensuring the EnvoyFilter is applied correctly.',
  ],
  IST0152: ['Error', 'The REPLACE operation is only valid for HTTP_FILTER and NETWORK_FILTER.'],
  IST0153: ['Error', 'The ADD operation will be ignored when applyTo is set to ROUTE_CONFIGURATION, or HTTP_ROUTE.'],
  IST0154: ['Error', 'The REMOVE operation will be ignored when applyTo is set to ROUTE_CONFIGURATION, or HTTP_ROUTE.'],
  IST0155: [
    'Warning',
    'This EnvoyFilter does not have a priority and has a relative patch operation (NSTERT_BEFORE/AFTER, REPLACE, MERGE, DELETE) and proxyVersion set which can cause the EnvoyFilter not to be applied during an upgrade. Using the INSERT_FIRST or ADD option or setting the priority may help in ensuring the EnvoyFilter is applied correctly.',
  ],
};

/** What `istioctl analyze` says about EnvoyFilters, port names and what its schema checks find; sorted and without repetitions. */
export function analyse(resources: readonly Resource[], minor: Minor, types?: EnvoyTypes): readonly AnalyzerMessage[] {
  const out: AnalyzerMessage[] = [];
  for (const resource of resources) {
    const name = friendlyName(resource);
    // The analyzers see no annotations and labels.
    const answer = askWebhook({ ...resource, annotations: {}, labels: {} }, minor, types);
    for (const { text } of answer?.verdict?.errors ?? [])
      out.push({ code: 'IST0106', level: 'Error', resource: name, message: `Schema validation error: ${text}` });
    for (const warning of answer?.verdict?.warnings ?? []) out.push(warningMessage(name, warning));
    out.push(...portNames(resource, name));
  }
  for (const { resource, code } of patchFindings(resources, minor)) {
    const [level, message] = texts[code];
    out.push({ code, level, resource: friendlyName(resource), message });
  }
  const unique = new Map(out.map((one) => [JSON.stringify(one), { one, at: 0 }]));
  for (const { resource, code, text, path } of analyzeMesh(resources, minor)) {
    const one = { code, level: analyzerLevels[code], resource: friendlyName(resource), message: text };
    const hasLine = (code === 'IST0101' || code === 'IST0112' || code === 'IST0134') && getIn(resource.raw, path) !== undefined;
    const at = hasLine ? (locate(resource, path)?.range.start ?? 0) : 0;
    unique.set(JSON.stringify(one) + (hasLine ? path.join() : ''), { one, at });
  }
  // Of one code about one object those come first that stand first; istioctl compares the numbers of lines as texts.
  const sorted = [...unique.values()].sort(
    (a, b) =>
      compareText(`${a.one.resource} ${a.one.code}`, `${b.one.resource} ${b.one.code}`) ||
      a.at - b.at ||
      compareText(a.one.message, b.one.message),
  );
  return sorted.map(({ one }) => one);
}

/** The webhook's warnings; hidden routes have codes of their own. */
function warningMessage(resource: string, { code, text }: Remark): AnalyzerMessage {
  const hidden = `${text.replace('virtualService', 'VirtualService')}.`;
  if (code === 'istio/IST0130') return { code: 'IST0130', level: 'Warning', resource, message: hidden };
  if (code === 'istio/IST0131') return { code: 'IST0131', level: 'Info', resource, message: hidden };
  return { code: 'IST0133', level: 'Warning', resource, message: `Schema validation warning: ${text}` };
}

/** `EnvoyFilter shop/a`; without a namespace `EnvoyFilter a` (pkg/config/legacy/source/kube Origin.FriendlyName). */
function friendlyName(resource: Resource): string {
  const namespace = writtenNamespace(resource);
  return `${resource.kind} ${namespace === '' ? '' : `${namespace}/`}${resource.name}`;
}

/** Ports whose protocol istiod cannot tell from their name (analyzers/service/portname.go). */
function portNames(resource: Resource, name: string): readonly AnalyzerMessage[] {
  if (resource.group !== '' || resource.kind !== 'Service') return [];
  const { labels } = resource;
  if (labels['istio'] !== undefined || labels['release'] === 'istio' || labels['gateway.istio.io/managed'] !== undefined) return [];
  const isExternal = resource.spec['type'] === 'ExternalName';
  return asArray(resource.spec['ports']).flatMap((item): readonly AnalyzerMessage[] => {
    const port = asObject(item);
    const portName = asString(port['name']) ?? '';
    if (portProtocol(port) !== 'Unsupported' && !(portName === 'tcp' && isExternal)) return [];
    if (isExternal) {
      const message =
        'Port name for ExternalName service is invalid. Proxy may prevent tcp named ports and unmatched traffic for ports serving TCP protocol from being forwarded correctly';
      return [{ code: 'IST0150', level: 'Warning', resource: name, message }];
    }
    const number = asNumber(port['port']) ?? 0;
    const target = port['targetPort'] ?? 0;
    const message = `Port name ${portName} (port: ${number}, targetPort: ${typeof target === 'string' ? target : goJson(target)}) doesn't follow the naming convention of Istio port.`;
    return [{ code: 'IST0118', level: 'Info', resource: name, message }];
  });
}

function portProtocol(port: JsonObject): Protocol {
  return kubernetesProtocol({
    number: asNumber(port['port']) ?? 0,
    name: asString(port['name']) ?? '',
    transport: asString(port['protocol']) ?? 'TCP',
    appProtocol: asString(port['appProtocol']),
  });
}

interface PatchFinding {
  readonly resource: Resource;
  readonly index: number;
  readonly code: PatchCode;
  readonly applyTo: string;
  readonly operation: string;
}

/**
 * Relative and useless operations (analyzers/envoyfilter/envoyfilter.go). IST0155 takes the place of IST0151 when a patch seen earlier
 * put in something of the same name for certain proxy versions; "earlier" is the order of the resources here, a Go map there.
 */
export function patchFindings(resources: readonly Resource[], minor: Minor): readonly PatchFinding[] {
  const out: PatchFinding[] = [];
  const versioned = new Set<string>();
  for (const resource of resources) {
    if (resource.kind !== 'EnvoyFilter' || !isServed(resource.apiVersion, resource.kind, minor.minor)) continue;
    const spec = decodeSpec('istio.networking.v1alpha3.EnvoyFilter', resource.raw['spec'], minor.minor).value;
    if (spec === undefined) continue;
    for (const [index, item] of asArray(spec['configPatches']).entries()) {
      const entry = asObject(item);
      if (!isObject(entry['patch'])) break;
      const applyTo = asString(entry['applyTo']) ?? 'INVALID';
      const operation = asString(entry['patch']['operation']) ?? 'INVALID';
      const name = instanceName(entry);
      const code = findingOf(applyTo, operation, asNumber(spec['priority']) ?? 0, versioned.has(name));
      if (code !== undefined) out.push({ resource, index, code, applyTo, operation });
      if (asObject(asObject(entry['match'])['proxy'])['proxyVersion'] !== undefined) versioned.add(name);
    }
  }
  return out;
}

function findingOf(applyTo: string, operation: string, priority: number, isVersioned: boolean): PatchCode | undefined {
  const isRoute = applyTo === 'ROUTE_CONFIGURATION' || applyTo === 'HTTP_ROUTE';
  if (operation === 'ADD') return isRoute ? 'IST0153' : undefined;
  if (operation === 'REMOVE' && isRoute) return 'IST0154';
  if (operation === 'REPLACE' && applyTo !== 'NETWORK_FILTER' && applyTo !== 'HTTP_FILTER' && applyTo !== 'VIRTUAL_HOST') return 'IST0152';
  const isRelative = operation === 'REMOVE' || operation === 'REPLACE' || operation === 'INSERT_BEFORE' || operation === 'INSERT_AFTER';
  if (!isRelative || priority !== 0) return undefined;
  return isVersioned ? 'IST0155' : 'IST0151';
}

/** The name of what is put in, as the analyzer prints a protobuf value; else the filter of the match. */
function instanceName(entry: JsonObject): string {
  const value = asObject(entry['patch'])['value'];
  const name: JsonValue | undefined = isObject(value) ? value['name'] : undefined;
  if (!isObject(value) || Object.keys(value).length === 0) return '';
  if (name !== undefined) return typeof name === 'string' ? `string_value:${goQuote(name)}` : goJson(name);
  const chain = asObject(asObject(asObject(entry['match'])['listener'])['filterChain']);
  return asString(asObject(chain['filter'])['name']) ?? '';
}

/** A Service as the API server stores it: files leave out that a port is TCP, and istioctl takes that for another protocol. */
function asStored(resource: Resource): Resource {
  if (resource.kind !== 'Service' || resource.group !== '') return resource;
  const ports = asArray(resource.spec['ports']).map((port) => (isObject(port) ? { protocol: 'TCP', ...port } : port));
  return ports.length === 0 ? resource : { ...resource, raw: { ...resource.raw, spec: { ...resource.spec, ports } } };
}

/** A workspace rarely holds a whole cluster: that something is missing is only said where objects of its kind are there. */
function isDecidable(code: AnalyzerCode, text: string, kinds: ReadonlySet<string>): boolean {
  if (code === 'IST0127' || code === 'IST0173' || code === 'IST0162') return kinds.has('Pod');
  if (code === 'IST0174') return kinds.has('Service') || kinds.has('ServiceEntry');
  if (code === 'IST0132') return kinds.has('Gateway');
  if (code !== 'IST0101') return true;
  const what = /^Referenced (\w+)/.exec(text)?.[1] ?? '';
  if (what === 'selector') return kinds.has('Pod');
  if (what === 'credentialName') return kinds.has('Secret');
  if (what === 'gateway') return kinds.has('Gateway');
  if (what === 'namespace') return kinds.has('Namespace');
  return text.includes('+subset') ? kinds.has('DestinationRule') : kinds.has('Service') || kinds.has('ServiceEntry');
}

/** The same for people: with the place, and once a resource for what is about the resource as a whole. */
export function reportAnalysis(context: ValidationContext): void {
  const kinds = new Set(context.resources.map(({ kind }) => kind));
  for (const { code, resource, text, path } of analyzeMesh(context.resources.map(asStored), context.minor))
    if (isDecidable(code, text, kinds)) context.report(`istio/${code}`, resource, path, { text });
  const told = new Set<Resource>();
  for (const { resource, index, code, applyTo, operation } of patchFindings(context.resources, context.minor)) {
    const isAboutPriority = code === 'IST0151' || code === 'IST0155';
    if (isAboutPriority && told.has(resource)) continue;
    if (isAboutPriority) told.add(resource);
    const works = applyTo === 'LISTENER_FILTER';
    const detail = works ? 'The analyzer is stricter than istiod: on listener filters REPLACE works.' : 'istiod ignores it.';
    context.report(`istio/${code}`, resource, ['spec', 'configPatches', index, 'patch', 'operation'], { applyTo, operation, detail });
  }
}
