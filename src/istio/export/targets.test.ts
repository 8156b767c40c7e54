import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asArray, asString, type JsonObject } from '#base/json.ts';
import { wasmPlugin, wasmPluginSpec } from '#testing/arbitrary-plugin.ts';
import { envoyTypes } from '#testing/envoy-types.ts';
import { resourcesOf } from '#testing/resources.ts';
import { stringifyDocuments } from '#yaml/stringify.ts';
import { readPlugin } from '../extension-config/plugin.ts';
import { extensionConfigOf } from '../extension-config/resolve.ts';
import { minorOf } from '../minors.ts';
import type { Resource } from '../resource.ts';
import { validateResources } from '../validation/validate.ts';
import { exportDesign, type Exported, type ExportTarget } from './export.ts';
import { importPlugins } from './importers/import-plugins.ts';

const types = await envoyTypes();
const minor = minorOf('1.31');

function exported(target: ExportTarget, resources: readonly Resource[]): Exported {
  return exportDesign(target, { resources, minor, types });
}

/** As a cluster would get them: through YAML. */
function applied(documents: readonly JsonObject[]): readonly Resource[] {
  return resourcesOf(stringifyDocuments(documents));
}

/** The filter and configuration istiod makes of a plugin, but for its names. */
function meaning(resource: Resource | undefined): unknown {
  const plugin = resource === undefined ? undefined : readPlugin(resource, minor).plugin;
  if (plugin === undefined) return undefined;
  const { layer, phase, priority, match, selector, targetRefs } = plugin;
  const { name: _, ...config } = JSON.parse(JSON.stringify(extensionConfigOf(plugin, { minor, resources: [] })?.typedConfig ?? {}))[
    'config'
  ];
  return { layer, phase, priority, match, selector, targetRefs, config };
}

function errorsOf(resources: readonly Resource[]): readonly string[] {
  return validateResources(resources, { istio: '1.31', types })
    .filter(({ severity }) => severity === 'error')
    .map(({ code, message }) => `${code} ${message}`);
}

describe('the other API of Istio', () => {
  test('a WasmPlugin and its TrafficExtension mean the same', () => {
    fc.assert(
      fc.property(wasmPluginSpec, (spec) => {
        const resource = wasmPlugin(spec);
        const there = applied(exported('trafficextension', [resource]).documents);
        const back = applied(exported('wasmplugin', there).documents);
        expect(meaning(there[0])).toEqual(meaning(resource));
        expect(meaning(back[0])).toEqual(meaning(resource));
      }),
      { numRuns: 60 },
    );
  });

  test('Lua has no place in a WasmPlugin, and Istio 1.29 none for it at all', () => {
    const resources = resourcesOf(
      'apiVersion: extensions.istio.io/v1alpha1\nkind: TrafficExtension\nmetadata: { name: l, namespace: shop }\nspec: { lua: { inlineCode: x } }\n',
    );
    expect(exported('wasmplugin', resources)).toMatchObject({
      documents: [],
      diagnostics: [{ code: 'istio/export-loss', args: { what: 'Lua code' } }],
    });
    const old = exportDesign('trafficextension', { resources: [wasmPlugin({ url: 'oci://a/b:1' })], minor: minorOf('1.29.1') });
    expect(old.diagnostics.map(({ code }) => code)).toEqual(['istio/export-needs-1.30']);
  });
});

