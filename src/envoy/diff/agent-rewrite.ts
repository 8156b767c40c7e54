import type { JsonValue } from '#base/json.ts';
import { asString, getIn, isObject } from '#base/json.ts';
import type { FieldChange } from './json-diff.ts';

/** Where Istio's agent keeps the modules it fetched (istio `pkg/wasm/cache.go`: a directory of the proxy's data path). */
const AGENT_DATA = '/var/lib/istio/data/';

/** Variables that istiod gives to the agent by way of the plugin (istio `pkg/model/wasm.go`). */
const INTERNAL = 'ISTIO_META_';

/**
 * Is this change of a discovered Wasm plugin only what Istio's agent makes of istiod's answer on its way to Envoy? It fetches the remote
 * module, puts a file in its place, and takes its own variables out (istio `pkg/wasm/convert.go` `MaybeConvertWasmExtensionConfig`, 1.31).
 * `change.path` is from the root of the two messages.
 */
export function isAgentRewrite({ path, ...change }: FieldChange, before: JsonValue, after: JsonValue): boolean {
  const at = path.indexOf('vmConfig');
  if (at < 0) return false;
  const codeOf = (message: JsonValue): JsonValue | undefined => getIn(message, [...path.slice(0, at + 1), 'code']);
  const [old, fresh] = [codeOf(before), codeOf(after)];
  const forward = isRemote(old) && isFetched(fresh);
  if (!forward && !(isFetched(old) && isRemote(fresh))) return false;
  const [field, map, name] = path.slice(at + 1);
  if (field === 'code') return true;
  const [served, kept] = forward ? [change.before, change.after] : [change.after, change.before];
  if (field !== 'environmentVariables' || served === undefined) return false;
  if (name !== undefined) return kept === undefined && String(name).startsWith(INTERNAL);
  const variables = (value: JsonValue | undefined): JsonValue | undefined => (map === undefined ? getIn(value, ['keyValues']) : value);
  const all = variables(served);
  return variables(kept) === undefined && isObject(all) && Object.keys(all).every((key) => key.startsWith(INTERNAL));
}

function isRemote(code: JsonValue | undefined): boolean {
  return getIn(code, ['remote']) !== undefined;
}

function isFetched(code: JsonValue | undefined): boolean {
  return asString(getIn(code, ['local', 'filename']))?.startsWith(AGENT_DATA) === true;
}
