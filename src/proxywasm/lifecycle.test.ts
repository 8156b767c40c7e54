import { describe, expect, test } from 'vitest';
import { bytesToUtf8, utf8Bytes } from '#base/bytes.ts';
import { FakeBuffer, FakeConnection, FakeHeaders, FakeHttpStream, FakeProxy } from '#testing/fake-proxy.ts';
import { guestModule, pluginSettings } from '#testing/guests.ts';
import type { HttpContext } from './http-context.ts';
import type { Plugin } from './plugin.ts';
import type { PluginSettings } from './plugin-settings.ts';
import { WasmRuntime, type StartOptions } from './wasm-runtime.ts';

class Bench {
  readonly proxy = new FakeProxy();
  readonly runtime = new WasmRuntime(this.proxy);

  /** The plugin that does what `script` says. */
  async plugin(
    script: string,
    more: Partial<PluginSettings> = {},
    options: StartOptions = {},
    guest = 'guests/rust/probe',
  ): Promise<Plugin> {
    const made = this.runtime.createPlugin(pluginSettings(script, more), await guestModule(guest), this.proxy, options);
    if (!made.ok) throw new Error(made.error.rejection);
    return made.value;
  }

  /** Takes the messages heard since the last time. */
  heard(): readonly string[] {
    const messages = this.proxy.messages;
    this.proxy.lines.length = 0;
    return messages;
  }
}

function stream(plugin: Plugin): { context: HttpContext; host: FakeHttpStream } {
  const host = new FakeHttpStream();
  const context = plugin.createHttpContext(host);
  if (context === undefined) throw new Error('the plugin is bypassed');
  return { context, host };
}

const headers = (): FakeHeaders => new FakeHeaders({ ':path': '/', ':method': 'GET' });

describe('local replies', () => {
  test('are sent after the guest has returned, and override its result', async () => {
    const bench = new Bench();
    const { context, host } = stream(await bench.plugin('[request_headers]\nsend_local_response 403 a\\sb text X-A:1|x-a:2 7\nreturn 0'));
    expect(context.decodeHeaders(headers(), true)).toBe(4);
    expect(host.replies).toEqual([
      {
        code: 403,
        details: 'a_b',
        body: 'text',
        headers: [
          ['x-a', '1'],
          ['x-a', '2'],
        ],
        grpcStatus: 7,
      },
    ]);
  });

  test('a grpc status outside 0 to 16 is none', async () => {
    const bench = new Bench();
    const { context, host } = stream(await bench.plugin('[request_headers]\nsend_local_response 403 "" "" "" 17'));
    context.decodeHeaders(headers(), true);
    expect(host.replies[0]?.grpcStatus).toBeUndefined();
  });
});