describe('what is exported is accepted', () => {
  test.each<ExportTarget>(['wasmplugin', 'trafficextension', 'envoyfilter'])('%s, by schema and webhook', (target) => {
    fc.assert(
      fc.property(wasmPluginSpec, wasmPluginSpec, (one, two) => {
        const resources = [wasmPlugin(one, 'one'), wasmPlugin(two, 'two')];
        fc.pre(errorsOf(resources).length === 0);
        expect(errorsOf(applied(exported(target, resources).documents))).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  test('envoy, by the messages of Envoy', () => {
    fc.assert(
      fc.property(wasmPluginSpec, (spec) => {
        const [document = {}] = exported('envoy', [wasmPlugin(spec)]).documents;
        const problems = types.validate('envoy.config.bootstrap.v3.Bootstrap', document, { reader: 'envoy' });
        expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });
});

describe('a plugin written as an EnvoyFilter and read again', () => {
  test.each(['typed-config', 'typed-struct'] as const)('keeps module, configuration and variables: %s', (form) => {
    fc.assert(
      fc.property(wasmPluginSpec, ({ imagePullPolicy, ...others }) => {
        // Nobody pulls a file, so its policy is not written.
        const isFile = asString(others['url'])?.startsWith('file:') === true;
        const resource = wasmPlugin(isFile || imagePullPolicy === undefined ? others : { ...others, imagePullPolicy });
        const { documents } = exportDesign('envoyfilter', { resources: [resource], minor, types, options: { form } });
        const { documents: back } = importPlugins({ resources: applied(documents), minor, types });
        expect(meaning(applied(back)[0])).toMatchObject({ config: (meaning(resource) as JsonObject)['config'] });
      }),
      { numRuns: 40 },
    );
  });
});

describe('gateways of others', () => {
  const spec = {
    url: 'oci://registry.example/auth:1.0',
    pluginConfig: { realm: 'shop' },
    phase: 'AUTHN',
    priority: 10,
    failStrategy: 'FAIL_OPEN',
  };

  test('Higress keeps phase and priority and lives in its own namespace', () => {
    const { documents, diagnostics } = exported('higress', [wasmPlugin({ ...spec, selector: { matchLabels: { app: 'cart' } } })]);
    expect(documents).toEqual([
      {
        apiVersion: 'extensions.higress.io/v1alpha1',
        kind: 'WasmPlugin',
        metadata: { name: 'auth', namespace: 'higress-system' },
        spec: { url: spec.url, pluginConfig: spec.pluginConfig, phase: 'AUTHN', priority: 10, failStrategy: 'FAIL_OPEN' },
      },
    ]);
    expect(diagnostics.map(({ args }) => args?.['what'])).toEqual(['selector']);
  });

  test('Envoy Gateway gets one policy for a target, its plugins in the order in which Istio runs them', () => {
    const targetRefs = [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'web' }];
    const late = wasmPlugin({ ...spec, targetRefs, phase: 'STATS' }, 'late');
    const low = wasmPlugin({ ...spec, targetRefs, priority: 1 }, 'low');
    const high = wasmPlugin({ ...spec, targetRefs }, 'high');
    const { documents } = exported('envoyextensionpolicy', [late, low, high]);
    expect(documents).toMatchObject([
      {
        kind: 'EnvoyExtensionPolicy',
        spec: {
          targetRefs,
          wasm: [
            {
              name: 'high',
              code: { type: 'Image', image: { url: 'registry.example/auth:1.0' } },
              config: { realm: 'shop' },
              failOpen: true,
            },
            { name: 'low' },
            { name: 'late' },
          ],
        },
      },
    ]);
  });

  test('a plugin for nobody in particular has no place at Envoy Gateway', () => {
    const { documents, diagnostics } = exported('envoyextensionpolicy', [wasmPlugin(spec)]);
    expect(documents).toEqual([]);
    expect(diagnostics.map(({ args }) => args?.['what'])).toEqual(['where it applies']);
  });
});

describe('a plain Envoy', () => {
  test('gets modules as files, and hears which', () => {
    const { documents, diagnostics } = exported('envoy', [wasmPlugin({ url: 'oci://registry.example/auth:1.0' })]);
    expect(JSON.stringify(documents)).toContain('"local":{"filename":"/etc/envoy/modules/auth.wasm"}');
    expect(diagnostics.map(({ code }) => code)).toEqual(['istio/export-module-file']);
    expect(asArray(documents)).toHaveLength(1);
  });
});
