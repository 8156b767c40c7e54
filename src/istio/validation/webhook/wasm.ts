import { asArray, asNumber, asObject, asString, isObject, type JsonObject, type JsonPath } from '#base/json.ts';
import { parseGoRequestUri, parseGoUrl, type GoUrlResult } from '../../api/go-url.ts';
import type { Minor } from '../../minors.ts';
import type { RuleCode } from '../rules.ts';
import { checkOneTarget, checkSelector, checkTargetRef, checkTargetRefs } from './targets.ts';
import { VerdictBuilder, type Verdict } from './verdict.ts';

/** The webhook on a WasmPlugin, its spec as istiod reads it (istio/istio pkg/config/validation/validation.go ValidateWasmPlugin). */
export function validateWasmPlugin(spec: JsonObject, minor: Minor): Verdict {
  const out = new VerdictBuilder();
  checkOneTarget(spec, out);
  checkSelector(spec, out);
  if (isObject(spec['targetRef'])) checkTargetRef(spec['targetRef'], ['targetRef'], minor, out);
  checkTargetRefs(spec, minor, out);
  checkModule(spec, [], 255, out);
  checkMatch(spec, out);
  return out.verdict;
}

/** The webhook on a TrafficExtension (ValidateTrafficExtension). */
export function validateTrafficExtension(spec: JsonObject, minor: Minor): Verdict {
  const out = new VerdictBuilder();
  const { wasm, lua } = spec;
  if (isObject(wasm) === isObject(lua))
    out.error('istio/wasm-or-lua', 'exactly one of wasm or lua must be set', isObject(lua) ? 'lua' : 'wasm');
  checkOneTarget(spec, out);
  checkSelector(spec, out);
  checkTargetRefs(spec, minor, out);
  if (isObject(lua)) checkLua(lua, out);
  if (isObject(wasm)) checkModule(wasm, ['wasm'], 256, out);
  checkMatch(spec, out);
  return out.verdict;
}

function bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}

function checkLua(lua: JsonObject, out: VerdictBuilder): void {
  const length = bytes(asString(lua['inlineCode']) ?? '');
  if (length === 0) out.error('istio/lua-empty', 'lua.inlineCode cannot be empty', 'lua', 'inlineCode');
  else if (length > 65_536) out.error('istio/lua-too-long', 'lua.inlineCode exceeds maximum size of 64KB', 'lua', 'inlineCode');
}

/** Fields that both kinds have; the limit of `pluginName` is told with another number in each. */
function checkModule(wasm: JsonObject, path: JsonPath, nameLimit: number, out: VerdictBuilder): void {
  const text = (key: string): string => asString(wasm[key]) ?? '';
  const url = urlError(text('url'));
  if (url !== undefined) out.error(urlCode(url), url, ...path, 'url');
  const sha256 = text('sha256');
  if (sha256 !== '' && bytes(sha256) !== 64) out.error('istio/sha256-length', 'sha256 field must be 64 characters long', ...path, 'sha256');
  else if (!/^[a-f0-9]*$/.test(sha256))
    out.error('istio/sha256-pattern', 'sha256 field must match [a-f0-9]{64} pattern', ...path, 'sha256');
  if (bytes(text('imagePullSecret')) > 253)
    out.error('istio/pull-secret-length', 'imagePullSecret field must be less than 253 characters long', ...path, 'imagePullSecret');
  if (bytes(text('pluginName')) > 256)
    out.error('istio/plugin-name-length', `pluginName field must be less than ${nameLimit} characters long`, ...path, 'pluginName');
  checkEnvironment(wasm, path, out);
}

function urlCode(error: string): RuleCode {
  if (error === MISSING) return 'istio/url-missing';
  return error.startsWith('url contains') ? 'istio/url-scheme' : 'istio/url-unparsable';
}

const MISSING = 'url field needs to be set';

const schemes: ReadonlySet<string> = new Set(['', 'file', 'http', 'https', 'oci']);

/** Why the webhook refuses a url (validateWasmPluginURL). It tries again with `http://` in front, which lets more through than istiod can use. */
export function urlError(url: string): string | undefined {
  if (url === '') return MISSING;
  const parsed = strictParse(url);
  if (parsed.url === undefined) return parsed.error;
  return schemes.has(parsed.url.scheme) ? undefined : `url contains unsupported scheme: ${parsed.url.scheme}`;
}

function strictParse(original: string): GoUrlResult {
  const first = parseGoRequestUri(original);
  const text = first.url === undefined ? `http://${original}` : original;
  const parsed = first.url === undefined ? parseGoRequestUri(text) : first;
  if (parsed.url === undefined) return { error: `failed to parse url: ${first.error ?? ''}` };
  const whole = parseGoUrl(text);
  return whole.url === undefined ? { error: `failed to strict parse url: ${whole.error}` } : parsed;
}

/** Stops at the first problem (validateWasmPluginVMConfig). */
function checkEnvironment(wasm: JsonObject, path: JsonPath, out: VerdictBuilder): void {
  const names = new Set<string>();
  for (const [index, item] of asArray(asObject(wasm['vmConfig'])['env']).entries()) {
    const variable = asObject(item);
    const name = asString(variable['name']) ?? '';
    const at = [...path, 'vmConfig', 'env', index] as const;
    if (name === '') return out.error('istio/env-name', 'spec.vmConfig.env invalid', ...at, 'name');
    if (bytes(name) > 256) return out.error('istio/env-name-length', 'env.name field must be less than 255 characters long', ...at, 'name');
    if (names.has(name)) return out.error('istio/env-duplicate', 'duplicate env', ...at, 'name');
    names.add(name);
    const isInline = variable['valueFrom'] === undefined || variable['valueFrom'] === 'INLINE';
    if (!isInline && variable['value'] !== undefined)
      return out.error('istio/env-host-value', 'value may only be set when valueFrom is INLINE', ...at, 'value');
  }
}

/** Stops at the first problem (validateWasmPluginMatch). */
function checkMatch(spec: JsonObject, out: VerdictBuilder): void {
  for (const [index, match] of asArray(spec['match']).entries()) {
    for (const [portIndex, port] of asArray(asObject(match)['ports']).entries()) {
      const number = asNumber(asObject(port)['number']) ?? 0;
      if (number > 0 && number <= 65_535) continue;
      return out.error(
        'istio/match-port-range',
        `spec.Match[${index}].Ports[${portIndex}] is out of range: ${number}`,
        'match',
        index,
        'ports',
        portIndex,
        'number',
      );
    }
  }
}