describe('traps', () => {
  test('fail the stream once, and every later one', async () => {
    const bench = new Bench();
    const plugin = await bench.plugin('[request_body]\ntrap');
    const first = stream(plugin);
    expect(first.context.decodeHeaders(headers(), false)).toBe(0);
    expect(first.context.decodeData(new FakeBuffer('x'), true)).toBe(3);
    expect(first.context.encodeHeaders(headers(), false)).toBe(0);
    first.context.log({});
    first.context.onDestroy();
    expect(first.host.replies).toEqual([{ code: 503, details: 'wasm_fail_stream', body: '', headers: [], grpcStatus: 14 }]);
    const second = stream(plugin);
    expect(second.context.decodeHeaders(headers(), false)).toBe(4);
    expect(second.host.replies).toHaveLength(1);
    expect(bench.proxy.failures.map(({ callback, message, contextId }) => [callback, message, contextId])).toEqual([
      ['proxy_on_request_body', 'Uncaught RuntimeError: unreachable', 2],
    ]);
  });

  test('FAIL_OPEN lets later streams pass, fail_open this one too', async () => {
    const open = await new Bench().plugin('[request_headers]\ntrap', { failurePolicy: 'FAIL_OPEN' });
    expect(stream(open).context.decodeHeaders(headers(), true)).toBe(4);
    expect(open.createHttpContext(new FakeHttpStream())).toBeUndefined();
    const old = await new Bench().plugin('[request_headers]\ntrap', { failOpen: true });
    const { context, host } = stream(old);
    expect([context.decodeHeaders(headers(), true), host.replies]).toEqual([0, []]);
    expect(old.createHttpContext(new FakeHttpStream())).toBeUndefined();
  });

  test('FAIL_RELOAD starts again when a stream comes after the backoff', async () => {
    const bench = new Bench();
    const plugin = await bench.plugin('[configure]\nlog 2 up\n[request_headers #1]\ntrap', {
      failurePolicy: 'FAIL_RELOAD',
      reloadBackoffMs: 200,
    });
    for (let request = 1; request <= 2; request++) {
      const { context } = stream(plugin);
      expect(context.decodeHeaders(headers(), true)).toBe(4);
      context.onDestroy();
    }
    bench.proxy.clock.advance(301);
    bench.heard();
    const again = stream(plugin);
    expect(bench.heard()).toEqual(['up', 'log 2 up = 0']);
    expect([again.context.id, again.context.vm.failed]).toEqual([2, undefined]);
    expect(Object.fromEntries(bench.proxy.stats)).toMatchObject({
      'wasm.probe.vm_reload_backoff': 1,
      'wasm.probe.vm_reload_success': 1,
      'wasm.probe.vm_reload_failure': 0,
      'wasm.envoy.wasm.runtime.v8.active': 1,
      'wasm.envoy.wasm.runtime.v8.created': 2,
    });
  });

  test('take the other plugins of the VM with them', async () => {
    const bench = new Bench();
    const one = await bench.plugin('', { rootId: 'one', vmId: 'v' });
    const two = await bench.plugin('[request_headers]\ntrap', { rootId: 'two', vmId: 'v' });
    const held = stream(one);
    expect(held.context.decodeHeaders(headers(), false)).toBe(0);
    stream(two).context.decodeHeaders(headers(), true);
    expect(held.context.decodeData(new FakeBuffer('x'), true)).toBe(3);
    expect(held.host.replies).toHaveLength(1);
  });

  test('of endless recursion are traps like others', async () => {
    const bench = new Bench();
    const plugin = await bench.plugin('[request_headers]\nrecurse');
    expect(stream(plugin).context.decodeHeaders(headers(), true)).toBe(4);
    expect(bench.proxy.failures[0]?.message).toBe('Uncaught RangeError: Maximum call stack size exceeded');
  });

  test('a mistake of the embedder is not a trap', async () => {
    const bench = new Bench();
    const plugin = await bench.plugin('[request_headers]\nget_property x');
    bench.proxy.getProperty = () => {
      throw new TypeError('a bug');
    };
    expect(() => stream(plugin).context.decodeHeaders(headers(), true)).toThrow('a bug');
  });
});

describe('timers', () => {
  test('fire again only after the tick, and stop with the plugin', async () => {
    const bench = new Bench();
    const plugin = await bench.plugin('[configure]\nset_tick_period_milliseconds 50\n[tick]\nlog 2 tick');
    bench.heard();
    bench.proxy.clock.advance(175);
    expect(bench.heard().filter((line) => line === 'tick')).toHaveLength(3);
    plugin.shutdown();
    expect(bench.proxy.clock.pending).toBe(0);
  });

  test('of the main thread run beside those of the worker', async () => {
    const bench = new Bench();
    await bench.plugin('[configure]\nset_tick_period_milliseconds 50\n[tick]\nlog 2 tick', {}, { mainThread: true });
    bench.proxy.lines.length = 0;
    bench.proxy.clock.advance(60);
    expect(bench.proxy.lines.filter(({ message }) => message === 'tick').map(({ vm }) => vm?.thread)).toEqual(['main', 'worker']);
  });
});

