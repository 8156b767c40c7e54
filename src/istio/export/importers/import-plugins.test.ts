import { describe, expect, test } from 'vitest';
import { envoyTypes } from '#testing/envoy-types.ts';
import { resourcesOf } from '#testing/resources.ts';
import { minorOf } from '../../minors.ts';
import type { Exported } from '../export.ts';
import { importPlugins } from './import-plugins.ts';

const types = await envoyTypes();

function imported(text: string, istio = '1.31'): Exported {
  return importPlugins({ resources: resourcesOf(text), minor: minorOf(istio), types });
}

/** The one plugin made of the text, and what was lost. */
function one(text: string, istio?: string): { readonly spec: unknown; readonly kind: unknown; readonly lost: readonly unknown[] } {
  const { documents, diagnostics } = imported(text, istio);
  return { kind: documents[0]?.['kind'], spec: documents[0]?.['spec'], lost: diagnostics.map(({ args, code }) => args?.['what'] ?? code) };
}

const filter = (spec: string): string =>
  `apiVersion: networking.istio.io/v1alpha3\nkind: EnvoyFilter\nmetadata: { name: auth, namespace: shop }\nspec:\n${spec}\n`;

const type = (name: string): string => `"@type": type.googleapis.com/envoy.extensions.filters.http.${name}`;
const inManager = (name: string): string =>
  `listener: { filterChain: { filter: { name: envoy.filters.network.http_connection_manager, subFilter: { name: ${name} } } } }`;
const insert = (context: string, place: string, value: string): string =>
  `- { applyTo: HTTP_FILTER, match: { context: ${context}, ${place} }, patch: { operation: INSERT_BEFORE, value: ${value} } }`;

