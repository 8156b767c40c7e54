import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { guestModule } from '#testing/guests.ts';
import type { JsonObject } from '#base/json.ts';
import type { Sidecar } from './simulator.ts';
import { startProxy, testListener } from './test-sidecar.ts';
import type { Trace, TraceEvent } from './trace.ts';
import { traceLimits } from './trace-limits.ts';

/*
 * Guests that mean no good, through the whole simulator: whatever they do ends in a trace that says so, and the proxy goes on. (A guest that
 * never returns is stopped from outside: conformance/cli/end-to-end.test.ts, e2e/bad-input.spec.ts.)
 */
const code = await guestModule('guests/rust/probe');

function plugin(script: string, more: JsonObject = {}, vm: JsonObject = {}): JsonObject {
  const configuration = { '@type': 'type.googleapis.com/google.protobuf.StringValue', value: script };
  const vmConfig = { runtime: 'envoy.wasm.runtime.v8', code: { local: { filename: 'probe.wasm' } }, ...vm };
  return {
    name: 'hostile',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm',
      config: { name: 'hostile', root_id: 'root', configuration, vm_config: vmConfig, ...more },
    },
  };
}

function start(script: string, more?: JsonObject): Promise<Sidecar> {
  return startProxy({ filters: [plugin(script, more)], sidecar: { modules: () => code } });
}

async function run(script: string, more?: JsonObject): Promise<Trace> {
  return (await start(script, more)).send({ headers: [] });
}

const logsOf = ({ events }: Trace): readonly string[] => events.flatMap((event) => (event.kind === 'log' ? [event.message] : []));
const trapsOf = ({ events }: Trace): readonly string[] => events.flatMap((event) => (event.kind === 'trap' ? [event.message] : []));
const ofKind = (events: readonly TraceEvent[], kind: TraceEvent['kind']): number => events.filter((event) => event.kind === kind).length;

describe('a guest that', () => {
  test('takes all the memory it can get stops at Envoy’s limit of 1 GiB and goes on', async () => {
    const trace = await run('[request_headers]\nrep 5 grow 4096');
    expect(logsOf(trace)).toEqual([
      'grow 4096 = done',
      'grow 4096 = done',
      'grow 4096 = done',
      'grow 4096 = refused',
      'grow 4096 = refused',
    ]);
    expect(trace.response?.status).toBe(200);
  });

  test.each([
    ['calls itself for ever', 'recurse', 'Uncaught RangeError: Maximum call stack size exceeded'],
    ['reads where there is no memory', 'peek 4294967295', 'Uncaught RuntimeError: memory access out of bounds'],
    ['gives up', 'trap', 'Uncaught RuntimeError: unreachable'],
  ])('%s loses its VM and is started again for a later request', async (_what, command, message) => {
    const sidecar = await start(`[request_headers #1]\n${command}`, {
      failure_policy: 'FAIL_RELOAD',
      reload_config: { backoff: { base_interval: '0.01s' } },
    });
    const first = await sidecar.send({ headers: [] });
    expect([trapsOf(first), first.response?.status]).toEqual([[message], 503]);
    await sidecar.advance(100);
    const second = await sidecar.send({ headers: [] });
    expect(second.metrics.find(({ name }) => name.endsWith('vm_reload_success'))?.value).toBe(1);
  });

  test('calls the host from its allocator is stopped like one that traps', async () => {
    const trace = await run('[request_headers]\nallocator call\nget_header_map_value 0 :path');
    expect(trapsOf(trace)).toContain('Uncaught Error: restricted_callback');
    expect(trace.response?.status).toBe(503);
  });

  test.each(['zero', 'far'])('has an allocator that answers %s gets no value and no memory is written', async (mode) => {
    const trace = await run(`[request_headers]\nallocator ${mode}\nget_header_map_value 0 :path\nallocator normal`);
    expect(logsOf(trace).some((line) => line.startsWith('get_header_map_value 0 :path = 6'))).toBe(true);
    expect(trace.response?.status).toBe(200);
  });

  test('moves its memory while it is being given a value gets the value', async () => {
    const trace = await run('[request_headers]\nallocator grow\nget_header_map_value 0 :path\nallocator normal');
    expect(logsOf(trace)[0]).toBe('get_header_map_value 0 :path = 0 "/" 1');
  });

  test('goes on when its stream is over changes nothing any more', async () => {
    const late = ['continue_stream 0', 'continue_stream 1', 'close_stream 0', 'add_header_map_value 0 a b', 'set_buffer_bytes 0 0 0 x'];
    const reply = 'send_local_response 500 "" "" "" -1';
    const sidecar = await start(`[log]\n${late.join('\n')}\n${reply}\n[delete]\n${late.join('\n')}\n${reply}`);
    for (let i = 0; i < 3; i++) {
      const trace = await sidecar.send({ headers: [] });
      expect([trace.response?.status, trace.outcome.kind, trapsOf(trace)]).toEqual([200, 'response', []]);
    }
  });

  test('answers, closes and continues at once ends its stream once', async () => {
    const trace = await run(
      '[request_headers]\nsend_local_response 418 "" tea "" -1\nclose_stream 0\ncontinue_stream 0\nsend_local_response 500 "" "" "" -1\nreturn 1',
    );
    // as recorded from Envoy 1.40: the reset wins, the log has the first answer's code
    expect([trace.outcome.kind, trace.response, trace.accessLog.code, trapsOf(trace)]).toEqual(['reset', undefined, 418, []]);
  });

  test('writes more into the log than anybody reads fills a trace up to its limit', async () => {
    const trace = await run('[request_headers]\nrep 30000 ~log 2 text');
    expect(trace.events.length).toBe(traceLimits.events + 1);
    expect(trace.events.at(-1)).toMatchObject({ kind: 'decision', code: 'trace-limit' });
    expect(trace.response?.status).toBe(200);
  });

  test('writes long lines is cut by their size', async () => {
    const trace = await run('[request_headers]\nrep 1000 ~log 2 \\r60000');
    const kept = logsOf(trace);
    expect(kept.length * 60_000).toBeLessThanOrEqual(traceLimits.bytes);
    expect(trace.events.at(-1)).toMatchObject({ code: 'trace-limit' });
  });

  test('makes 100,000 calls gets their answers, and the request its own', async () => {
    const trace = await run('[request_headers]\nrep 100000 ~http_call upstream :method:GET|:path:/|:authority:a "" "" 1000');
    expect([trace.response?.status, ofKind(trace.events, 'callback') <= traceLimits.events]).toEqual([200, true]);
  }, 60_000);

  test('is in a chain with others leaves them alone', async () => {
    const filters = [
      plugin('[request_headers]\nrecurse', { failure_policy: 'FAIL_OPEN' }, { vm_id: 'bad' }),
      plugin('[response_headers]\nadd_header_map_value 2 x-good yes', {}, { vm_id: 'good' }),
    ];
    const sidecar = await startProxy({ filters, sidecar: { modules: () => code } });
    await sidecar.send({ headers: [] });
    const second = await sidecar.send({ headers: [] });
    expect(second.response?.headers).toContainEqual(['x-good', 'yes']);
  });
});

