import { expect, test } from 'vitest';
import { base64ToBytes, bytesToUtf8 } from '#base/bytes.ts';
import { getIn } from '#base/json.ts';
import { runScenario } from '../../scenario/run-scenario.ts';
import { readFields } from '../../wasm/proto-reader.ts';

const authz = {
  '@type': 'type.googleapis.com/envoy.extensions.filters.http.ext_authz.v3.ExtAuthz',
  grpc_service: { envoy_grpc: { cluster_name: 'auth' }, timeout: '1s' },
  with_request_body: { max_request_bytes: 2, allow_partial_message: true },
};

/** The content at a path of field numbers; the first one where a field is repeated. */
function at(bytes: Uint8Array, ...path: readonly number[]): Uint8Array {
  return path.reduce((message, number) => readFields(message)?.find(({ field }) => field === number)?.bytes ?? new Uint8Array(0), bytes);
}

test('a check by gRPC tells who asks for what, with the first bytes of the body', async () => {
  const { observed } = await runScenario(
    {
      version: 1,
      name: '',
      filters: [{ name: 'envoy.filters.http.ext_authz', typed_config: authz }],
      clusters: { auth: { hang: true } },
      request: {
        headers: [
          ['x-a', '1'],
          ['x-a', '2'],
          ['x-envoy-auth-partial-body', 'forged'],
        ],
        body: 'abc',
      },
    },
    { loadModule: () => undefined },
  );
  const body = getIn(observed, ['exchanges', 0, 'callouts', 0, 'body', 'base64']);
  const request = (base64ToBytes(typeof body === 'string' ? body : '') ?? new Uint8Array(0)).subarray(5);
  const http = at(request, 1, 4, 2);
  const headers = (readFields(http) ?? [])
    .filter(({ field }) => field === 3)
    .map(({ bytes }) => bytesToUtf8(at(bytes ?? http, 1)) + '=' + bytesToUtf8(at(bytes ?? http, 2)));
  expect(bytesToUtf8(at(request, 1, 1, 1, 1, 2))).toBe('127.0.0.1');
  expect(bytesToUtf8(at(http, 2))).toBe('GET');
  expect(bytesToUtf8(at(http, 11))).toBe('ab');
  expect(headers).toContain('x-a=1,2');
  expect(headers.filter((header) => header.startsWith('x-envoy-auth'))).toEqual(['x-envoy-auth-partial-body=true']);
});