describe('EnvoyFilters', () => {
  test('a Wasm filter before jwt_authn is a plugin of phase AUTHN', () => {
    const value = `{ name: auth, typed_config: { ${type('wasm.v3.Wasm')}, config: {
      root_id: basic, fail_open: true, configuration: { "@type": type.googleapis.com/google.protobuf.StringValue, value: '{"realm":"shop"}' },
      vm_config: { runtime: envoy.wasm.runtime.v8, code: { local: { filename: /etc/auth.wasm } },
        environment_variables: { host_env_keys: [POD_NAME], key_values: { MODE: strict } } } } } }`;
    const text = filter(
      `  workloadSelector: { labels: { app: cart } }\n  configPatches:\n  ${insert('SIDECAR_INBOUND', inManager('envoy.filters.http.jwt_authn'), value)}`,
    );
    expect(one(text)).toEqual({
      kind: 'WasmPlugin',
      spec: {
        url: 'file:///etc/auth.wasm',
        pluginName: 'basic',
        pluginConfig: { realm: 'shop' },
        failStrategy: 'FAIL_OPEN',
        vmConfig: {
          env: [
            { name: 'MODE', value: 'strict' },
            { name: 'POD_NAME', valueFrom: 'HOST' },
          ],
        },
        selector: { matchLabels: { app: 'cart' } },
        phase: 'AUTHN',
        match: [{ mode: 'SERVER' }],
      },
      lost: [],
    });
  });

  test('what only an EnvoyFilter can say is told', () => {
    const value = `{ name: w, typed_config: { ${type('wasm.v3.Wasm')}, config: { configuration: { "@type": type.googleapis.com/google.protobuf.StringValue, value: 'a: 1' },
      vm_config: { vm_id: mine, runtime: envoy.wasm.runtime.wamr, allow_precompiled: true, code: { remote: { sha256: x, http_uri: { uri: 'https://files.example/w.wasm', cluster: f, timeout: 1s } } } } } } }`;
    const place = inManager('envoy.filters.http.router').replace(
      '{ filterChain: {',
      '{ name: virtualInbound, filterChain: { sni: a.example,',
    );
    const { lost } = one(
      filter(`  configPatches:\n  ${insert('GATEWAY', place, value)}\n  - { applyTo: CLUSTER, patch: { operation: REMOVE } }`),
    );
    expect(lost).toEqual([
      'patch 2 (REMOVE on CLUSTER)',
      'its place (INSERT_BEFORE envoy.filters.http.router)',
      'runtime envoy.wasm.runtime.wamr',
      'vm_id',
      'allowPrecompiled of the VM',
      'configuration',
      'match.listener.name of patch 1',
      'match.filterChain.sni of patch 1',
      'the context GATEWAY',
    ]);
  });

  test('the remote form: an ECDS resource and the filter that asks for it', () => {
    const wasm = `{ name: w, typed_config: { ${type('wasm.v3.Wasm')}, config: { vm_config: { code: { remote: { http_uri: { uri: 'oci://registry.example/w:1' } } } } } } }`;
    const asks =
      '{ name: w, config_discovery: { config_source: { ads: {} }, type_urls: [type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm] } }';
    const patches = `  configPatches:\n  - { applyTo: EXTENSION_CONFIG, patch: { operation: ADD, value: ${wasm} } }\n`;
    const grpcStats = inManager('envoy.filters.http.grpc_stats');
    expect(one(filter(`${patches}  ${insert('ANY', grpcStats, asks)}`))).toEqual({
      kind: 'WasmPlugin',
      spec: { url: 'oci://registry.example/w:1' },
      lost: [],
    });
    expect(one(filter(patches)).lost).toEqual(['the configuration w', 'istio/import-nothing']);
  });

  test('contexts and ports become match', () => {
    const value = `{ name: l, typed_config: { ${type('wasm.v3.Wasm')}, config: { vm_config: { code: { local: { filename: /w } } } } } }`;
    const at = (port: number): string =>
      inManager('envoy.filters.http.grpc_stats').replace('{ filterChain', `{ portNumber: ${port}, filterChain`);
    const patches = [
      insert('SIDECAR_INBOUND', at(8080), value),
      insert('SIDECAR_OUTBOUND', at(8080), value),
      insert('SIDECAR_OUTBOUND', at(9000), value),
    ];
    expect(one(filter(`  configPatches:\n  ${patches.join('\n  ')}`)).spec).toEqual({
      url: 'file:///w',
      match: [{ ports: [{ number: 8080 }] }, { mode: 'CLIENT', ports: [{ number: 9000 }] }],
    });
  });

  test('Lua becomes a TrafficExtension, where there is one', () => {
    const value = `{ name: l, typed_config: { ${type('lua.v3.Lua')}, inline_code: "function envoy_on_request(h) end" } }`;
    const text = filter(`  configPatches:\n  ${insert('ANY', inManager('envoy.filters.http.grpc_stats'), value)}`);
    expect(one(text)).toEqual({ kind: 'TrafficExtension', spec: { lua: { inlineCode: 'function envoy_on_request(h) end' } }, lost: [] });
    expect(one(text, '1.29.1').lost).toEqual(['istio/export-needs-1.30']);
  });

  test('several filters get names of their own, and priorities in their order', () => {
    const value = (name: string): string =>
      `{ name: ${name}, typed_config: { ${type('wasm.v3.Wasm')}, config: { vm_config: { code: { local: { filename: /${name} } } } } } }`;
    const jwt = inManager('envoy.filters.http.jwt_authn');
    const { documents } = imported(
      filter(`  configPatches:\n  ${insert('ANY', jwt, value('first'))}\n  ${insert('ANY', jwt, value('second'))}`),
    );
    expect(documents).toMatchObject([
      { metadata: { name: 'auth-first' }, spec: { phase: 'AUTHN', priority: 20 } },
      { metadata: { name: 'auth-second' }, spec: { phase: 'AUTHN', priority: 10 } },
    ]);
  });
});

