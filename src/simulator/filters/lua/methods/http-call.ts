import { byteStringToBytes, bytesToByteString, utf8Bytes } from '#base/bytes.ts';
import { Headers } from '../../../http/headers.ts';
import type { LuaValue } from '../../../lua/codec.ts';
import { list, table } from '../../../lua/codec.ts';
import type { AsyncResponse } from '../../../upstreams/async-client.ts';
import { sendAsync } from '../../../upstreams/async-client.ts';
import { headersOf } from '../lua-json.ts';
import type { MethodResult } from '../objects.ts';
import type { Arguments } from '../script-error.ts';
import { isTable, ScriptError, stringOf } from '../script-error.ts';
import type { StreamRun } from '../stream-run.ts';

interface CallOptions {
  asynchronous: boolean;
  timeoutMs: number;
  duplicates: boolean;
  forwardedFor: boolean;
}

/** Asks a cluster; unless it is asynchronous, the script waits for headers and body of the answer. */
export function httpCall(run: StreamRun, args: Arguments): MethodResult {
  const options = readOptions(args);
  const cluster = args.string(2);
  const entries = args.entries(3);
  const { proxy } = run.stream.manager;
  if (proxy.clusters.get(cluster) === undefined) throw new ScriptError('http call cluster invalid. Must be configured');
  const headers = Headers.request(headersOf(entries, args.count));
  if (![':path', ':method', ':authority'].every((name) => headers.has(name))) {
    throw new ScriptError("http call headers must include ':path', ':method', and ':authority'");
  }
  const body = args.optionalString(4);
  if (body !== undefined) headers.set('content-length', String(body.length));
  const call = sendAsync(
    proxy,
    {
      cluster,
      headers: headers.entries(),
      body: byteStringToBytes(body ?? ''),
      timeoutMs: options.timeoutMs,
      forwardedFor: options.forwardedFor,
    },
    options.asynchronous
      ? { success: () => undefined, failure: () => undefined }
      : {
          success: (response) => run.onAnswer(answerValues(response, options.duplicates)),
          failure: () => run.onAnswer([table([[':status', '503']]), 'upstream failure']),
        },
  );
  if (options.asynchronous) return [];
  if (call === undefined) return answerValues(noHost, options.duplicates);
  run.call = call;
  run.state = 'http call';
  return 'wait';
}

/** The answer of the client's own router when the cluster has no host. */
const noHost: AsyncResponse = {
  headers: [
    [':status', '503'],
    ['content-length', '19'],
    ['content-type', 'text/plain'],
  ],
  body: utf8Bytes('no healthy upstream'),
  trailers: [],
};

function answerValues({ headers, body }: AsyncResponse, duplicates: boolean): readonly LuaValue[] {
  const values = new Map<string, string[]>();
  for (const [name, value] of headers) values.set(name, [...(values.get(name) ?? []), value]);
  const shown = [...values].map(([name, all]): readonly [string, LuaValue] => [
    name,
    duplicates && all.length > 1 ? list(all) : all.at(-1),
  ]);
  return [table(shown), body.length === 0 ? undefined : bytesToByteString(body)];
}

function readOptions(args: Arguments): CallOptions {
  const options: CallOptions = { asynchronous: false, timeoutMs: 0, duplicates: false, forwardedFor: true };
  const last = args.at(5);
  if (!isTable(last)) {
    const flag = args.at(6);
    if (args.count >= 6 && typeof flag !== 'boolean')
      throw new ScriptError("http call asynchronous flag must be 'true', 'false', or empty");
    options.timeoutMs = Math.trunc(args.number(5));
    options.asynchronous = flag === true;
  } else {
    for (const [key, value] of last.entries) setOption(options, stringOf(key) ?? '', value, args);
  }
  if (options.timeoutMs < 0) throw new ScriptError('http call timeout must be >= 0');
  return options;
}

function setOption(options: CallOptions, key: string, value: LuaValue, args: Arguments): void {
  const isTrue = value !== undefined && value !== false;
  switch (key) {
    case 'asynchronous':
      options.asynchronous = isTrue;
      return;
    case 'timeout_ms': {
      const number = typeof value === 'string' ? Number(value) : value;
      if (typeof number !== 'number' || Number.isNaN(number)) throw new ScriptError(`number expected, got ${typeof value}`, args.count + 3);
      options.timeoutMs = Math.trunc(number);
      return;
    }
    case 'return_duplicate_headers':
      options.duplicates = isTrue;
      return;
    case 'send_xff':
      options.forwardedFor = isTrue;
      return;
    case 'trace_sampled':
      return;
    default:
      throw new ScriptError(`"${key}" is not valid key for httpCall() options`);
  }
}