describe('many streams', () => {
  test('leave nothing behind: five thousand of them in one VM', async () => {
    const sidecar = await start('[request_headers]\n~get_header_map_value 0 :path');
    for (let i = 0; i < 5000; i++) expect((await sidecar.send({ headers: [] })).response?.status).toBe(200);
  });
});

describe('whatever a guest says in whatever order', () => {
  const number = fc.oneof(fc.integer({ min: -2, max: 12 }), fc.constantFrom(4294967295, 2147483648, 65_535)).map(String);
  const text = fc.constantFrom('""', 'a', ':path', ':status', 'X-Up', '\\0', '\\xff', 'content-length', '\\r1000');
  const pairs = fc.constantFrom('""', 'a:b', ':status:200', ':method:GET|:path:/|:authority:a');
  const place = fc.oneof(
    number.map((pointer) => `@${pointer},4294967295`),
    text,
  );
  const command = fc.oneof(
    fc.tuple(fc.constantFrom('get_header_map_value', 'remove_header_map_value'), number, text),
    fc.tuple(fc.constantFrom('add_header_map_value', 'replace_header_map_value'), number, text, place),
    fc.tuple(
      fc.constantFrom(
        'get_header_map_pairs',
        'get_header_map_size',
        'continue_stream',
        'close_stream',
        'get_buffer_status',
        'set_effective_context',
      ),
      number,
    ),
    fc.tuple(fc.constant('set_header_map_pairs'), number, pairs),
    fc.tuple(fc.constant('get_buffer_bytes'), number, number, number),
    fc.tuple(fc.constant('set_buffer_bytes'), number, number, number, text),
    fc.tuple(fc.constant('send_local_response'), fc.constantFrom('200', '99', '418', '70000'), text, text, pairs, number),
    fc.tuple(fc.constant('http_call'), fc.constantFrom('upstream', 'nowhere'), pairs, text, pairs, fc.constantFrom('0', '5')),
    fc.tuple(fc.constantFrom('get_property', 'set_property', 'set_shared_data', 'call_foreign_function'), text, text, fc.constant('0')),
    fc.tuple(fc.constantFrom('done', 'get_status', 'trap', 'get_current_time_nanoseconds')),
    fc.tuple(fc.constant('return'), number),
  );
  const callback = fc.constantFrom(
    'stream_create',
    'request_headers',
    'request_body',
    'request_trailers',
    'response_headers',
    'response_body',
    'http_call_response',
    'log',
    'done',
    'delete',
  );
  const script = fc.array(fc.tuple(callback, fc.array(command, { minLength: 1, maxLength: 4 })), { maxLength: 6 });

  test('ends in a trace, never in an exception, and the next request is served', async () => {
    await fc.assert(
      fc.asyncProperty(script, async (parts) => {
        const lines = parts.flatMap(([name, commands]) => [`[${name}]`, ...commands.map((words) => words.join(' '))]);
        const sidecar = await start(lines.join('\n'));
        const body = new Uint8Array([104, 105]);
        for (let i = 0; i < 2; i++) {
          const trace = await sidecar.send({ headers: [[':method', 'POST']], body, trailers: [['x', '1']], timeoutMs: 500 });
          expect(['response', 'local-reply', 'reset', 'timeout']).toContain(trace.outcome.kind);
          structuredClone(trace);
        }
        sidecar.close();
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});

test('a listener whose plugin grows beyond the limit at its start is refused, not the process', async () => {
  const tooLarge = await guestModule('guests/wat/memory-too-large');
  await expect(startProxy({ filters: [plugin('')], sidecar: { modules: () => tooLarge } })).rejects.toThrow(/wasm/i);
  expect(testListener({ filters: [plugin('')] })).toBeDefined();
});
