import { add, policyNamespace, selector, type Plain, type World } from './world.ts';

const phases = ['AUTHN', 'AUTHZ', 'STATS', 'UNSPECIFIED_PHASE'] as const;

/** WasmPlugins and TrafficExtensions. */
export function addPlugins(world: World): void {
  const { chance } = world;
  for (let index = chance.int(0, 4); index > 0; index--) {
    const name = `plugin-${index}`;
    const namespace = policyNamespace(world);
    if (chance.odds(0.75)) {
      add(
        world,
        'extensions.istio.io/v1alpha1',
        'WasmPlugin',
        { name, namespace },
        { spec: { ...selector(world), url: url(world, name), ...order(world), ...wasm(world) } },
      );
    } else {
      const body = chance.odds(0.5)
        ? { lua: { inlineCode: 'function envoy_on_request(handle) end' } }
        : { wasm: { url: url(world, name), ...wasm(world) } };
      add(
        world,
        'extensions.istio.io/v1alpha1',
        'TrafficExtension',
        { name, namespace },
        { spec: { ...selector(world), ...order(world), ...body } },
      );
    }
  }
}

function url(world: World, name: string): string {
  return world.chance.pick([
    `oci://registry.example/${name}:1.0`,
    `https://files.example/${name}.wasm`,
    `file:///opt/${name}.wasm`,
    `registry.example/${name}`,
  ]);
}

function order(world: World): Plain {
  const { chance } = world;
  return {
    ...chance.maybe(0.8, () => ({ phase: chance.pick(phases) })),
    ...chance.maybe(0.6, () => ({ priority: chance.int(-3, 3) })),
    ...chance.maybe(0.3, () => ({
      match: [
        {
          ...chance.maybe(0.6, () => ({ mode: chance.pick(['CLIENT', 'SERVER', 'CLIENT_AND_SERVER']) })),
          ...chance.maybe(0.5, () => ({ ports: [{ number: chance.pick([80, 8080, 9000, 9100]) }] })),
        },
      ],
    })),
  };
}

function wasm(world: World): Plain {
  const { chance } = world;
  return {
    ...chance.maybe(0.25, () => ({ type: chance.pick(['HTTP', 'NETWORK']) })),
    ...chance.maybe(0.3, () => ({ failStrategy: chance.pick(['FAIL_CLOSE', 'FAIL_OPEN', 'FAIL_RELOAD']) })),
    ...chance.maybe(0.4, () => ({
      pluginConfig: chance.pick<Plain>([{ a: 1, b: ['x', { y: true }] }, { text: 'hello', nothing: null }, {}]),
    })),
    ...chance.maybe(0.2, () => ({ pluginName: 'named' })),
    ...chance.maybe(0.2, () => ({ sha256: 'a'.repeat(64) })),
    ...chance.maybe(0.2, () => ({ imagePullPolicy: chance.pick(['IfNotPresent', 'Always']) })),
    ...chance.maybe(0.2, () => ({
      vmConfig: {
        env: [
          { name: 'KEY', value: 'v' },
          { name: 'HOST', valueFrom: 'HOST' },
        ],
      },
    })),
  };
}

const anchors = [
  'envoy.filters.http.router',
  'envoy.filters.http.cors',
  'envoy.filters.http.fault',
  'envoy.filters.http.jwt_authn',
  'istio.stats',
  'nobody',
];

/** EnvoyFilters over HTTP filters, network filters and listeners. */
export function addEnvoyFilters(world: World): void {
  const { chance } = world;
  for (const index of chance.some([0, 1], 0.35)) {
    add(
      world,
      'networking.istio.io/v1alpha3',
      'EnvoyFilter',
      { name: `ef-${index}`, namespace: policyNamespace(world) },
      {
        spec: {
          ...target(world),
          ...chance.maybe(0.3, () => ({ priority: chance.int(-2, 2) })),
          configPatches: chance.times(chance.int(1, 3), (at) =>
            chance.odds(0.7) ? httpPatch(world, `${index}-${at}`) : networkPatch(world, `${index}-${at}`),
          ),
        },
      },
    );
  }
}

/** EnvoyFilters have another name for their selector. */
function target(world: World): Plain {
  const chosen = world.chance.odds(0.5) ? selector(world) : {};
  const { selector: own, ...rest } = chosen as { selector?: { matchLabels: Plain } };
  return { ...rest, ...(own === undefined ? {} : { workloadSelector: { labels: own.matchLabels } }) };
}

function listenerMatch(world: World): Plain {
  const { chance } = world;
  return {
    ...chance.maybe(0.2, () => ({ portNumber: chance.pick([80, 8080, 9000, 15_006]) })),
    ...chance.maybe(0.1, () => ({ name: chance.pick(['virtualInbound', '0.0.0.0_80']) })),
  };
}

function context(world: World): string {
  return world.chance.pick(['ANY', 'SIDECAR_INBOUND', 'SIDECAR_OUTBOUND', 'GATEWAY']);
}

function httpPatch(world: World, id: string): Plain {
  const { chance } = world;
  const operation = chance.pick(['INSERT_BEFORE', 'INSERT_AFTER', 'INSERT_FIRST', 'ADD', 'REMOVE', 'REPLACE', 'MERGE']);
  const anchor = chance.pick(anchors);
  return {
    applyTo: 'HTTP_FILTER',
    match: {
      context: context(world),
      listener: {
        ...listenerMatch(world),
        filterChain: { filter: { name: 'envoy.filters.network.http_connection_manager', subFilter: { name: anchor } } },
      },
    },
    patch: {
      operation,
      ...(operation === 'REMOVE'
        ? {}
        : {
            value: {
              name: operation === 'MERGE' ? anchor : `added-${id}`,
              typed_config: {
                '@type': 'type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua',
                default_source_code: { inline_string: '--' },
              },
            },
          }),
    },
  };
}

function networkPatch(world: World, id: string): Plain {
  const { chance } = world;
  const anchor = chance.pick([
    'envoy.filters.network.http_connection_manager',
    'envoy.filters.network.tcp_proxy',
    'istio.metadata_exchange',
    'istio.stats',
  ]);
  if (chance.odds(0.4)) {
    return {
      applyTo: 'NETWORK_FILTER',
      match: {
        context: context(world),
        listener: { ...listenerMatch(world), filterChain: { filter: { name: 'envoy.filters.network.http_connection_manager' } } },
      },
      patch: {
        operation: 'MERGE',
        value: {
          name: 'envoy.filters.network.http_connection_manager',
          typed_config: {
            '@type': 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
            ...chance.pick<Plain>([{ server_name: 'own' }, { xff_num_trusted_hops: 2 }, { stream_idle_timeout: '10s' }]),
          },
        },
      },
    };
  }
  return {
    applyTo: 'NETWORK_FILTER',
    match: { context: context(world), listener: { ...listenerMatch(world), filterChain: { filter: { name: anchor } } } },
    patch: {
      operation: chance.pick(['INSERT_BEFORE', 'INSERT_AFTER', 'INSERT_FIRST']),
      value: { name: `net-${id}`, typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.network.echo.v3.Echo' } },
    },
  };
}
