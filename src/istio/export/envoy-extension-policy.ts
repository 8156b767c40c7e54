import { asArray, asObject, asString, type JsonObject, type JsonValue } from '#base/json.ts';
import type { Plugin, TargetRef } from '../extension-config/plugin.ts';
import { codeSource } from '../extension-config/wasm-config.ts';
import type { Phase } from '#envoy/provenance.ts';
import { compact, documentOf } from './document.ts';
import type { Exported, ExportedPlugin, ExportInput } from './export.ts';

const phaseOrder: readonly Phase[] = ['AUTHN', 'AUTHZ', 'STATS', 'UNSPECIFIED_PHASE'];

/**
 * Envoy Gateway's EnvoyExtensionPolicy (envoyproxy/gateway api/v1alpha1/envoyextensionypolicy_types.go): one policy for each set of
 * targets, its plugins in the order in which Istio runs them. Envoy Gateway puts all of them behind authentication and authorization.
 */
export function toEnvoyExtensionPolicy(plugins: readonly ExportedPlugin[], input: ExportInput): Pick<Exported, 'documents'> {
  const policies = new Map<string, { readonly refs: readonly TargetRef[]; readonly plugins: ExportedPlugin[] }>();
  for (const exported of plugins) {
    const refs = targetsOf(exported, input);
    if (refs === undefined) continue;
    const key = JSON.stringify([exported.plugin.resource.namespace, refs]);
    const policy = policies.get(key);
    if (policy === undefined) policies.set(key, { refs, plugins: [exported] });
    else policy.plugins.push(exported);
  }
  const documents = [...policies.values()].flatMap(({ refs, plugins: own }) => {
    own.sort((a, b) => phaseOrder.indexOf(a.plugin.phase) - phaseOrder.indexOf(b.plugin.phase) || rank(b.plugin) - rank(a.plugin));
    const wasm = own.flatMap((one) => wasmEntry(one));
    const lua = own.flatMap(({ plugin }) => (plugin.code.kind === 'lua' ? [{ type: 'Inline', inline: plugin.code.inlineCode }] : []));
    const first = own[0]?.plugin.resource;
    if (first === undefined || wasm.length + lua.length === 0) return [];
    const spec = compact({
      targetRefs: refs.map(({ group, kind, name }) => ({ group, kind, name })),
      lua: lua.length === 0 ? undefined : lua,
      wasm: wasm.length === 0 ? undefined : wasm,
    });
    return [documentOf('gateway.envoyproxy.io/v1alpha1', 'EnvoyExtensionPolicy', first, spec)];
  });
  return { documents };
}

function rank(plugin: Plugin): number {
  return plugin.priority ?? -2_147_483_648;
}

const GATEWAY_API = 'gateway.networking.k8s.io';

/** Gateways the plugin names, else the gateway in view. */
function targetsOf({ plugin, lost }: ExportedPlugin, input: ExportInput): readonly TargetRef[] | undefined {
  const gateways = plugin.targetRefs.filter((ref) => ref.group === GATEWAY_API && ref.kind === 'Gateway');
  const others = plugin.targetRefs.filter((ref) => !gateways.includes(ref));
  if (others.length > 0)
    lost(`targetRefs to ${others.map((ref) => ref.kind).join(', ')}`, 'Envoy Gateway attaches to a Gateway or a route.');
  if (plugin.selector !== undefined) lost('selector', 'Envoy Gateway attaches policies by targetRefs.');
  if (gateways.length > 0) return gateways;
  const name = input.proxy?.labels['gateway.networking.k8s.io/gateway-name'];
  if (name === undefined) {
    lost('where it applies', 'Envoy Gateway needs a Gateway to attach to: give targetRefs, or choose a gateway before exporting.');
    return undefined;
  }
  return [{ group: GATEWAY_API, kind: 'Gateway', name, namespace: '' }];
}

function wasmEntry({ plugin, lost }: ExportedPlugin): readonly JsonObject[] {
  if (plugin.code.kind !== 'wasm') return [];
  if (plugin.layer === 'network') {
    lost('type NETWORK', 'Envoy Gateway runs Wasm as HTTP filters only.');
    return [];
  }
  const { config } = plugin.code;
  const code = codeEntry(config);
  if (code === undefined) {
    lost(`url ${asString(config['url']) ?? ''}`, 'Envoy Gateway fetches modules by HTTP or from an image, never from a file in the proxy.');
    return [];
  }
  nameLosses(plugin, config, lost);
  const env = asArray(asObject(config['vmConfig'])['env']).map(asObject);
  const hostKeys = env.filter((variable) => variable['valueFrom'] === 'HOST').map((variable) => asString(variable['name']) ?? '');
  if (hostKeys.length < env.length)
    lost('vmConfig.env with INLINE values', 'Envoy Gateway passes variables of the proxy only (env.hostKeys).');
  return [
    compact({
      name: plugin.resource.name,
      rootID: asString(config['pluginName']),
      code,
      config: config['pluginConfig'],
      failOpen: config['failStrategy'] === 'FAIL_OPEN' ? true : undefined,
      env: hostKeys.length === 0 ? undefined : { hostKeys },
    }),
  ];
}

function nameLosses(plugin: Plugin, config: JsonObject, lost: ExportedPlugin['lost']): void {
  if (plugin.phase !== 'UNSPECIFIED_PHASE')
    lost(
      `phase ${plugin.phase}`,
      'Envoy Gateway orders filters by type: Wasm stands behind authentication, before rbac and rate limits; EnvoyProxy.spec.filterOrder moves whole types.',
    );
  if (plugin.priority !== undefined) lost('priority', 'The order of the list says it; between policies there is no order.');
  if (plugin.match.length > 0) lost('match', 'There is no match by direction or port; attach the policy to a listener or route instead.');
  if (config['failStrategy'] === 'FAIL_RELOAD') lost('failStrategy FAIL_RELOAD', 'Envoy Gateway knows failOpen true and false.');
  if (Object.keys(asObject(config['pluginConfig'])).length > 0)
    lost(
      'the exact bytes of pluginConfig',
      'Envoy Gateway passes the JSON as written, Istio sorts its keys; for a JSON reader they are equal.',
    );
}

function codeEntry(config: JsonObject): JsonValue | undefined {
  const remote = asObject(codeSource(asString(config['url']) ?? '', asString(config['sha256']))['remote']);
  const uri = asString(asObject(remote['httpUri'])['uri']);
  if (uri === undefined) return undefined;
  const pullPolicy =
    config['imagePullPolicy'] === 'Always' || config['imagePullPolicy'] === 'IfNotPresent' ? config['imagePullPolicy'] : undefined;
  const sha256 = asString(config['sha256']);
  if (!uri.startsWith('oci:')) return compact({ type: 'HTTP', http: compact({ url: uri, sha256 }), pullPolicy });
  const secret = asString(config['imagePullSecret']);
  const pullSecretRef = secret === undefined ? undefined : { name: secret.slice(secret.lastIndexOf('/') + 1) };
  return compact({ type: 'Image', image: compact({ url: uri.replace(/^oci:\/*/, ''), sha256, pullSecretRef }), pullPolicy });
}
