import { describe, expect, test } from 'vitest';
import type { Diagnostic } from '#base/diagnostic.ts';
import { asObject, asString, asStringMap, type JsonObject } from '#base/json.ts';
import { readConfigDumpValue } from '#envoy/config-dump/read.ts';
import { diffConfigurations } from '#envoy/diff/diff-listeners.ts';
import { placeText } from '#envoy/diff/difference.ts';
import type { Listener } from '#envoy/listener.ts';
import { listenerToProto } from '#envoy/to-proto.ts';
import { envoyTypes } from '#testing/envoy-types.ts';
import { goldenCase } from '#testing/golden.ts';
import { resourcesOf } from '#testing/resources.ts';
import { stringifyDocuments } from '#yaml/stringify.ts';
import { buildMesh } from '../../../build-listeners.ts';
import { isEnvoyFilter } from '../../../envoyfilter/read.ts';
import { isPlugin } from '../../../extension-config/plugin.ts';
import type { MeshInput, MeshOutput } from '../../../mesh.ts';
import { validateResources } from '../../../validation/validate.ts';
import { resourcesOfConfiguration } from './from-configuration.ts';

const types = await envoyTypes();

function meshOf(path: string): MeshInput {
  const { input } = goldenCase(path);
  const proxy = asObject(input['proxy']);
  const type = asString(proxy['type']);
  return {
    resources: resourcesOf(asString(input['resources']) ?? ''),
    proxy: {
      type: type === 'router' || type === 'waypoint' ? type : 'sidecar',
      name: asString(proxy['name']) ?? 'app',
      namespace: asString(proxy['namespace']) ?? 'default',
      labels: asStringMap(proxy['labels']),
      ip: '10.1.0.1',
      istioVersion: '1.31.0',
      metadata: {},
    },
    istio: '1.31',
    meshConfig: asObject(input['meshConfig']),
    env: asStringMap(input['env']),
    cluster: 'as-given',
    types,
  };
}

/** The same as a proxy would print it: no word about who made what. */
function dumped({ listeners, extensions }: MeshOutput): { listeners: readonly Listener[]; extensions: MeshOutput['extensions'] } {
  const section = (type: string, fields: JsonObject): JsonObject => ({ '@type': `type.googleapis.com/envoy.admin.v3.${type}`, ...fields });
  const dump = readConfigDumpValue(
    {
      configs: [
        section('ListenersConfigDump', {
          dynamicListeners: listeners.map((listener) => ({ name: listener.name, activeState: { listener: listenerToProto(listener) } })),
        }),
        section('EcdsConfigDump', {
          ecdsFilters: extensions.flatMap(({ name, typedConfig }) =>
            typedConfig === undefined ? [] : [{ ecdsFilter: { name, typedConfig } }],
          ),
        }),
      ],
    },
    types,
  );
  return { listeners: dump.listeners.map(({ listener }) => listener), extensions: dump.extensions };
}

/** A chain that waits for a configuration nobody gives is made again as it is. */
function isWrong({ severity, code }: Diagnostic): boolean {
  return severity === 'error' && code !== 'istio/discovery-unanswered';
}

/** What is left different when the proxy gets what was made of its own configuration. */
function left(input: MeshInput): { readonly text: string; readonly differences: readonly string[]; readonly messages: readonly string[] } {
  const before = buildMesh(input);
  const { documents, diagnostics } = resourcesOfConfiguration({ ...dumped(before), proxy: input.proxy, types });
  const text = stringifyDocuments(documents);
  const others = input.resources.filter((resource) => !isPlugin(resource) && !isEnvoyFilter(resource));
  const made = resourcesOf(text);
  expect(validateResources(made, { istio: '1.31', types }).filter(isWrong)).toEqual([]);
  const after = buildMesh({ ...input, resources: [...others, ...made] });
  const differences = diffConfigurations({ ...before, extensions: [], routes: [] }, { ...after, extensions: [], routes: [] });
  return {
    text,
    // How a filter is told of a plugin is not the same in all of them; where it stands is.
    differences: differences.filter(({ kind }) => kind !== 'changed').map(({ kind, place }) => `${kind} ${placeText(place)}`),
    messages: diagnostics.map((item) => `${item.message} ${item.help ?? ''}`),
  };
}

const plugins = [
  'phases',
  'phases-with-security',
  'network-phases',
  'network-phases-with-security',
  'match-mode',
  'match-ports',
  'priority',
  'types-mixed',
  'trafficextension',
  'gateway-http',
  'gateway-match',
  'gateway-servers',
  'namespaces',
  'ties-name',
  'selectors',
  'plugin-config',
];

describe('plugins of a configuration', () => {
  test.each(plugins)('%s: give the same chains again', (name) => {
    expect(left(meshOf(`golden/${name}`)).differences).toEqual([]);
  });
});

const patches = [
  'ef-order',
  'ef-ports',
  'ef-around-wasm',
  'ef-context',
  'ef-gateway',
  'ef-extension-config',
  'ef-http-twice',
  'ef-proxy-match',
  'ef-selectors',
  'ef-http-disabled',
  'ef-hcm-merge',
];

describe('inserted filters of a configuration', () => {
  test.each(patches)('%s: give the same chains again', (name) => {
    expect(left(meshOf(`golden/${name}`)).differences).toEqual([]);
  });
});

describe('what a configuration does not tell', () => {
  test('is named: policies, and that only filters are made', () => {
    const { messages } = left(meshOf('golden/phases-with-security'));
    expect(messages.join('\n')).toMatch(/jwt_authn.*made of RequestAuthentication/);
    expect(messages.join('\n')).toContain('Inserted filters are all that is made again');
  });

  test('a list of listeners has no modules: plugins are named, not made', () => {
    const input = meshOf('golden/phases');
    const { listeners } = dumped(buildMesh(input));
    const { documents, diagnostics } = resourcesOfConfiguration({ listeners, extensions: [], proxy: input.proxy, types });
    expect(documents).toEqual([]);
    expect(new Set(diagnostics.map(({ code }) => code))).toContain('istio/import-no-module');
  });

  test('the file that the agent put in place of an image is not its url', () => {
    const input = meshOf('golden/phases');
    const { listeners, extensions } = dumped(buildMesh(input));
    const fetched = extensions.map((extension) => ({
      ...extension,
      typedConfig: {
        '@type': asString(extension.typedConfig?.['@type']) ?? '',
        config: { vmConfig: { code: { local: { filename: '/var/lib/istio/data/a/b.wasm' } } } },
      },
    }));
    const { diagnostics } = resourcesOfConfiguration({ listeners, extensions: fetched, proxy: input.proxy, types });
    expect(diagnostics.some(({ message }) => message.includes('the url of its module'))).toBe(true);
  });
});

test.each(['1.20', '1.24', '1.27', '1.29', '1.31'])('the names that Istio %s gives', (istio) => {
  const input = meshOf('golden/phases');
  const { documents } = resourcesOfConfiguration({ ...dumped(buildMesh({ ...input, istio })), proxy: input.proxy, types });
  const names = documents.map(
    (document) => `${asString(document['kind']) ?? ''} ${asString(asObject(document['metadata'])['name']) ?? ''}`,
  );
  const own = new Set(input.resources.filter(isPlugin).map(({ kind, name }) => `${kind} ${name}`));
  expect(names.filter((name) => !own.has(name))).toEqual([]);
  expect(names.length).toBeGreaterThan(3);
});
