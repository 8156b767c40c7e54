import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { utf8Bytes } from '#base/bytes.ts';
import { allHostFunctions } from '#proxywasm/imports/table.ts';
import { capabilitiesOf } from './capabilities.ts';
import { missingImportHelp } from './missing-imports.ts';
import { readProducers } from './producers.ts';

test('every host function of every ABI version is part of exactly one capability, or of none by name', () => {
  const plain = new Set([
    'proxy_get_status',
    'proxy_get_configuration',
    'pthread_equal',
    'emscripten_notify_memory_growth',
    'proc_exit',
    'sched_yield',
    'poll_oneoff',
  ]);
  const names = (['0.1.0', '0.2.0', '0.2.1'] as const).flatMap((abi) => allHostFunctions(abi).map(([, name]) => name));
  const owners = new Map(names.map((name) => [name, capabilitiesOf([name]).map(({ id }) => id)]));
  expect([...owners].filter(([name, ids]) => ids.length !== (plain.has(name) ? 0 : 1))).toEqual([]);
});

test('capabilities list their functions once, in the table’s order', () => {
  const found = capabilitiesOf(['proxy_http_call', 'proxy_add_header_map_value', 'proxy_get_header_map_value', 'unknown']);
  expect(found.map(({ id, functions }) => [id, functions])).toEqual([
    ['headers', ['proxy_add_header_map_value', 'proxy_get_header_map_value']],
    ['http-calls', ['proxy_http_call']],
  ]);
});

test.each([
  ['env', 'abort', /AssemblyScript/],
  ['gojs', 'runtime.wasmExit', /wasip1/],
  ['env', '__cxa_throw', /-fno-exceptions/],
  ['env', 'proxy_redis_call', /Higress/],
  ['wasi:http/types@0.2.0', 'x', /preview 2/],
  ['env', 'memcpy', /sysroot/],
])('advice for %s.%s', (module, name, expected) => {
  expect(missingImportHelp(module, name)).toMatch(expected);
});

test('no advice is better than a wrong one', () => {
  expect(missingImportHelp('env', 'my_own_function')).toBeUndefined();
});

describe('readProducers', () => {
  const name = (text: string): readonly number[] => [utf8Bytes(text).length, ...utf8Bytes(text)];
  const section = Uint8Array.from([
    2,
    ...name('language'),
    1,
    ...name('Rust'),
    ...name(''),
    ...name('processed-by'),
    2,
    ...name('rustc'),
    ...name('1.95.0'),
    ...name('clang'),
    ...name('19'),
  ]);

  test('fields, names and versions', () => {
    expect(readProducers(section)).toEqual([
      { field: 'language', name: 'Rust', version: '' },
      { field: 'processed-by', name: 'rustc', version: '1.95.0' },
      { field: 'processed-by', name: 'clang', version: '19' },
    ]);
  });

  test('what is cut off is left out, and nothing is thrown', () => {
    expect(readProducers(section.subarray(0, section.length - 1))).toHaveLength(2);
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => readProducers(bytes).length >= 0));
  });
});
