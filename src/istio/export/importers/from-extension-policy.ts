import { asArray, asObject, asString, isObject, type JsonObject } from '#base/json.ts';
import type { TargetRef } from '../../extension-config/plugin.ts';
import type { Resource } from '../../resource.ts';
import { compact } from '../document.ts';
import { objectName, type ImportedPlugin, type Lost } from './imported.ts';

export function isExtensionPolicy(resource: Resource): boolean {
  return resource.group === 'gateway.envoyproxy.io' && resource.kind === 'EnvoyExtensionPolicy';
}

/**
 * The Wasm and Lua entries of an EnvoyExtensionPolicy. Envoy Gateway runs Lua, then Wasm, behind authentication and before rbac
 * (envoyproxy/gateway internal/xds/translator/httpfilters.go newOrderedHTTPFilter), which is Istio's phase AUTHZ; within a list the order of the list holds.
 */
export function fromExtensionPolicy(resource: Resource, lost: Lost): readonly ImportedPlugin[] {
  const spec = asObject(resource.raw['spec']);
  const targetRefs = targetsOf(spec, lost);
  for (const key of ['extProc', 'dynamicModule']) if (spec[key] !== undefined) lost(key, 'A plugin is a Wasm module or a Lua script.');
  const lua = asArray(spec['lua']).map(asObject);
  const wasm = asArray(spec['wasm']).map(asObject);
  const count = lua.length + wasm.length;
  const entries = [
    ...lua.map((entry, index) => ({ code: luaOf(entry, lost), name: `lua-${index + 1}` })),
    ...wasm.map((entry, index) => ({ code: wasmOf(entry, lost), name: asString(entry['name']) ?? `wasm-${index + 1}` })),
  ];
  return entries.flatMap(({ code, name }, index): readonly ImportedPlugin[] => {
    if (code === undefined) return [];
    const own = count === 1 ? resource.name : objectName(`${resource.name}-${name}`);
    const priority = count === 1 ? undefined : (count - index) * 10;
    return [{ name: own, from: resource, layer: 'http', code, targetRefs, phase: 'AUTHZ', priority }];
  });
}

function targetsOf(spec: JsonObject, lost: Lost): readonly TargetRef[] {
  const refs = [...asArray(spec['targetRefs']), ...(isObject(spec['targetRef']) ? [spec['targetRef']] : [])].map(asObject);
  if (spec['targetSelectors'] !== undefined) lost('targetSelectors', 'Istio attaches by name, or by a selector of pods.');
  return refs.flatMap((ref): readonly TargetRef[] => {
    const [group = '', kind = '', name = ''] = ['group', 'kind', 'name'].map((key) => asString(ref[key]) ?? '');
    if (kind !== 'Gateway') {
      lost(`targetRefs to ${kind} ${name}`, 'Istio attaches plugins to a Gateway, not to a route or listener of it.');
      return [];
    }
    if (ref['sectionName'] !== undefined)
      lost('targetRefs.sectionName', 'Istio attaches plugins to all listeners of a Gateway; match.ports narrows it.');
    return [{ group, kind, name, namespace: '' }];
  });
}

function luaOf(entry: JsonObject, lost: Lost): ImportedPlugin['code'] | undefined {
  const inline = asString(entry['inline']);
  if (inline !== undefined) return { lua: inline };
  lost('lua with a valueRef', 'A TrafficExtension has the script in itself, not in a ConfigMap.');
  return undefined;
}

function wasmOf(entry: JsonObject, lost: Lost): ImportedPlugin['code'] | undefined {
  const code = asObject(entry['code']);
  const image = asObject(code['image']);
  const http = asObject(code['http']);
  const source = code['type'] === 'Image' ? image : http;
  const url = asString(source['url']);
  if (url === undefined) {
    lost('a wasm entry', 'It names no module.');
    return undefined;
  }
  if (source['tls'] !== undefined) lost('the CA certificate of a wasm entry', 'The agent trusts the certificates of its container.');
  const config = entry['config'];
  if (config !== undefined && !isObject(config)) lost('config', 'It is no JSON object, and pluginConfig can be nothing else.');
  const env = asArray(asObject(entry['env'])['hostKeys']).map((name) => ({ name, valueFrom: 'HOST' }));
  const secret = asString(asObject(image['pullSecretRef'])['name']);
  const wasm = compact({
    url: code['type'] === 'Image' ? `oci://${url}` : url,
    sha256: asString(source['sha256']),
    imagePullPolicy: asString(code['pullPolicy']),
    imagePullSecret: secret,
    pluginName: asString(entry['rootID']),
    pluginConfig: isObject(config) ? config : undefined,
    failStrategy: entry['failOpen'] === true ? 'FAIL_OPEN' : undefined,
    vmConfig: env.length === 0 ? undefined : { env },
  });
  return { wasm };
}