describe('the end of a plugin', () => {
  test('waits for the last stream', async () => {
    const bench = new Bench();
    const plugin = await bench.plugin('[done]\nlog 2 done\n[delete]\nlog 2 delete');
    const { context } = stream(plugin);
    context.decodeHeaders(headers(), false);
    bench.heard();
    plugin.shutdown();
    expect(bench.heard()).toEqual([]);
    context.onDestroy();
    context.onDestroy();
    expect(
      bench.proxy.lines.map(({ contextId, message }) => [contextId, message]).filter(([, message]) => !String(message).includes('=')),
    ).toEqual([
      [2, 'done'],
      [2, 'delete'],
      [1, 'done'],
      [1, 'delete'],
    ]);
  });

  test('cancels its calls', async () => {
    const bench = new Bench();
    const plugin = await bench.plugin('[configure]\nhttp_call auth :method:GET|:path:/|:authority:a "" "" 100\ngrpc_stream auth s m ""');
    plugin.shutdown();
    expect(bench.proxy.httpCalls[0]?.cancelled).toBe(true);
    expect(bench.proxy.grpcCalls[0]?.events).toEqual(['cancel']);
    bench.heard();
    bench.proxy.httpCalls[0]?.answer.response([[':status', '200']], new Uint8Array(0), []);
    bench.proxy.grpcCalls[0]?.answer.close(0, '');
    expect(bench.heard()).toEqual([]);
  });

  test('with the last VM of its vm_id shared data is gone', async () => {
    const bench = new Bench();
    const script = '[configure]\nget_shared_data k\nset_shared_data k v 0';
    const first = await bench.plugin(script, { vmId: 'v' });
    first.shutdown();
    bench.heard();
    await bench.plugin(script, { vmId: 'v' });
    expect(bench.heard()[0]).toBe('get_shared_data k = 1 - -');
  });
});

describe('calls', () => {
  const call = '[request_headers]\nhttp_call auth :method:GET|:path:/|:authority:a "" "" 100\nreturn 1\n';

  test('an answer inside the call waits until the guest has returned', async () => {
    const bench = new Bench();
    const send = bench.proxy.httpCall.bind(bench.proxy);
    bench.proxy.httpCall = (request, answer) => {
      const handle = send(request, answer);
      answer.response([[':status', '200']], utf8Bytes('now'), []);
      return handle;
    };
    const plugin = await bench.plugin(`${call}[http_call_response]\nget_buffer_bytes 4 0 10`);
    stream(plugin).context.decodeHeaders(headers(), true);
    expect(bench.heard().map((line) => line.slice(0, 22))).toEqual(['http_call auth :method', 'get_buffer_bytes 4 0 1']);
  });

  test('a failure tells 0, 0, 0 and a status for as long as the callback', async () => {
    const bench = new Bench();
    const plugin = await bench.plugin(`${call}[http_call_response]\nget_status\nget_header_map_pairs 6\n[tick]\nget_status`);
    stream(plugin).context.decodeHeaders(headers(), true);
    bench.heard();
    bench.proxy.httpCalls[0]?.answer.failure('reset');
    bench.proxy.httpCalls[0]?.answer.failure('again');
    expect(bench.heard()).toEqual(['get_status = 0 "reset" 5 11', 'get_header_map_pairs 6 = 0 null 0']);
  });

  test('a hundred thousand of them are only bounded by what the proxy accepts', async () => {
    const bench = new Bench();
    const plugin = await bench.plugin('[request_headers]\nrep 100000 ~http_call auth :method:GET|:path:/|:authority:a "" "" 100');
    stream(plugin).context.decodeHeaders(headers(), true);
    expect(bench.proxy.httpCalls).toHaveLength(100_000);
    plugin.shutdown();
  });
});

describe('many streams', () => {
  test('a thousand in flight keep apart and leave nothing behind', async () => {
    const bench = new Bench();
    const plugin = await bench.plugin('[request_headers]\nget_header_map_value 0 x-n\nreturn 1');
    const streams = Array.from({ length: 1000 }, () => stream(plugin));
    streams.forEach(({ context }, i) => context.decodeHeaders(new FakeHeaders({ ':path': '/', 'x-n': String(i) }), true));
    expect(bench.heard().at(-1)).toBe('get_header_map_value 0 x-n = 0 "999" 3');
    const { vm } = streams[0]?.context ?? {};
    expect(vm?.contexts.size).toBe(1002);
    for (const { context } of streams) context.onDestroy();
    expect(vm?.contexts.size).toBe(2);
  });

  test("endless output is the embedder's to bound: lines are told one by one", async () => {
    const bench = new Bench();
    let told = 0;
    bench.proxy.log = () => void told++;
    const plugin = await bench.plugin('[request_headers]\nrep 20000 ~log 2 text');
    stream(plugin).context.decodeHeaders(headers(), true);
    expect(told).toBe(20_000);
  });
});

