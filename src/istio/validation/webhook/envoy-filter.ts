import { asArray, asNumber, asObject, asString, isArray, isObject, type JsonObject, type JsonPath, type JsonValue } from '#base/json.ts';
import { HCM_NAME } from '#envoy/listener.ts';
import type { EnvoyTypes } from '#envoy/types.ts';
import { decodeMessage, type Vocabulary } from '../../api/decode.ts';
import { compileGoRegExp } from '../../api/go-regexp.ts';
import { patchedMessages, type ApplyTo } from '../../envoyfilter/patch.ts';
import { MAX_PROXY_VERSION } from '../../envoyfilter/read.ts';
import type { Minor } from '../../minors.ts';
import { deprecatedFilterNames } from '../filter-names.ts';
import { envoyVocabulary } from './envoy-vocabulary.ts';
import type { RuleCode } from '../rules.ts';
import { checkLabels } from './targets.ts';
import { VerdictBuilder, type Verdict } from './verdict.ts';

const EXPOSED =
  'EnvoyFilter exposes internal implementation details that may change at any time. Prefer other APIs if possible, and exercise extreme caution, especially around upgrades.';

/**
 * The webhook on an EnvoyFilter, its spec as istiod reads it (istio/istio pkg/config/validation/envoyfilter/envoyfilter.go
 * ValidateEnvoyFilter). Without `types` the values are not looked into.
 */
export function validateEnvoyFilter(spec: JsonObject, minor: Minor, types: EnvoyTypes | undefined): Verdict {
  const out = new VerdictBuilder();
  if (isObject(spec['workloadSelector'])) {
    const labels = asObject(spec['workloadSelector']['labels']);
    checkLabels(labels, ['workloadSelector', 'labels'], out);
    // Bad labels end the matter at once; not even the standing warning is given.
    if (out.verdict.errors.length > 0) return out.verdict;
    out.warn('istio/envoy-filter-exposed', EXPOSED);
    if (Object.keys(labels).length === 0) {
      out.warn(
        'istio/selector-empty',
        'Envoy filter: workload selector specified without labels, will be applied to all services in namespace',
        'workloadSelector',
      );
    }
  } else {
    out.warn('istio/envoy-filter-exposed', EXPOSED);
  }
  for (const [index, entry] of asArray(spec['configPatches']).entries()) {
    new PatchCheck(asObject(entry), ['configPatches', index], minor, types, out).run();
  }
  return out.verdict;
}

const listenerKinds: ReadonlySet<string> = new Set(['LISTENER', 'FILTER_CHAIN', 'NETWORK_FILTER', 'HTTP_FILTER']);
const routeKinds: ReadonlySet<string> = new Set(['ROUTE_CONFIGURATION', 'VIRTUAL_HOST', 'HTTP_ROUTE']);

class PatchCheck {
  readonly #entry: JsonObject;
  readonly #path: JsonPath;
  readonly #minor: Minor;
  readonly #types: EnvoyTypes | undefined;
  readonly #out: VerdictBuilder;

  constructor(entry: JsonObject, path: JsonPath, minor: Minor, types: EnvoyTypes | undefined, out: VerdictBuilder) {
    this.#entry = entry;
    this.#path = path;
    this.#minor = minor;
    this.#types = types;
    this.#out = out;
  }

