import { expect, test } from 'vitest';
import { ConfigReader } from '../config-reader.ts';
import { checkHttp2Request } from './codec-checks.ts';
import { Headers } from './headers.ts';
import { readManagerOptions } from './manager-options.ts';

const get: readonly [string, string][] = [
  [':method', 'GET'],
  [':scheme', 'http'],
  [':authority', 'a.example'],
  [':path', '/'],
];

function check(config: object, pairs: readonly [string, string][], endStream = true): string | undefined {
  const changed = new Map([...get, ...pairs]);
  return checkHttp2Request(Headers.request([...changed]), endStream, readManagerOptions(new ConfigReader({ ...config }), 'node'))?.details;
}

test.each([
  ['a plain request', {}, [], undefined],
  ['an empty host', {}, [[':authority', '']], 'http2.invalid.header.field'],
  ['a user in the host', {}, [[':authority', 'u@a.example']], 'http2.invalid.header.field'],
  ['a blank in the path', {}, [[':path', '/a b']], 'http2.invalid.header.field'],
  ['a length without a body', {}, [['content-length', '5']], 'http2.violation.of.messaging.rule'],
  ['extended CONNECT', {}, [[':protocol', 'websocket']], 'http2.invalid.header.field'],
  ['extended CONNECT where it is allowed', { http2_protocol_options: { allow_connect: true } }, [[':protocol', 'websocket']], undefined],
  ['more headers than allowed', { common_http_protocol_options: { max_headers_count: 4 } }, [['x', '1']], 'http2.too_many_headers'],
  ['headers that are too long', { max_request_headers_kb: 1 }, [['x', 'y'.repeat(1024)]], 'http2.header_list_size_too_large'],
] as const)('%s', (_, config, pairs, details) => {
  expect(
    check(
      config,
      pairs.map(([name, value]) => [name, value]),
    ),
  ).toBe(details);
});

test('headers with underscores are dropped where that is asked for', () => {
  const headers = Headers.request([...get, ['a_b', '1'], ['c', '2']]);
  const options = readManagerOptions(
    new ConfigReader({ common_http_protocol_options: { headers_with_underscores_action: 'DROP_HEADER' } }),
    'node',
  );
  expect(checkHttp2Request(headers, true, options)).toBeUndefined();
  expect(headers.entries().map(([name]) => name)).toEqual([':method', ':scheme', ':authority', ':path', 'c']);
});
