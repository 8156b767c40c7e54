import { asArray, asNumber, asObject, asString, isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import type { Phase, Reason } from '#envoy/provenance.ts';
import { decodeSpec } from '../api/decode.ts';
import { parseGoUrl } from '../api/go-url.ts';
import type { Minor } from '../minors.ts';
import type { Resource } from '../resource.ts';

/** A WasmPlugin or TrafficExtension as istiod keeps it, whichever of the two it was written as. */
export interface Plugin {
  readonly resource: Resource;
  /** Of the filter in the chain and of the ECDS resource; it differs between minors. */
  readonly filterName: string;
  /** With the suffix of a translated WasmPlugin: what istiod sorts by and what `PluginConfig.name` ends in. */
  readonly name: string;
  readonly layer: 'http' | 'network';
  readonly code: PluginCode;
  readonly phase: Phase;
  /** As written; absent sorts below every number. */
  readonly priority: number | undefined;
  readonly match: readonly TrafficMatch[];
  readonly selector: Readonly<Record<string, string>> | undefined;
  readonly targetRefs: readonly TargetRef[];
}

export type PluginCode = { readonly kind: 'wasm'; readonly config: JsonObject } | { readonly kind: 'lua'; readonly inlineCode: string };

export interface TrafficMatch {
  readonly mode: 'UNDEFINED' | 'CLIENT' | 'SERVER' | 'CLIENT_AND_SERVER';
  /** Empty: every port. */
  readonly ports: readonly number[];
}

export interface TargetRef {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

/** The plugin, or why istiod makes nothing of the resource. */
export type PluginReading =
  | { readonly plugin: Plugin; readonly dropped?: undefined }
  | { readonly plugin?: undefined; readonly dropped: Reason };

const readings = new WeakMap<Resource, Map<string, PluginReading>>();

export function isPlugin(resource: Resource): boolean {
  return resource.group === 'extensions.istio.io' && (resource.kind === 'WasmPlugin' || resource.kind === 'TrafficExtension');
}

/** Reads a WasmPlugin or TrafficExtension as the given minor does; the same resource and minor give the same object. */
export function readPlugin(resource: Resource, minor: Minor): PluginReading {
  let known = readings.get(resource);
  if (known === undefined) readings.set(resource, (known = new Map()));
  let reading = known.get(minor.name);
  if (reading === undefined) known.set(minor.name, (reading = read(resource, minor)));
  return reading;
}

const SOURCE = 'istio/istio pilot/pkg/model/extensions.go convertToTrafficExtensionWrapper';

function dropped(code: string, text: string, source = SOURCE): PluginReading {
  return { dropped: { code, text, source } };
}

function read(resource: Resource, minor: Minor): PluginReading {
  const own = resource.kind === 'TrafficExtension';
  if (own && !minor.trafficExtensions) {
    return dropped(
      'kind-unknown',
      `Istio ${minor.name} does not know TrafficExtension; it came with 1.30.`,
      'istio/istio releasenotes/notes/trafficextension.yaml',
    );
  }
  const decoded = decodeSpec(`istio.extensions.v1alpha1.${resource.kind}`, resource.spec, minor.minor);
  if (decoded.error !== undefined) {
    return dropped(
      'spec-unreadable',
      `istiod cannot read the spec: ${decoded.error}`,
      'istio/istio pilot/pkg/config/kube/crd/conversion.go ConvertObject',
    );
  }
  const spec = decoded.value;
  const wasm = own ? (isObject(spec['wasm']) ? spec['wasm'] : undefined) : spec;
  const code = wasm === undefined ? readLua(spec['lua']) : readWasm(wasm, minor);
  if ('code' in code && 'text' in code) return { dropped: code };
  const name = resource.name + (own ? '' : minor.wasmPluginSuffix);
  const targetRefs = asArray(spec['targetRefs']);
  const legacy = isObject(spec['targetRef']) ? [spec['targetRef']] : [];
  return {
    plugin: {
      resource,
      name,
      filterName: `${minor.pluginPrefix}${resource.namespace}.${name}`,
      layer: code.kind === 'wasm' && code.config['type'] === 'NETWORK' ? 'network' : 'http',
      code,
      phase: phaseOf(spec['phase']),
      priority: asNumber(spec['priority']),
      match: asArray(spec['match']).map(readMatch),
      selector: isObject(spec['selector']) ? stringMap(asObject(spec['selector'])['matchLabels']) : undefined,
      targetRefs: (targetRefs.length > 0 ? targetRefs : legacy).map(readTargetRef),
    },
  };
}

function readWasm(wasm: JsonObject, minor: Minor): PluginCode | Reason {
  const url = asString(wasm['url']) ?? '';
  if (url === '' && minor.trafficExtensions)
    return { code: 'url-empty', text: 'The url is empty, so istiod drops the plugin.', source: SOURCE };
  const parsed = parseGoUrl(url);
  if (parsed.error !== undefined) {
    const text = `istiod cannot read the url and drops the plugin, although the webhook may accept it: ${parsed.error}`;
    return { code: 'url-unreadable', text, source: SOURCE };
  }
  return { kind: 'wasm', config: wasm };
}

const MAX_LUA_BYTES = 65_536;

function readLua(lua: JsonValue | undefined): PluginCode | Reason {
  if (!isObject(lua)) return { code: 'no-code', text: 'Neither wasm nor lua is set, so istiod drops the extension.', source: SOURCE };
  const inlineCode = asString(lua['inlineCode']) ?? '';
  if (inlineCode === '') return { code: 'lua-empty', text: 'The Lua code is empty, so istiod drops the extension.', source: SOURCE };
  if (new TextEncoder().encode(inlineCode).length > MAX_LUA_BYTES) {
    return { code: 'lua-too-long', text: 'The Lua code has more than 65536 bytes, so istiod drops the extension.', source: SOURCE };
  }
  return { kind: 'lua', inlineCode };
}

function phaseOf(value: JsonValue | undefined): Phase {
  return value === 'AUTHN' || value === 'AUTHZ' || value === 'STATS' ? value : 'UNSPECIFIED_PHASE';
}

function readMatch(value: JsonValue): TrafficMatch {
  const match = asObject(value);
  const mode = match['mode'];
  return {
    mode: mode === 'CLIENT' || mode === 'SERVER' || mode === 'CLIENT_AND_SERVER' ? mode : 'UNDEFINED',
    ports: asArray(match['ports']).map((port) => asNumber(asObject(port)['number']) ?? 0),
  };
}

function readTargetRef(value: JsonValue): TargetRef {
  const ref = asObject(value);
  const text = (key: string): string => asString(ref[key]) ?? '';
  return { group: text('group'), kind: text('kind'), name: text('name'), namespace: text('namespace') };
}

function stringMap(value: JsonValue | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(asObject(value)).map(([key, text]) => [key, asString(text) ?? '']));
}
