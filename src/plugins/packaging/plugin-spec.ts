import type { JsonObject } from '#base/json.ts';
import { asNumber, asObject, asString, isObject } from '#base/json.ts';
import type { Failure, Result } from '#base/result.ts';
import { fail, ok } from '#base/result.ts';
import { parseYaml } from '#yaml/parse.ts';
import type { PluginPhase } from '../catalogue/entry.ts';

/** What a plugin's `spec.yaml` says about it: Higress' format, which its images carry in a layer of their own. */
export interface PluginSpec {
  readonly name: string | undefined;
  readonly title: string | undefined;
  readonly description: string | undefined;
  readonly phase: PluginPhase;
  readonly priority: number | undefined;
  /** OpenAPI 3.0's dialect of JSON Schema. */
  readonly configSchema: JsonObject | undefined;
  readonly example: JsonObject | undefined;
}

const phases: Readonly<Record<string, PluginPhase>> = { AUTHN: 'AUTHN', AUTHZ: 'AUTHZ', STATS: 'STATS' };

/**
 * Reads a `spec.yaml` (higress-group/higress-console `backend/sdk/src/main/resources/plugins/<name>/spec.yaml`). Its phase
 * `default` is Istio's UNSPECIFIED_PHASE. Fails for YAML that is broken or something else.
 */
export function readPluginSpec(text: string): Result<PluginSpec, Failure> {
  const [document] = parseYaml(text, 'spec.yaml').documents;
  const root = document?.value;
  if (!isObject(root) || !isObject(root['spec']))
    return fail('plugins/no-spec', 'This is no plugin specification: it has no spec.', 'A specification has info and spec.configSchema.');
  const info = asObject(root['info']);
  const { phase, priority, configSchema } = root['spec'];
  const { openAPIV3Schema: schema } = asObject(configSchema);
  const configured = isObject(schema) ? schema : undefined;
  const example = configured?.['example'];
  return ok({
    name: asString(info['name']),
    title: asString(info['title']),
    description: asString(info['description']),
    phase: phases[asString(phase) ?? ''] ?? 'UNSPECIFIED_PHASE',
    priority: asNumber(priority),
    // An empty schema says nothing: the form follows the configuration then.
    configSchema: configured === undefined || Object.keys(asObject(configured['properties'])).length === 0 ? undefined : configured,
    example: isObject(example) ? example : undefined,
  });
}