describe('connections', () => {
  test('pass their bytes through the guest, and end once', async () => {
    const bench = new Bench();
    const plugin = await bench.plugin('[downstream_data]\nset_buffer_bytes 2 0 100 changed\n[done]\nlog 2 done');
    const host = new FakeConnection();
    const context = plugin.createNetworkContext(host);
    const bytes = new FakeBuffer('text');
    expect([context?.onNewConnection(), context?.onData(bytes, false), String(bytes)]).toEqual([0, 0, 'changed']);
    bench.heard();
    context?.onEvent('remote');
    context?.onEvent('local');
    context?.onDestroy();
    expect(bench.heard().filter((line) => line === 'done')).toHaveLength(1);
  });

  test('are closed when the VM is lost', async () => {
    const plugin = await new Bench().plugin('[new_connection]\ntrap');
    const host = new FakeConnection();
    expect(plugin.createNetworkContext(host)?.onNewConnection()).toBe(1);
    expect(host.done).toEqual(['close ']);
  });
});

describe('code that has not arrived', () => {
  test('fails or passes every stream by the policy', () => {
    const proxy = new FakeProxy();
    const runtime = new WasmRuntime(proxy);
    const closed = runtime.createPlugin(pluginSettings(''), undefined, proxy);
    if (!closed.ok) throw new Error('refused');
    const { context, host } = stream(closed.value);
    expect([context.decodeHeaders(headers(), true), host.replies[0]?.code]).toEqual([4, 503]);
    const open = runtime.createPlugin(pluginSettings('', { failurePolicy: 'FAIL_OPEN' }), undefined, proxy);
    expect(open.ok && open.value.createHttpContext(new FakeHttpStream())).toBeUndefined();
    expect(proxy.logs[0]).toBe('5 host: Plugin probe failed to load');
  });
});

describe('tracing', () => {
  test('tells callbacks and host calls with decoded arguments and results', async () => {
    const bench = new Bench();
    const seen: unknown[] = [];
    bench.proxy.trace = {
      callback: (_vm, id, name, args) => void seen.push([id, name, args]),
      callbackDone: (_vm, id, name, result) => void seen.push([id, name, 'gave', result]),
      hostCall: ({ contextId, name, args, status, result }) => void seen.push([contextId, name, args, status, result]),
    };
    const plugin = await bench.plugin(
      '[request_headers]\n~get_header_map_value 0 :path\n~add_header_map_value 9 a b\n~get_shared_data k\n~get_buffer_bytes 6 0 3\nreturn 1',
      {
        vmConfiguration: utf8Bytes('vm'),
      },
    );
    seen.length = 0;
    stream(plugin).context.decodeHeaders(headers(), true);
    const shown = seen.map((entry) =>
      JSON.stringify(entry, (_key, value: unknown) => (value instanceof Uint8Array ? bytesToUtf8(value) : value)),
    );
    expect(shown).toEqual([
      '[2,"proxy_on_context_create",[2,1]]',
      '[2,"proxy_on_context_create","gave",null]',
      '[2,"proxy_on_request_headers",[2,2,1]]',
      '[2,"proxy_get_header_map_value",[0,":path"],0,"/"]',
      '[2,"proxy_add_header_map_value",[9,"a","b"],2,null]',
      '[2,"proxy_get_shared_data",["k"],1,null]',
      '[2,"proxy_get_buffer_bytes",[6,0,3],0,"vm"]',
      '[2,"proxy_on_request_headers","gave",1]',
    ]);
  });
});

describe('modules of other hosts', () => {
  test("Higress's run on request, with stubs that say so", async () => {
    const bench = new Bench();
    const code = await guestModule('guests/wat/abi-vendor');
    expect(bench.runtime.createPlugin(pluginSettings(''), code, bench.proxy)).toMatchObject({
      ok: false,
      error: { code: 'proxywasm/vendor-abi' },
    });
    expect(bench.runtime.createPlugin(pluginSettings('', { vendorFunctions: true }), code, bench.proxy).ok).toBe(true);
  });
});
