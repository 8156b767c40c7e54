import { expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { runScenario } from '#simulator/scenario/run-scenario.ts';
import type { TemplateId } from './templates.ts';
import { templates } from './templates.ts';

const network = (name: string, message: string, config: JsonObject): JsonObject => ({
  name: `envoy.filters.network.${name}`,
  typed_config: { '@type': `type.googleapis.com/envoy.extensions.filters.network.${name}.v3.${message}`, stat_prefix: 's', ...config },
});

const proxies: readonly (readonly [TemplateId, JsonObject, string])[] = [
  [
    'redis',
    network('redis_proxy', 'RedisProxy', { settings: { op_timeout: '1s' }, prefix_routes: { catch_all_route: { cluster: 'upstream' } } }),
    'redis.s.command.get.success',
  ],
  [
    'thrift',
    network('thrift_proxy', 'ThriftProxy', {
      route_config: { name: 'r', routes: [{ match: { method_name: 'echo' }, route: { cluster: 'upstream' } }] },
    }),
    'thrift.s.response_success',
  ],
  [
    'dubbo',
    network('dubbo_proxy', 'DubboProxy', {
      route_config: [
        { name: 'r', interface: '*', routes: [{ match: { method: { name: { exact: 'say' } } }, route: { cluster: 'upstream' } }] },
      ],
    }),
    'dubbo.s.response_success',
  ],
  ['mysql', network('mysql_proxy', 'MySQLProxy', {}), 'mysql.s.queries_parsed'],
  ['mongo', network('mongo_proxy', 'MongoProxy', {}), 'mongo.s.op_reply'],
  ['zookeeper', network('zookeeper_proxy', 'ZooKeeperProxy', {}), 's.zookeeper.ping_rq'],
];

test.each(proxies)('the conversation of %s is understood to its end by the filter it is for', async (id, filter, counter) => {
  const steps = templates.find((template) => template.id === id)?.steps ?? [];
  const scenario = {
    version: 1,
    name: id,
    networkFilters: [filter],
    conversation: steps,
    stats: ['redis.s.', 'thrift.s.', 'dubbo.s.', 'mongo.s.', 'mysql.s.', 's.'],
  };
  const { observed } = await runScenario(scenario as never, { loadModule: () => undefined });
  expect(observed['stats']).toMatchObject({ [counter]: 1 });
  expect(Object.entries(observed['stats'] as JsonObject).filter(([name, value]) => /decod\w*_error$/.test(name) && value !== 0)).toEqual(
    [],
  );
});
