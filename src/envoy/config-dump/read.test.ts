import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '#base/json.ts';
import { envoyTypes } from '#testing/envoy-types.ts';
import { httpManagerOf } from '../listener.ts';
import type { ConfigDump } from './dump.ts';
import { readConfigDump, readConfigDumpSteps, readConfigDumpValue } from './read.ts';

const types = await envoyTypes();

function text(name: string): string {
  return readFileSync(new URL(`../../../conformance/config-dumps/${name}.json`, import.meta.url), 'utf8');
}

function read(source: string): ConfigDump {
  return readConfigDump({ name: 'dump.json', text: source }, types);
}

const codes = (dump: ConfigDump): string[] => dump.diagnostics.map((item) => item.code);

describe('a sidecar with a refused listener', () => {
  const source = text('sidecar-1.18.2-full');
  const dump = read(source);

  test('gives every listener with its state', () => {
    const states = dump.listeners.map(({ listener, state }) => `${state} ${listener.name}`);
    expect(states.filter((line) => line.startsWith('static'))).toHaveLength(2);
    expect(states.filter((line) => line.startsWith('active'))).toHaveLength(140);
    expect(states).toContain('active virtualOutbound');
    expect(states.filter((line) => line.startsWith('error'))).toContain('error virtualInbound');
    expect(dump.clusters).toHaveLength(143);
    expect(dump.routes).toHaveLength(92);
  });

  test('says why virtualInbound was refused', () => {
    const refused = dump.listeners.find(({ listener }) => listener.name === 'virtualInbound');
    expect(refused?.refused).toContain('default_source_code');
    expect(codes(dump).filter((code) => code === 'envoy/listener-refused')).toHaveLength(2);
  });

  test('shows the refused chain all the same', () => {
    const inbound = dump.listeners.find(({ listener }) => listener.name === 'virtualInbound')?.listener;
    expect(inbound).toMatchObject({ direction: 'INBOUND', address: '0.0.0.0:15006' });
    const filters = inbound?.filterChains.flatMap((chain) => httpManagerOf(chain)?.httpFilters ?? []).map((filter) => filter.name);
    expect(filters).toContain('envoy.filters.http.router');
    expect(inbound?.filterChains[0]?.match).toEqual({ destinationPort: 15006 });
  });

  test('knows whose proxy it is', () => {
    expect(dump.node).toMatchObject({ type: 'sidecar', namespace: 'hr2', name: 'geo-5c54dcd5bd-z5ghf', istioVersion: '1.18.2' });
    expect(dump.node?.labels['io.kompose.service']).toBe('geo');
  });

  test('points into the text', () => {
    const { listener, range } = dump.listeners.find((item) => item.listener.name === 'virtualOutbound')!;
    expect(JSON.parse(source.slice(range?.start, range?.end))).toMatchObject({ name: listener.name });
  });

  test('knows nearly everything in it', () => {
    expect(dump.diagnostics.filter((item) => item.code === 'envoy/dump-problem').map((item) => item.message)).toEqual([]);
  });

  test('cut in the middle, gives what stands before the cut', () => {
    const cut = read(source.slice(0, Math.floor(source.length / 2)));
    expect(cut.listeners.length).toBeGreaterThan(20);
    expect(cut.clusters).toHaveLength(143);
    expect(cut.diagnostics[0]).toMatchObject({ code: 'envoy/dump-cut', severity: 'warning' });
    expect(cut.diagnostics[0]?.message).toMatch(/middle of configs\[2\]\.dynamic_listeners\[\d+\]/);
    expect(cut.node?.namespace).toBe('hr2');
  });

  test('is read in steps', () => {
    const steps = readConfigDumpSteps({ name: 'dump.json', text: source }, types);
    let count = 0;
    let step = steps.next();
    for (; step.done !== true; step = steps.next()) count++;
    expect(count).toBeGreaterThan(300);
    expect(step.value.listeners).toHaveLength(dump.listeners.length);
  });
});

test('a waypoint with endpoints', () => {
  const dump = read(text('waypoint-1.21'));
  expect(dump.node).toMatchObject({ type: 'waypoint', istioVersion: expect.stringMatching(/^1\.21/) as string });
  expect(dump.endpoints).toHaveLength(2);
  expect(dump.listeners.map(({ listener }) => `${listener.name} ${listener.address}`)).toContain('main_internal internal');
  const main = dump.listeners.find(({ listener }) => listener.name === 'main_internal')?.listener;
  expect(main?.filterChains.length).toBeGreaterThan(1);
});

