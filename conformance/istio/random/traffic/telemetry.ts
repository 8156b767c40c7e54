import { add, selector, type World } from '../world.ts';

/** Telemetry over the proxy. */
export function addTelemetry(world: World): void {
  const { chance } = world;
  if (!chance.odds(0.35)) return;
  for (const namespace of chance.some([...new Set(['istio-system', world.proxy.namespace])], 0.7)) {
    add(
      world,
      'telemetry.istio.io/v1',
      'Telemetry',
      { name: 'telemetry', namespace },
      {
        spec: {
          ...(namespace === 'istio-system' ? {} : selector(world)),
          ...chance.maybe(0.5, () => ({
            metrics: [
              {
                ...chance.maybe(0.5, () => ({ providers: [{ name: chance.pick(['prometheus', 'prom2']) }] })),
                ...chance.maybe(0.7, () => ({
                  overrides: [
                    {
                      match: {
                        metric: chance.pick(['REQUEST_COUNT', 'ALL_METRICS', 'TCP_SENT_BYTES']),
                        mode: chance.pick(['CLIENT', 'SERVER', 'CLIENT_AND_SERVER']),
                      },
                      ...chance.maybe(0.4, () => ({ disabled: chance.odds(0.6) })),
                      ...chance.maybe(0.5, () => ({
                        tagOverrides: { request_host: { operation: 'UPSERT', value: 'request.host' }, source_app: { operation: 'REMOVE' } },
                      })),
                    },
                  ],
                })),
                ...chance.maybe(0.15, () => ({ reportingInterval: '20s' })),
              },
            ],
          })),
          ...chance.maybe(0.5, () => ({
            accessLogging: [
              {
                ...chance.maybe(0.6, () => ({ providers: [{ name: chance.pick(['envoy', 'json-log', 'otel-log']) }] })),
                ...chance.maybe(0.3, () => ({ disabled: chance.odds(0.5) })),
                ...chance.maybe(0.4, () => ({ match: { mode: chance.pick(['CLIENT', 'SERVER', 'CLIENT_AND_SERVER']) } })),
                ...chance.maybe(0.3, () => ({ filter: { expression: 'response.code >= 400' } })),
              },
            ],
          })),
          ...chance.maybe(0.4, () => ({
            tracing: [
              {
                ...chance.maybe(0.7, () => ({ providers: [{ name: chance.pick(['zipkin', 'otel']) }] })),
                ...chance.maybe(0.5, () => ({ randomSamplingPercentage: chance.pick([0, 5, 50.5, 100]) })),
                ...chance.maybe(0.3, () => ({
                  customTags: {
                    own: { literal: { value: 'x' } },
                    env: { environment: { name: 'E', defaultValue: 'd' } },
                    head: { header: { name: 'x-h' } },
                  },
                })),
                ...chance.maybe(0.2, () => ({ disableSpanReporting: chance.odds(0.5) })),
              },
            ],
          })),
        },
      },
    );
  }
}
