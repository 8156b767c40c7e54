import { expect, test } from 'vitest';
import { HTTP_WASM_TYPE } from './listener.ts';
import { runsCode } from './plugin-code.ts';

const wasm = (runtime: string): { '@type': string; config: object } => ({ '@type': HTTP_WASM_TYPE, config: { vmConfig: { runtime } } });

test.each([
  ['a module', { typedConfig: wasm('envoy.wasm.runtime.v8') as never }, true],
  ['what is linked into Envoy', { typedConfig: wasm('envoy.wasm.runtime.null') as never }, false],
  ['a script', { typedConfig: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua' } }, true],
  [
    'a module in a TypedStruct',
    { typedConfig: { '@type': 'type.googleapis.com/xds.type.v3.TypedStruct', typeUrl: HTTP_WASM_TYPE, value: {} } },
    true,
  ],
  ['what asks for one', { configDiscovery: { typeUrls: [HTTP_WASM_TYPE] } }, true],
  ['another filter', { typedConfig: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.cors.v3.Cors' } }, false],
])('%s', (_, filter, expected) => {
  expect(runsCode(filter)).toBe(expected);
});
