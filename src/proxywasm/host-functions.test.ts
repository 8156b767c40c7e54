import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { FakeBuffer, FakeHeaders, FakeHttpStream, FakeProxy } from '#testing/fake-proxy.ts';
import { guestModule, pluginSettings } from '#testing/guests.ts';
import type { HttpContext } from './http-context.ts';
import { signatureOf } from './imports/host-function.ts';
import { allHostFunctions } from './imports/table.ts';
import type { Vm } from './vm.ts';
import { WasmRuntime } from './wasm-runtime.ts';

/*
 * Host functions called with whatever a guest could pass: they answer with a number, they do not throw, and the guest's memory keeps its
 * size. (They cannot write outside of it: all they have is the typed array.)
 */
describe('host functions with any arguments', () => {
  let vm: Vm;
  let context: HttpContext;

  beforeEach(async () => {
    const proxy = new FakeProxy();
    const made = new WasmRuntime(proxy).createPlugin(pluginSettings(''), await guestModule('guests/rust/probe'), proxy);
    if (!made.ok) throw new Error(made.error.message);
    const created = made.value.createHttpContext(new FakeHttpStream());
    if (created === undefined) throw new Error('no context');
    context = created;
    vm = context.vm;
    context.decodeHeaders(new FakeHeaders({ ':path': '/', 'x-a': '1' }), false);
  });

  const interesting = [0, 1, 2, 4, 7, 8, 9, 16, 1024, 65_535, 65_536, 0x7fff_ffff, -1, -2, -16, -0x8000_0000];
  const word = fc.oneof(fc.constantFrom(...interesting), fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff }), fc.nat(200_000));
  const wide = fc.oneof(fc.constantFrom(0n, 1n, -1n, 1n << 62n), fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }));

  test.each(allHostFunctions('0.2.1').map(([module, name]) => [name, module]))('%s', (name) => {
    const fn = allHostFunctions('0.2.1').find(([, other]) => other === name)?.[2];
    if (fn === undefined) throw new Error(name);
    const call = fn.make(vm) as unknown as (...args: readonly (number | bigint)[]) => number | undefined;
    const args = fc.tuple(...signatureOf(fn).params.map((type) => (type === 'i64' ? wide : word) as fc.Arbitrary<number | bigint>));
    const size = vm.memory.length;
    fc.assert(
      fc.property(args, fc.constantFrom('headers', 'body', 'none'), (values, phase) => {
        vm.current = context;
        vm.effectiveId = 0;
        if (phase === 'body') Object.assign(context, {});
        const result = call(...values);
        if (fn.result === 'i32') expect(Number.isInteger(result)).toBe(true);
        expect(vm.memory.length).toBeGreaterThanOrEqual(size);
        vm.current = undefined;
        vm.failed = undefined;
      }),
      { numRuns: 150 },
    );
  });
});

describe('host functions by hand', () => {
  test('a whole exchange leaves what the guest made of it', async () => {
    const proxy = new FakeProxy();
    const made = new WasmRuntime(proxy).createPlugin(
      pluginSettings(`
        [request_headers]
        add_header_map_value 0 X-New value
        replace_header_map_value 0 :path /new
        [request_body]
        set_buffer_bytes 0 0 2 he
        [response_headers]
        remove_header_map_value 2 server`),
      await guestModule('guests/rust/probe'),
      proxy,
    );
    if (!made.ok) throw new Error(made.error.message);
    const stream = new FakeHttpStream();
    const context = made.value.createHttpContext(stream);
    const request = new FakeHeaders({ ':path': '/old', ':method': 'POST' });
    const body = new FakeBuffer('HEllo');
    const response = new FakeHeaders({ ':status': '200', server: 'x' });
    expect(context?.decodeHeaders(request, false)).toBe(0);
    expect(context?.decodeData(body, true)).toBe(0);
    expect(context?.encodeHeaders(response, true)).toBe(0);
    expect(request.list).toEqual([
      [':path', '/new'],
      [':method', 'POST'],
      ['x-new', 'value'],
    ]);
    expect(String(body)).toBe('hello');
    expect(response.list).toEqual([[':status', '200']]);
    expect(stream.done).toEqual(['clearRouteCache', 'clearRouteCache']);
  });
});
