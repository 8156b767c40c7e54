import { describe, expect, it } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { startProxy, testListener } from '../test-sidecar.ts';
import type { Sidecar } from '../simulator.ts';
import { createSidecar } from '../simulator.ts';

const plugin = (config: JsonObject): JsonObject => ({
  '@type': 'type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm',
  config: {
    name: 'demo.auth',
    vm_config: { code: { remote: { http_uri: { uri: 'oci://registry.example/auth:1' } } } },
    ...config,
  },
});

/** A proxy whose only plugin comes by ECDS and whose module nobody has. */
function proxyFor(typedConfig: JsonObject): Sidecar {
  const discovery: JsonObject = { name: 'demo.auth', config_discovery: { config_source: { ads: {} } } };
  return createSidecar({
    listener: testListener({ filters: [discovery] }),
    extensions: [{ name: 'demo.auth', typedConfig: { ...typedConfig, '@type': String(typedConfig['@type']) } }],
    modules: () => undefined,
    clusters: { upstream: { status: 200 } },
  });
}

describe('a module that the agent cannot fetch', () => {
  it.each([
    ['fail closed by default', {}, 403],
    ['fail_open', { fail_open: true }, 200],
    ['failure_policy: FAIL_OPEN', { failure_policy: 'FAIL_OPEN' }, 200],
    ['failure_policy: FAIL_RELOAD counts as closed', { failure_policy: 'FAIL_RELOAD' }, 403],
  ])('%s', async (_, config, status) => {
    const sidecar = proxyFor(plugin(config));
    const { filters, refused } = await sidecar.start();
    expect(refused).toBeUndefined();
    expect(filters[0]).toMatchObject({ name: 'demo.auth', type: 'envoy.extensions.filters.http.rbac.v3.RBAC' });
    expect(filters[0]?.note).toContain('oci://registry.example/auth:1');
    const trace = await sidecar.send({ headers: [] });
    expect(trace.response?.status).toBe(status);
  });

  it('an empty pull secret counts as one', async () => {
    const sidecar = proxyFor(
      plugin({
        vm_config: {
          code: { remote: { http_uri: { uri: 'oci://registry.example/auth:1' } } },
          environment_variables: { key_values: { ISTIO_META_WASM_IMAGE_PULL_SECRET: '' } },
        },
      }),
    );
    const { filters } = await sidecar.start();
    expect(filters[0]?.note).toMatch(/^The secret for its image is empty/);
  });
});

it('a filter nobody serves is told', async () => {
  const discovery: JsonObject = { name: 'demo.none', config_discovery: { config_source: { ads: {} } } };
  const sidecar = await startProxy({ filters: [discovery] });
  const trace = await sidecar.send({ headers: [] });
  expect(trace.filters[0]?.note).toBe('Nothing serves its configuration: Envoy waits for it, and the listener takes no connections.');
});
