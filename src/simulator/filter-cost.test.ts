import { describe, expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { listenerFromProto } from '#envoy/from-proto.ts';
import type { Listener } from '#envoy/listener.ts';
import { envoyTypes } from '#testing/envoy-types.ts';
import { measureFilter } from './filter-cost.ts';
import { filter, testListener } from './test-sidecar.ts';

const types = await envoyTypes();
const lua = (code: string): JsonObject => filter('http.lua.v3.Lua', { default_source_code: { inline_string: code } });
const denying = filter('http.rbac.v3.RBAC', { rules: { action: 'ALLOW', policies: {} } });
const read = (proto: JsonObject): Listener =>
  listenerFromProto(types.normalise('envoy.config.listener.v3.Listener', proto).value, () => ({ origin: 'scenario', reasons: [] }));
const listener = read(testListener({ filters: [denying, lua('function envoy_on_request(h) h:headers():add("x-lua", "yes") end')] }));
const config = { listener, modules: () => undefined, clusters: { upstream: { status: 200 } } };

describe('a filter alone', () => {
  test('the router alone answers, and nothing stands in its way', async () => {
    const cost = await measureFilter(config, undefined, { headers: [] });
    expect(cost).toMatchObject({ response: { status: 200 } });
  });
  test('others of the chain take no part', async () => {
    expect(await measureFilter(config, 0, { headers: [] })).toMatchObject({ response: { status: 403 }, upstream: undefined });
    const cost = await measureFilter(config, 1, { headers: [] });
    expect('refused' in cost ? [] : cost.upstream?.headers).toContainEqual(['x-lua', 'yes']);
    expect('refused' in cost ? 0 : cost.usPerStream).toBeGreaterThan(0);
  });
  test('what Envoy would refuse says so', async () => {
    const broken = read(testListener({ filters: [lua('this is no Lua')] }));
    expect(await measureFilter({ ...config, listener: broken }, 0, { headers: [] })).toHaveProperty('refused');
  });
});