  #error(code: RuleCode, text: string, ...path: JsonPath): void {
    this.#out.error(code, text, ...this.#path, ...path);
  }

  #warn(code: RuleCode, text: string, ...path: JsonPath): void {
    this.#out.warn(code, text, ...this.#path, ...path);
  }

  run(): void {
    const match = asObject(this.#entry['match']);
    if (this.#minor.minor >= 29 && match['context'] === 'WAYPOINT') return;
    const applyTo = asString(this.#entry['applyTo']) ?? asNumber(this.#entry['applyTo'])?.toString();
    const patch = this.#entry['patch'];
    if (applyTo === undefined) return this.#error('istio/patch-apply-to', 'Envoy filter: missing applyTo', 'applyTo');
    if (!isObject(patch)) return this.#error('istio/patch-missing', 'Envoy filter: missing patch');
    if (patch['operation'] === undefined) return this.#error('istio/patch-operation', 'Envoy filter: missing patch operation', 'patch');
    if (patch['operation'] !== 'REMOVE' && !isObject(patch['value'])) {
      return this.#error('istio/patch-value', 'Envoy filter: missing patch value for non-remove operation', 'patch');
    }
    if (!this.#proxyVersion(asObject(match['proxy'])['proxyVersion'])) return;
    if (!this.#objectMatch(applyTo, match)) return;
    if (isObject(patch['value'])) this.#value(applyTo as ApplyTo, patch['value']);
  }

  /** False: the patch is not looked at any further. */
  #proxyVersion(value: JsonValue | undefined): boolean {
    const pattern = asString(value);
    if (pattern === undefined) return true;
    const path = ['match', 'proxy', 'proxyVersion'] as const;
    if (this.#minor.minor >= 30 && new TextEncoder().encode(pattern).length > MAX_PROXY_VERSION) {
      this.#warn(
        'istio/proxy-version-long',
        `Envoy filter: proxyVersion match exceeds ${MAX_PROXY_VERSION} characters and will be ignored`,
        ...path,
      );
      return true;
    }
    const { error } = compileGoRegExp(pattern);
    if (error === undefined) return true;
    this.#error('istio/proxy-version-regex', `Envoy filter: invalid regex for proxy version, [${error}]`, ...path);
    return false;
  }

  #objectMatch(applyTo: string, match: JsonObject): boolean {
    const object = ['listener', 'routeConfiguration', 'cluster', 'waypoint'].find((key) => isObject(match[key]));
    if (object === undefined) return true;
    if (listenerKinds.has(applyTo)) {
      if (object === 'listener') return this.#filterMatch(applyTo, asObject(asObject(match['listener'])['filterChain'])['filter']);
      this.#error(
        'istio/match-not-listener',
        'Envoy filter: applyTo for listener class objects cannot have non listener match',
        'match',
        object,
      );
      return false;
    }
    if (routeKinds.has(applyTo) && object !== 'routeConfiguration') {
      this.#error(
        'istio/match-not-route',
        'Envoy filter: applyTo for http route class objects cannot have non route configuration match',
        'match',
        object,
      );
    }
    if (applyTo === 'CLUSTER' && object !== 'cluster') {
      this.#error(
        'istio/match-not-cluster',
        'Envoy filter: applyTo for cluster class objects cannot have non cluster match',
        'match',
        object,
      );
    }
    return true;
  }

  #filterMatch(applyTo: string, filter: JsonValue | undefined): boolean {
    if (!isObject(filter)) return true;
    const path = ['match', 'listener', 'filterChain', 'filter'] as const;
    if (applyTo === 'LISTENER' || applyTo === 'FILTER_CHAIN')
      this.#warn('istio/filter-match-useless', `Envoy filter: filter match has no effect when used with ${applyTo}`, ...path);
    const name = asString(filter['name']);
    const refuse = (code: RuleCode, text: string, ...at: JsonPath): boolean => {
      this.#error(code, text, ...path, ...at);
      return false;
    };
    if (name === undefined) return refuse('istio/filter-match-name', 'Envoy filter: filter match has no name to match on');
    const sub = filter['subFilter'];
    if (isObject(sub)) {
      if (applyTo !== 'HTTP_FILTER')
        return refuse('istio/sub-filter-kind', 'Envoy filter: subfilter match can be used with applyTo HTTP_FILTER only', 'subFilter');
      if (name !== HCM_NAME && name !== 'envoy.http_connection_manager')
        return refuse('istio/sub-filter-manager', `Envoy filter: subfilter match requires filter match with ${HCM_NAME}`, 'subFilter');
      if (sub['name'] === undefined)
        return refuse('istio/sub-filter-name', 'Envoy filter: subfilter match has no name to match on', 'subFilter');
    }
    this.#oldName(name, [...path, 'name']);
    this.#oldName(asString(asObject(sub)['name']) ?? '', [...path, 'subFilter', 'name']);
    return true;
  }

  #oldName(name: string, path: JsonPath): void {
    const now = deprecatedFilterNames.get(name);
    if (now !== undefined) this.#warn('istio/old-filter-name', `using deprecated filter name "${name}"; use "${now}" instead`, ...path);
  }

  /** Once leniently, for errors; once strictly, for warnings. */
  #value(applyTo: ApplyTo, value: JsonObject): void {
    const message: string | undefined = patchedMessages[applyTo];
    if (message === undefined)
      return this.#error('istio/patch-apply-to', `Envoy filter: unknown object type for applyTo ${applyTo}`, 'applyTo');
    if (this.#types === undefined) return;
    const vocabulary = envoyVocabulary(this.#types);
    const { error } = decodeMessage(vocabulary, message, value);
    const path = ['patch', 'value'] as const;
    if (error !== undefined) return this.#error(valueCode(error), explained(`Envoy filter: ${error}`), ...path);
    const strict = decodeMessage(vocabulary, message, value, true);
    if (strict.error !== undefined) return this.#warn('istio/value-unknown-field', `Envoy filter: ${strict.error}`, ...path);
    const untyped = withoutTypedConfig(vocabulary, message, strict.value ?? {});
    if (untyped.length > 0)
      this.#warn('istio/filter-untyped', `using deprecated types by name without typed_config; ${untyped.join(', ')}`, ...path);
  }
}

function valueCode(error: string): RuleCode {
  return error.includes('could not resolve Any message type') ? 'istio/value-unknown-type' : 'istio/value-unreadable';
}

function explained(error: string): string {
  if (!error.includes('could not resolve Any message type')) return error;
  return `referenced type unknown${error.includes('.v2.') ? ' (hint: try using the v3 XDS API)' : ''}: ${error}`;
}

/** Names of messages that could have a typed config and have none; lists are not looked into (recurseMissingTypedConfig). */
function withoutTypedConfig(vocabulary: Vocabulary, message: string, value: JsonObject): readonly string[] {
  const fields = vocabulary.fields(message);
  const inner = fields.flatMap((field) => {
    const item = value[field.json ?? field.name];
    const isPlain = field.type === 'message' && field.list !== true && field.map === undefined && isObject(item) && !isArray(item);
    return isPlain && field.ref?.startsWith('google.protobuf.') === false ? withoutTypedConfig(vocabulary, field.ref, item) : [];
  });
  const canBeTyped = fields.some((field) => field.json === 'typedConfig');
  const isTyped = value['typedConfig'] !== undefined || value['configDiscovery'] !== undefined;
  const name = fields.some((field) => field.name === 'name') ? (asString(value['name']) ?? asNumber(value['name'])?.toString() ?? '') : '';
  return canBeTyped && !isTyped ? [...inner, name] : inner;
}