describe('Higress WasmPlugins', () => {
  const higress = (spec: string): string =>
    `apiVersion: extensions.higress.io/v1alpha1\nkind: WasmPlugin\nmetadata: { name: waf, namespace: higress-system }\nspec: { url: oci://registry.example/waf:1, ${spec} }\n`;
  const made = (config: object): object => ({
    kind: 'WasmPlugin',
    spec: { url: 'oci://registry.example/waf:1', ...config, selector: { matchLabels: { higress: 'higress-system-higress-gateway' } } },
    lost: [],
  });

  test('rules go into the configuration', () => {
    const rules =
      'matchRules: [{ ingress: [shop/web], config: { a: 2 } }, { domain: [a.example], service: [cart.shop], config: { a: 3 } }, { configDisable: true }]';
    expect(one(higress(`defaultConfig: { a: 1 }, ${rules}`))).toEqual(
      made({
        pluginConfig: {
          a: 1,
          _rules_: [
            { a: 2, _match_route_: ['shop/web'] },
            { a: 3, _match_service_: ['cart.shop'], _match_domain_: ['a.example'] },
          ],
        },
      }),
    );
  });

  test('pluginConfig counts alone, phase and priority stay', () => {
    expect(one(higress('pluginConfig: { b: 1 }, defaultConfig: { a: 1 }, phase: AUTHZ, priority: 5'))).toEqual(
      made({ pluginConfig: { b: 1 }, phase: 'AUTHZ', priority: 5 }),
    );
  });

  test('a disabled default without rules passes nothing on; a rule for nothing is refused', () => {
    expect(one(higress('defaultConfig: { a: 1 }, defaultConfigDisable: true'))).toMatchObject({
      spec: undefined,
      lost: ['anything', 'istio/import-nothing'],
    });
    expect(one(higress('matchRules: [{ config: { a: 2 } }]'))).toMatchObject({
      spec: undefined,
      lost: ['anything', 'istio/import-nothing'],
    });
  });
});

describe('EnvoyExtensionPolicies', () => {
  const policy = (spec: string): string =>
    `apiVersion: gateway.envoyproxy.io/v1alpha1\nkind: EnvoyExtensionPolicy\nmetadata: { name: ext, namespace: shop }\nspec: { targetRefs: [{ group: gateway.networking.k8s.io, kind: Gateway, name: web }], ${spec} }\n`;
  const targetRefs = [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'web' }];

  test('an image with its secret, variables and failure', () => {
    const wasm =
      'wasm: [{ name: w, rootID: r, code: { type: Image, image: { url: registry.example/w:1, pullSecretRef: { name: pull } }, pullPolicy: Always }, config: { a: 1 }, failOpen: true, env: { hostKeys: [POD_NAME] } }]';
    expect(one(policy(wasm))).toEqual({
      kind: 'WasmPlugin',
      spec: {
        url: 'oci://registry.example/w:1',
        imagePullPolicy: 'Always',
        imagePullSecret: 'pull',
        pluginName: 'r',
        pluginConfig: { a: 1 },
        failStrategy: 'FAIL_OPEN',
        vmConfig: { env: [{ name: 'POD_NAME', valueFrom: 'HOST' }] },
        targetRefs,
        phase: 'AUTHZ',
      },
      lost: [],
    });
  });

  test('Lua runs before Wasm, in the order of the lists', () => {
    const entries =
      'wasm: [{ name: w, code: { type: HTTP, http: { url: https://files.example/w.wasm } } }], lua: [{ type: Inline, inline: x }], extProc: [{}]';
    const { documents, diagnostics } = imported(policy(entries));
    expect(documents).toMatchObject([
      { kind: 'TrafficExtension', metadata: { name: 'ext-lua-1' }, spec: { priority: 20, lua: { inlineCode: 'x' } } },
      { kind: 'WasmPlugin', metadata: { name: 'ext-w' }, spec: { priority: 10, url: 'https://files.example/w.wasm' } },
    ]);
    expect(diagnostics.map(({ args }) => args?.['what'])).toEqual(['extProc']);
  });
});