test('extension configurations name their plugins', () => {
  const dump = read(text('ecds-wasm'));
  expect(dump.extensions.map((item) => [item.name, item.provenance?.resource])).toEqual([
    ['default.httpbin-rate-limiting', { kind: 'WasmPlugin', namespace: 'default', name: 'httpbin-rate-limiting' }],
    ['default.display-metadata', { kind: 'WasmPlugin', namespace: 'default', name: 'display-metadata' }],
    ['istio.io/telemetry/stats/prometheus/sidecar/Outbound/HTTP', undefined],
    ['istio.io/telemetry/stats/prometheus/sidecar/Inbound/HTTP', undefined],
    ['istio.io/telemetry/stats/prometheus/sidecar/Inbound/TCP', undefined],
    ['istio.io/telemetry/stats/prometheus/sidecar/Outbound/TCP', undefined],
  ]);
  expect(dump.extensions[1]?.typedConfig).toMatchObject({
    config: { vmConfig: { environmentVariables: { hostEnvKeys: ['POD_NAMESPACE'] } } },
  });
});

const discovery = { config_source: { ads: {} }, type_urls: ['type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm'] };

function hcm(filters: readonly JsonObject[]): JsonObject {
  const type = 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager';
  return { name: 'hcm', typed_config: { '@type': type, stat_prefix: 'x', http_filters: filters } };
}

function listener(name: string, filters: readonly JsonObject[] = []): JsonObject {
  return { '@type': 'type.googleapis.com/envoy.config.listener.v3.Listener', name, filter_chains: [{ filters: [hcm(filters)] }] };
}

function section(type: string, fields: JsonObject): JsonObject {
  return { '@type': `type.googleapis.com/envoy.admin.v3.${type}`, ...fields };
}

describe('plugins in the filters of a dump', () => {
  test.each([
    ['extensions.istio.io/trafficextension/demo.p~istio-translated-wasmplugin', 'WasmPlugin'],
    ['extensions.istio.io/trafficextension/demo.p', 'TrafficExtension'],
    ['extensions.istio.io/wasmplugin/demo.p', 'WasmPlugin'],
    ['extenstions.istio.io/wasmplugin/demo.p', 'WasmPlugin'],
    ['demo.p', 'WasmPlugin'],
  ])('%s', (name, kind) => {
    const dump = readConfigDumpValue([listener('l', [{ name, config_discovery: discovery }])], types);
    const filter = httpManagerOf(dump.listeners[0]!.listener.filterChains[0]!)?.httpFilters?.[0];
    expect(filter?.provenance.resource).toEqual({ kind, namespace: 'demo', name: 'p' });
  });

  test('a dotted name that asks for no Wasm is none', () => {
    const dump = readConfigDumpValue([listener('l', [{ name: 'demo.p' }])], types);
    expect(httpManagerOf(dump.listeners[0]!.listener.filterChains[0]!)?.httpFilters?.[0]?.provenance.resource).toBeUndefined();
  });

  test('a configuration that is asked for but not there', () => {
    const configs = [
      section('ListenersConfigDump', {
        static_listeners: [{ listener: listener('l', [{ name: 'demo.p', config_discovery: discovery }]) }],
      }),
      section('EcdsConfigDump', { ecds_filters: [{ ecds_filter: { name: 'demo.other' } }] }),
    ];
    const dump = read(JSON.stringify({ configs }));
    expect(dump.extensions).toMatchObject([{ name: 'demo.other' }, { name: 'demo.p', missing: true }]);
    expect(codes(dump)).toEqual(['envoy/extension-missing']);
  });
});

