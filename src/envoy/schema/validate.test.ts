import { describe, expect, test } from 'vitest';
import { formatPath, type JsonValue } from '#base/json.ts';
import { envoyTypes } from '#testing/envoy-types.ts';
import type { ValidateOptions } from '../types.ts';

const types = await envoyTypes();
const HCM = 'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager';

function problems(name: string, value: JsonValue, options?: ValidateOptions): string[] {
  return types.validate(name, value, options).map((problem) => `${problem.code.slice(6)} ${formatPath(problem.path)}: ${problem.message}`);
}

describe('structure', () => {
  test('all unknown fields are named, with what was probably meant', () => {
    expect(problems('envoy.extensions.wasm.v3.PluginConfig', { rootid: 'x', vm_confg: {}, colour: 1 })).toEqual([
      'unknown-field rootid: envoy.extensions.wasm.v3.PluginConfig has no field "rootid"; did you mean "rootId"?',
      'unknown-field vm_confg: envoy.extensions.wasm.v3.PluginConfig has no field "vm_confg"; did you mean "vm_config"?',
      'unknown-field colour: envoy.extensions.wasm.v3.PluginConfig has no field "colour"',
    ]);
  });

  test('the path leads into lists, maps and typed configs', () => {
    const typed = { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router', dynamic_stats: 'yes' };
    expect(
      problems(HCM, {
        stat_prefix: 'x',
        rds: { route_config_name: 'r', config_source: { ads: {} } },
        http_filters: [{ name: 'r', typed_config: typed }],
      }),
    ).toEqual(['wrong-type http_filters[0].typed_config.dynamic_stats: Expected true or false, found the text "yes"']);
  });

  test('a typed struct is checked as the message it carries', () => {
    const struct = { type_url: 'type.googleapis.com/io.istio.http.peer_metadata.Config', value: { shared_with_upstreem: true } };
    expect(problems('google.protobuf.Any', { '@type': 'type.googleapis.com/udpa.type.v1.TypedStruct', ...struct })).toEqual([
      'unknown-field value.shared_with_upstreem: io.istio.http.peer_metadata.Config has no field "shared_with_upstreem"; did you mean "shared_with_upstream"?',
    ]);
  });

  test('enum values', () => {
    expect(problems('envoy.extensions.wasm.v3.PluginConfig', { failure_policy: 'FAIL_CLOSE' })).toEqual([
      'unknown-enum-value failure_policy: "FAIL_CLOSE" is none of UNSPECIFIED, FAIL_RELOAD, FAIL_CLOSED, FAIL_OPEN; did you mean FAIL_CLOSED?',
    ]);
    expect(problems('envoy.extensions.wasm.v3.PluginConfig', { failure_policy: 'fail_open' })).toEqual([
      'enum-case failure_policy: "fail_open" is written FAIL_OPEN in the API',
    ]);
  });

  test('what Envoy takes and istiod does not', () => {
    const value = { add_user_agent: 'true', access_log: { name: 'x' }, codec_type: 'http1', stat_prefix: 'x', route_config: {} };
    expect(problems(HCM, value)).toEqual([
      'loose-value add_user_agent: Expected true or false, found the text "true"',
      'loose-value access_log: Expected a list, found an object',
      'enum-case codec_type: "http1" is written HTTP1 in the API',
    ]);
    expect(types.validate(HCM, value, { reader: 'istiod' }).map((problem) => `${problem.severity} ${problem.code}`)).toEqual([
      'error envoy/wrong-type',
      'error envoy/wrong-type',
      'error envoy/enum-case',
    ]);
    expect(types.normalise(HCM, value, { reader: 'envoy' }).value).toMatchObject({
      addUserAgent: true,
      accessLog: [{ name: 'x' }],
      codecType: 'HTTP1',
    });
  });

  test('what istiod takes and Envoy does not', () => {
    const value = { colour: 1, filename: '/x', inline_string: 'y' };
    const graves = (reader: 'envoy' | 'istiod'): string[] =>
      types.validate('envoy.config.core.v3.DataSource', value, { reader }).map((problem) => problem.severity);
    expect(graves('envoy')).toEqual(['error', 'error']);
    expect(graves('istiod')).toEqual(['warning', 'warning']);
  });

  test('several members of a oneof', () => {
    expect(problems('envoy.config.core.v3.DataSource', { filename: '/x', inline_string: 'y' })).toEqual([
      'oneof-conflict : Only one of filename, inline_string may be set (specifier)',
    ]);
  });

  test('a field in both spellings', () => {
    expect(problems('envoy.extensions.wasm.v3.PluginConfig', { rootId: 'a', root_id: 'b' })).toEqual([
      'duplicate-field root_id: "root_id" is set twice, in both spellings',
    ]);
  });
});

describe('types', () => {
  const any = (type: string): string[] => problems('google.protobuf.Any', { '@type': type });

  test('a v2 message names its successor', () => {
    expect(any('type.googleapis.com/envoy.config.filter.http.lua.v2.Lua')).toEqual([
      'retired-type ["@type"]: envoy.config.filter.http.lua.v2.Lua is of the v2 API, which Envoy has not known since 1.18; its successor is envoy.extensions.filters.http.lua.v3.Lua',
    ]);
  });

  test('a slip of the pen', () => {
    expect(any('type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wazm')).toEqual([
      'unknown-type ["@type"]: Nobody knows the message envoy.extensions.filters.http.wasm.v3.Wazm; did you mean envoy.extensions.filters.http.wasm.v3.Wasm?',
    ]);
    expect(any('type.googleapis.com/envoy.extensions.filters.http.cors.v3.CorsPolicy2')).toEqual([
      'unknown-type ["@type"]: Nobody knows the message envoy.extensions.filters.http.cors.v3.CorsPolicy2; did you mean envoy.extensions.filters.http.cors.v3.CorsPolicy?',
    ]);
  });

  test('no type at all', () => {
    expect(problems('google.protobuf.Any', { x: 1 })).toEqual(['any-without-type : A typed configuration needs "@type"']);
  });
});

describe('durations', () => {
  const timeout = (value: JsonValue, options?: ValidateOptions): string[] =>
    problems('envoy.config.core.v3.HttpUri', { uri: 'http://x', cluster: 'x', timeout: value }, options);

  test.each(['5s', '0.250s', '0s', '1.000000001s'])('%s is fine', (value) => {
    expect(timeout(value)).toEqual([]);
  });

  test('what only istiod reads', () => {
    expect(timeout('1m30s')).toEqual(['go-duration timeout: "1m30s" is read by istiod only; Envoy wants "90s"']);
    expect(timeout('1m30s', { reader: 'istiod' })).toEqual([]);
  });

  test.each(['5', 'five', '5 s', '1,5s'])('"%s" is none', (value) => {
    expect(timeout(value)).toEqual([`malformed-duration timeout: "${value}" is not a duration`]);
  });

  test('a number is none', () => {
    expect(timeout(5)).toEqual(['wrong-type timeout: Expected a duration such as "5s", found the number 5']);
  });
});

describe('rules', () => {
  test('absent fields and oneofs, in the spelling of their neighbours', () => {
    expect(problems(HCM, { http_filters: [] })).toEqual([
      'oneof-required : One of rds, route_config, scoped_routes must be set',
      'required : "stat_prefix" is required',
    ]);
    expect(problems(HCM, { statPrefix: '' })).toEqual([
      'rule statPrefix: statPrefix must not be empty',
      'oneof-required : One of rds, routeConfig, scopedRoutes must be set',
    ]);
  });

  test('a patch need not be complete', () => {
    expect(problems(HCM, { http_filters: [] }, { partial: true })).toEqual([]);
  });

  test('ranges, lengths, formats', () => {
    expect(problems('envoy.config.core.v3.SocketAddress', { address: '', port_value: 70000 })).toEqual([
      'rule address: address must not be empty',
      'rule port_value: port_value must be at most 65535',
    ]);
    expect(problems('envoy.config.core.v3.HeaderValue', { key: 'a\nb' })).toEqual(['rule key: key must be a header name']);
  });

  test('deprecated fields', () => {
    expect(problems('envoy.extensions.wasm.v3.PluginConfig', { fail_open: true })).toEqual([
      'deprecated-field fail_open: "fail_open" is deprecated',
    ]);
  });
});

test('any JSON for any message is a list of problems, never an exception', () => {
  for (const name of types.names()) {
    for (const value of [null, 1, 'x', [], [1], { x: { y: [] } }, { name: [], '@type': 3 }] as const) {
      expect(() => [types.validate(name, value), types.normalise(name, value)]).not.toThrow();
    }
  }
});
