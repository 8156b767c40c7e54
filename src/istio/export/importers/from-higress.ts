import { asArray, asNumber, asObject, asString, isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import type { Phase } from '#envoy/provenance.ts';
import type { Resource } from '../../resource.ts';
import { compact } from '../document.ts';
import type { ImportedPlugin, Lost } from './imported.ts';

const kept = ['url', 'sha256', 'imagePullPolicy', 'imagePullSecret', 'pluginName', 'failStrategy', 'vmConfig'] as const;
const phases: readonly Phase[] = ['AUTHN', 'AUTHZ', 'STATS', 'UNSPECIFIED_PHASE'];

export function isHigressPlugin(resource: Resource): boolean {
  return resource.group === 'extensions.higress.io' && resource.kind === 'WasmPlugin';
}

/**
 * What Higress itself makes of its WasmPlugin (alibaba/higress pkg/ingress/config/ingress_config.go convertIstioWasmPlugin): a plugin of
 * its gateway, with the rules of `matchRules` inside the configuration, where the module's own matcher reads them.
 */
export function fromHigress(resource: Resource, lost: Lost): ImportedPlugin | undefined {
  const spec = asObject(resource.raw['spec']);
  const reading = configOf(spec);
  if (reading.why !== undefined) {
    lost('anything', reading.why);
    return undefined;
  }
  if (spec['pluginConfig'] === undefined && rulesOf(spec).some((rule) => rule['routeType'] !== undefined))
    lost('matchRules.routeType', 'The module is not told the type of a route.');
  const phase = phases.find((one) => one === spec['phase']) ?? 'UNSPECIFIED_PHASE';
  return {
    name: resource.name,
    from: resource,
    layer: 'http',
    code: { wasm: compact({ ...Object.fromEntries(kept.map((key) => [key, spec[key]])), pluginConfig: reading.config }) },
    selector: { higress: `${resource.namespace}-higress-gateway` },
    phase,
    priority: asNumber(spec['priority']),
  };
}

function rulesOf(spec: JsonObject): readonly JsonObject[] {
  return asArray(spec['matchRules'])
    .map(asObject)
    .filter((rule) => rule['configDisable'] !== true);
}

type ConfigReading = { readonly config: JsonValue | undefined; readonly why?: undefined } | { readonly why: string };

function configOf(spec: JsonObject): ConfigReading {
  if (isObject(spec['pluginConfig'])) return { config: spec['pluginConfig'] };
  const isDisabled = spec['defaultConfigDisable'] === true;
  const base = isDisabled || !isObject(spec['defaultConfig']) ? undefined : spec['defaultConfig'];
  const rules: JsonObject[] = [];
  for (const rule of rulesOf(spec)) {
    const conditions = conditionsOf(rule);
    if (Object.keys(conditions).length === 0) return { why: 'Higress refuses it: a rule of matchRules has no ingress, domain or service.' };
    rules.push({ ...asObject(rule['config']), ...conditions });
  }
  if (rules.length === 0 && isDisabled) return { why: 'The default is disabled and no rule is left, so Higress passes nothing on.' };
  return { config: rules.length === 0 ? base : { ...base, _rules_: rules } };
}

function conditionsOf(rule: JsonObject): JsonObject {
  const names = [
    ['ingress', '_match_route_'],
    ['service', '_match_service_'],
    ['domain', '_match_domain_'],
  ] as const;
  return Object.fromEntries(
    names.flatMap(([field, key]) => {
      const texts = asArray(rule[field]).flatMap((item) => asString(item) ?? []);
      return texts.length === 0 ? [] : [[key, texts] as const];
    }),
  );
}