describe('the forms people have', () => {
  const names = (dump: ConfigDump): string[] => dump.listeners.map((item) => `${item.state} ${item.listener.name}`);

  test('warming, draining and refused versions', () => {
    const state = (name: string): JsonObject => ({ version_info: '1', listener: listener(name) });
    const entries = [
      { name: 'a', active_state: state('a'), warming_state: state('a'), draining_state: state('a') },
      { name: 'b', active_state: state('b'), error_state: { details: 'no good', failed_configuration: listener('b') } },
      { name: 'c', error_state: { details: 'no good', failed_configuration: listener('c') } },
      { name: 'd', error_state: { details: 'no good' } },
    ];
    const dump = read(JSON.stringify({ configs: [section('ListenersConfigDump', { dynamic_listeners: entries })] }));
    expect(names(dump)).toEqual(['active a', 'warming a', 'draining a', 'active b', 'error c']);
    expect(codes(dump)).toEqual(['envoy/listener-warming', 'envoy/update-refused', 'envoy/listener-refused', 'envoy/listener-refused']);
  });

  test('?resource=dynamic_listeners', () => {
    const entry = section('ListenersConfigDump.DynamicListener', { name: 'a', active_state: { listener: listener('a') } });
    expect(names(read(JSON.stringify({ configs: [entry] })))).toEqual(['active a']);
  });

  test('istioctl proxy-config listeners, routes, clusters -o json', () => {
    const manager = {
      '@type': 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
      statPrefix: 'x',
    };
    const camel = {
      name: 'a',
      address: { socketAddress: { address: '0.0.0.0', portValue: 80 } },
      filterChains: [{ filters: [{ name: 'h', typedConfig: manager }] }],
    };
    const dump = read(JSON.stringify([camel]));
    expect(names(dump)).toEqual(['active a']);
    expect(dump.listeners[0]?.listener.address).toBe('0.0.0.0:80');
    expect(read(JSON.stringify([{ name: 'r', virtualHosts: [] }])).routes).toEqual([{ name: 'r' }]);
    expect(read(JSON.stringify([{ name: 'c', type: 'EDS', edsClusterConfig: {} }])).clusters).toMatchObject([{ name: 'c', type: 'EDS' }]);
  });

  test('istioctl proxy-config ecds and bootstrap -o json', () => {
    const ecds = {
      ecdsFilters: [{ ecdsFilter: { '@type': 'type.googleapis.com/envoy.config.core.v3.TypedExtensionConfig', name: 'demo.p' } }],
    };
    expect(read(JSON.stringify(ecds)).extensions).toEqual([{ name: 'demo.p' }]);
    const bootstrap = {
      bootstrap: {
        node: { id: 'router~10.0.0.1~gw-1.istio-system~istio-system.svc.cluster.local' },
        staticResources: { listeners: [{ name: 's' }] },
      },
    };
    const dump = read(JSON.stringify(bootstrap));
    expect(dump.node).toMatchObject({ type: 'router', name: 'gw-1', namespace: 'istio-system' });
    expect(names(dump)).toEqual(['static s']);
  });

  test('several texts one after the other', () => {
    expect(names(read(`${JSON.stringify([listener('a')])}\n${JSON.stringify([listener('b')])}`))).toEqual(['active a', 'active b']);
  });

  test('fields and types of another version are named once', () => {
    const odd = [
      { name: 'a', typed_config: { '@type': 'type.googleapis.com/example.New' } },
      { name: 'b', colour: 1 },
    ];
    const dump = readConfigDumpValue([listener('a', odd), listener('b', odd)], types);
    expect(dump.diagnostics.map((item) => item.message)).toEqual([
      'a filter_chains[0].filters[0].typed_config.http_filters[0].typed_config: Nobody knows the message example.New (2 times)',
      'a filter_chains[0].filters[0].typed_config.http_filters[1].colour: envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter has no field "colour" (2 times)',
    ]);
    expect(httpManagerOf(dump.listeners[0]!.listener.filterChains[0]!)?.httpFilters?.[0]?.typedConfig).toEqual({
      '@type': 'type.googleapis.com/example.New',
    });
  });
});

describe('what is none', () => {
  test.each([
    ['', 'envoy/not-a-dump'],
    ['kind: Deployment', 'envoy/not-a-dump'],
    ['{"apiVersion":"v1","kind":"Pod"}', 'envoy/not-a-dump'],
    ['{"configs":[]}', 'envoy/not-a-dump'],
    ['{"cluster_statuses":[]}', 'envoy/other-endpoint'],
    ['{"configs":[{"@type":"x"} oops]}', 'envoy/dump-syntax'],
  ])('%s', (source, code) => {
    expect(codes(read(source))).toContain(code);
  });

  test('any JSON gives a dump, never an exception', () => {
    const odd: JsonValue[] = [
      null,
      1,
      [[]],
      { configs: [null, 1, { '@type': 7 }] },
      { configs: [section('ListenersConfigDump', { dynamic_listeners: [null, { active_state: 3, error_state: [] }] })] },
      { dynamic_listeners: { a: 1 } },
      [{ filter_chains: 'x', name: [] }],
    ];
    for (const value of odd) expect(() => readConfigDumpValue(value, types)).not.toThrow();
  });
});
