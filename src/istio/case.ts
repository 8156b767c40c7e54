import { asArray, asObject, asString, isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import type { EnvoyTypes } from '#envoy/types.ts';
import { parseYaml } from '#yaml/parse.ts';
import { buildMesh } from './build-listeners.ts';
import { summarise, type CaseListener } from './case-summary.ts';
import { minorOf } from './minors.ts';
import { readResources } from './read-resources.ts';
import { compareText } from './resource-order.ts';
import type { Proxy, Resource } from './resource.ts';
import { unregistered } from './case-scheme.ts';
import { askedRoutes, extensionOutput, routeOutput } from './case-parts.ts';
import { snapshotOf } from './snapshot.ts';
import { analyse, type AnalyzerMessage } from './validation/analyze.ts';
import { checkResource, type Check } from './validation/check.ts';
import { writtenNamespace } from './validation/crd/check-crd.ts';

/** What a case asks; the format is that of `conformance/istio/golden/`. */
export interface CaseInput {
  readonly proxy?: JsonObject | undefined;
  readonly meshConfig?: JsonObject | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly resources?: string | undefined;
  readonly only?: readonly string[] | undefined;
  readonly show?: readonly string[] | undefined;
  readonly routes?: boolean | undefined;
  readonly validate?: boolean | undefined;
  readonly analyze?: boolean | undefined;
  readonly noBuild?: boolean | undefined;
  /** Release of the Gateway API's CRDs. */
  readonly gatewayApi?: string | undefined;
}

export interface CaseOutput {
  readonly istio: string;
  readonly error?: string | undefined;
  readonly skipped?: readonly string[] | undefined;
  readonly validation?: readonly Check[] | undefined;
  readonly analysis?: readonly AnalyzerMessage[] | undefined;
  readonly listeners?: readonly CaseListener[] | undefined;
  readonly filterTypes?: Readonly<Record<string, readonly string[]>> | undefined;
  readonly ecds?: readonly JsonObject[] | undefined;
  readonly shown?: readonly JsonObject[] | undefined;
  readonly routes?: readonly JsonObject[] | undefined;
}

/** The input of a case file, from its JSON; `undefined` when it is not one. */
export function readCaseInput(value: JsonValue): CaseInput | undefined {
  const input = isObject(value) ? value['input'] : undefined;
  if (!isObject(input)) return undefined;
  const env = Object.fromEntries(Object.entries(asObject(input['env'])).map(([key, text]) => [key, asString(text) ?? '']));
  const texts = (list: JsonValue | undefined): readonly string[] => asArray(list).filter((item) => typeof item === 'string');
  return {
    proxy: isObject(input['proxy']) ? input['proxy'] : undefined,
    meshConfig: isObject(input['meshConfig']) ? input['meshConfig'] : undefined,
    env,
    resources: asString(input['resources']),
    only: texts(input['only']),
    show: texts(input['show']),
    routes: input['routes'] === true,
    validate: input['validate'] === true,
    analyze: input['analyze'] === true,
    noBuild: input['noBuild'] === true,
    gatewayApi: asString(input['gatewayApi']),
  };
}

/** Plays a case under an istiod of `istio` and gives the answer in the form of the recorded ones. */
export function runCase(input: CaseInput, istio: string, types?: EnvoyTypes): CaseOutput {
  const minor = minorOf(istio);
  const stream = parseYaml(input.resources ?? '', 'case');
  const { resources } = readResources([stream]);
  const proxy = caseProxy(input.proxy ?? {}, minor.name);
  const env = proxy.type === 'waypoint' ? { PILOT_ENABLE_AMBIENT: 'true', ...input.env } : (input.env ?? {});
  const meshInput = {
    resources,
    proxy,
    istio,
    meshConfig: input.meshConfig ?? {},
    env,
    types,
    cluster: 'as-given' as const,
    gatewayApi: input.gatewayApi,
  };
  const base = {
    istio: minor.name,
    ...(input.validate === true ? { validation: resources.flatMap((resource) => checkResource(resource, minor, types) ?? []) } : {}),
    ...(input.analyze === true ? { analysis: analyse(resources, minor, types) } : {}),
  };
  if (input.noBuild === true) return base;
  const snapshot = snapshotOf(meshInput);
  if (snapshot.mesh.error !== undefined) return { ...base, error: `meshConfig: failed to convert to proto. ${snapshot.mesh.error}` };
  const unreadable = new Map(snapshot.unreadable.map(({ resource, error }) => [resource, error]));
  const skipped = resources.flatMap((resource) => {
    const error = unreadable.get(resource) ?? unregistered(resource, minor.minor);
    return error === undefined ? [] : [`${resource.kind} ${writtenNamespace(resource)}/${resource.name}: ${error}`];
  });
  const twice = duplicateConfig(snapshot.readable);
  if (twice !== undefined)
    return { ...base, error: `failed to create config ${twice}: item already exists`, ...(skipped.length > 0 ? { skipped } : {}) };
  const output = buildMesh(meshInput);
  const ordered = output.listeners
    .map((listener) => ({
      listener,
      rank: `${{ virtualOutbound: '0', virtualInbound: '1' }[listener.name] ?? '2'}${listener.direction}${listener.name}`,
    }))
    .sort((a, b) => compareText(a.rank, b.rank))
    .map(({ listener }) => listener);
  const summary = summarise(ordered, input.only ?? [], input.show ?? []);
  const ecds = output.extensions.filter((extension) => summary.discovered.has(extension.name)).map(extensionOutput);
  const routes = input.routes === true ? routeOutput(askedRoutes(output), input.show ?? []) : [];
  return {
    ...base,
    ...(skipped.length > 0 ? { skipped } : {}),
    ...(summary.listeners.length > 0 ? { listeners: summary.listeners } : {}),
    ...(Object.keys(summary.filterTypes).length > 0 ? { filterTypes: summary.filterTypes } : {}),
    ...(ecds.length > 0 ? { ecds } : {}),
    ...(summary.shown.length > 0 ? { shown: summary.shown } : {}),
    ...(routes.length > 0 ? { routes } : {}),
  };
}

/** The name of the first object of Istio that is there twice; the store of cases takes each once. */
function duplicateConfig(resources: readonly Resource[]): string | undefined {
  const seen = new Set<string>();
  return resources.find((resource) => {
    if (!resource.group.endsWith('.istio.io')) return false;
    const key = `${resource.group}/${resource.kind}/${resource.namespace}/${resource.name}`;
    const isKnown = seen.has(key);
    seen.add(key);
    return isKnown;
  })?.name;
}

function caseProxy(value: JsonObject, minor: string): Proxy {
  const type = asString(value['type']);
  const text = (field: string, fallback: string): string => {
    const found = asString(value[field]) ?? '';
    return found === '' ? fallback : found;
  };
  const labels = Object.fromEntries(Object.entries(asObject(value['labels'])).map(([key, label]) => [key, asString(label) ?? '']));
  return {
    type: type === 'router' || type === 'waypoint' ? type : 'sidecar',
    name: text('name', 'app'),
    namespace: text('namespace', 'default'),
    labels,
    ip: text('ip', '10.1.0.1'),
    istioVersion: text('istioVersion', `${minor}.0`),
    metadata: asObject(value['metadata']),
  };
}
