import { isArray, isObject, type JsonValue } from '#base/json.ts';
import { isDump } from './config-dump/items.ts';
import { readJson } from './config-dump/json-reader.ts';
import { runSteps } from './config-dump/steps.ts';

/**
 * - `config-dump`: config_dump or a list of `istioctl proxy-config -o json|yaml` (`readConfigDump`)
 * - `bootstrap`: static envoy.yaml (`readStaticBootstrap`)
 * - `kubernetes`: manifests
 */
export type TextFormat = 'config-dump' | 'bootstrap' | 'kubernetes' | 'unknown';

/** How much of a text is looked at; the first configuration of a dump stands well before that. */
const HEAD = 1 << 16;

/**
 * What a JSON or YAML text most likely is, by its beginning only, so that it is cheap for a text of any size. A text that a parser
 * has read already is better asked by `detectValue`.
 */
export function detectFormat(text: string): TextFormat {
  const head = text.slice(0, HEAD);
  const isJson = /^[\s\uFEFF]*[{[]/.test(head);
  const asYaml = isJson ? 'unknown' : detectYaml(head);
  if (asYaml !== 'unknown') return asYaml;
  const { roots } = runSteps(readJson(head)); // also behind lines of other tools, such as kubectl's
  return roots.map(detectValue).find((format) => format !== 'unknown') ?? 'unknown';
}

/** In which of the two a configuration is written; lines of other tools may stand before JSON. */
export function syntaxOf(text: string): 'json' | 'yaml' {
  const head = text.slice(0, HEAD);
  return /^[\s\uFEFF]*[{[]/.test(head) || detectYaml(head) === 'unknown' ? 'json' : 'yaml';
}

export function detectValue(value: JsonValue): TextFormat {
  const first = isArray(value) ? value[0] : value;
  if (!isObject(first)) return 'unknown';
  if (typeof first['apiVersion'] === 'string' || typeof first['kind'] === 'string') return 'kubernetes';
  if (!isArray(value) && (hasAny(first, bootstrapKeys) || (isObject(first['admin']) && !('configs' in first)))) return 'bootstrap';
  if (isArray(first['configs'])) return 'config-dump';
  // Answers of the admin port that people take for the dump: its reader tells them apart.
  if (hasAny(first, ['cluster_statuses', 'clusterStatuses', 'listener_statuses', 'listenerStatuses'])) return 'config-dump';
  return isDump(value) ? 'config-dump' : 'unknown';
}

const bootstrapKeys = ['static_resources', 'staticResources', 'dynamic_resources', 'dynamicResources', 'layered_runtime', 'layeredRuntime'];

function hasAny(value: object, keys: readonly string[]): boolean {
  return keys.some((key) => key in value);
}

/** The keys that stand at the left margin, or one step in behind a `- `. */
function detectYaml(head: string): TextFormat {
  const keys = new Set([...head.matchAll(/^["']?(@?\w+)["']?:(?=\s|$)/gm)].map((match) => match[1] ?? ''));
  if (keys.has('apiVersion') || keys.has('kind')) return 'kubernetes';
  if (bootstrapKeys.some((key) => keys.has(key)) || keys.has('admin')) return 'bootstrap';
  const items = new Set([...head.matchAll(/^(?:- | {2})["']?(@?\w+)["']?:(?=\s|$)/gm)].map((match) => match[1] ?? ''));
  const all = keys.has('configs') || /^- /m.test(head) ? new Set([...keys, ...items]) : keys;
  const shape = Object.fromEntries([...all].map((key) => [key, key === 'configs' ? [] : {}]));
  return detectValue(shape);
}
