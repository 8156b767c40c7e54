import type { ByteString } from '#base/bytes.ts';
import { VirtualClock } from '#base/clock.ts';
import { seededRandom } from '#base/random.ts';
import { WasmResult } from '#proxywasm/abi.ts';
import type {
  GrpcAnswer,
  GrpcCall,
  GrpcStreamCall,
  HeaderMap,
  HeaderPairs,
  Host,
  HostBuffer,
  HostMetric,
  HttpCall,
  HttpCallAnswer,
  HttpStreamHost,
  LocalReply,
  LogLine,
  NetworkStreamHost,
  RootHost,
  VmFailure,
} from '#proxywasm/host.ts';

/** A header map that joins nothing: entries in the order they came. */
export class FakeHeaders implements HeaderMap {
  list: [ByteString, ByteString][];

  constructor(entries: HeaderPairs | Readonly<Record<string, string>>) {
    const pairs: HeaderPairs = Array.isArray(entries) ? (entries as HeaderPairs) : Object.entries(entries as Record<string, string>);
    this.list = pairs.map(([name, value]) => [name, value]);
  }

  get(name: ByteString): ByteString | undefined {
    return this.list.find(([key]) => key === name)?.[1];
  }

  entries(): HeaderPairs {
    return this.list;
  }

  add(name: ByteString, value: ByteString): void {
    this.list.push([name, value]);
  }

  replace(name: ByteString, value: ByteString): void {
    const at = this.list.findIndex(([key]) => key === name);
    this.list = this.list.filter(([key], i) => key !== name || i === at);
    const kept = this.list.find(([key]) => key === name);
    if (kept === undefined) this.add(name, value);
    else kept[1] = value;
  }

  remove(name: ByteString): void {
    this.list = this.list.filter(([key]) => key !== name);
  }

  setAll(entries: HeaderPairs): void {
    this.list = entries.map(([name, value]) => [name, value]);
  }

  get size(): number {
    return this.list.length;
  }

  get byteSize(): number {
    return this.list.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  }
}

/** A body of its own. */
export class FakeBuffer implements HostBuffer {
  data: Buffer;

  constructor(text: string | Uint8Array = '') {
    this.data = Buffer.from(text as string);
  }

  get length(): number {
    return this.data.length;
  }

  bytes(start: number, length: number): Uint8Array {
    return this.data.subarray(start, start + length);
  }

  drain(length: number): void {
    this.data = this.data.subarray(length);
  }

  prepend(data: Uint8Array): void {
    this.data = Buffer.concat([data, this.data]);
  }

  append(data: Uint8Array): void {
    this.data = Buffer.concat([this.data, data]);
  }

  toString(): string {
    return this.data.toString('latin1');
  }
}

/** One stream: records what the guest had done to it. */
export class FakeHttpStream implements HttpStreamHost {
  readonly kind = 'http';
  readonly done: string[] = [];
  readonly replies: LocalReply[] = [];
  decoding: FakeBuffer | undefined;
  encoding: FakeBuffer | undefined;
  readonly requestTrailers = new FakeHeaders([]);
  readonly responseTrailers = new FakeHeaders([]);

  continueDecoding(): void {
    this.done.push('continueDecoding');
  }
  continueEncoding(): void {
    this.done.push('continueEncoding');
  }
  sendLocalReply(reply: LocalReply): void {
    this.replies.push(reply);
  }
  resetStream(): void {
    this.done.push('resetStream');
  }
  setResponseCodeDetails(details: string): void {
    this.done.push(`details ${details}`);
  }
  addDecodedData(data: HostBuffer): void {
    (this.decoding ??= new FakeBuffer()).append(data.bytes(0, data.length));
  }
  addEncodedData(data: HostBuffer): void {
    (this.encoding ??= new FakeBuffer()).append(data.bytes(0, data.length));
  }
  decodingBuffer(): HostBuffer | undefined {
    return this.decoding;
  }
  encodingBuffer(): HostBuffer | undefined {
    return this.encoding;
  }
  addDecodedTrailers(): HeaderMap {
    this.done.push('addDecodedTrailers');
    return this.requestTrailers;
  }
  addEncodedTrailers(): HeaderMap {
    this.done.push('addEncodedTrailers');
    return this.responseTrailers;
  }
  clearRouteCache(): void {
    this.done.push('clearRouteCache');
  }
}

export class FakeConnection implements NetworkStreamHost {
  readonly kind = 'network';
  readonly done: string[] = [];

  continueReading(): void {
    this.done.push('continueReading');
  }
  closeConnection(details: string): void {
    this.done.push(`close ${details}`);
  }
}

/** What a guest had the proxy do for it, and the means to answer. */
export class FakeProxy implements Host, RootHost {
  readonly clock = new VirtualClock();
  readonly lines: LogLine[] = [];
  readonly failures: VmFailure[] = [];
  readonly metrics = new Map<string, { value: bigint; samples: bigint[] }>();
  readonly stats = new Map<string, number>();
  readonly httpCalls: { call: HttpCall; answer: HttpCallAnswer; cancelled: boolean }[] = [];
  readonly grpcCalls: { call: GrpcCall | GrpcStreamCall; answer: GrpcAnswer; events: string[] }[] = [];
  readonly properties = new Map<string, Uint8Array>();
  /** Status of every call to be started; others than Ok start nothing. */
  callStatus: number = WasmResult.Ok;
  trace: Host['trace'];
  level = 0;
  readonly #random = seededRandom(1);
  #posted: (() => void)[] = [];

  /** Log lines as `level [prefix] message`, host lines as `level host: message`. */
  get logs(): readonly string[] {
    return this.lines.map(({ level, prefix, message, from }) => `${level} ${from === 'host' ? 'host:' : `[${prefix}]`} ${message}`);
  }

  /** What guests logged, without level and prefix. */
  get messages(): readonly string[] {
    return this.lines.filter(({ from }) => from === 'guest').map(({ message }) => message);
  }

  nowNs(): bigint {
    return this.clock.nowNs;
  }
  monotonicNs(): bigint {
    return this.clock.nowNs - 1_700_000_000_000_000_000n;
  }
  randomBytes(target: Uint8Array): void {
    this.#random.fill(target);
  }
  log(line: LogLine): void {
    this.lines.push(line);
  }
  logLevel(): number {
    return this.level;
  }
  stat(_type: 'counter' | 'gauge', name: string, by: number): void {
    this.stats.set(name, (this.stats.get(name) ?? 0) + by);
  }
  vmFailed(failure: VmFailure): void {
    this.failures.push(failure);
  }
  metric(type: string, name: ByteString): HostMetric {
    const key = `${type} ${name}`;
    const kept = this.metrics.get(key) ?? { value: 0n, samples: [] };
    this.metrics.set(key, kept);
    return {
      increment: (offset) => void (kept.value = BigInt.asUintN(64, kept.value + offset)),
      record: (value) => {
        if (type === 'histogram') kept.samples.push(value);
        else kept.value = type === 'gauge' ? value : kept.value + value;
      },
      value: () => kept.value,
    };
  }
  setTimer(ms: number, run: () => void): { cancel(): void } {
    return this.clock.setTimer(ms, run);
  }
  post(work: () => void): void {
    this.#posted.push(work);
  }

  /** Runs what was posted to the event loop. */
  turn(): void {
    while (this.#posted.length > 0) {
      const posted = this.#posted;
      this.#posted = [];
      for (const work of posted) work();
    }
  }

  httpCall(call: HttpCall, answer: HttpCallAnswer): { status: number; cancel(): void } {
    const record = { call, answer, cancelled: false };
    if (this.callStatus === WasmResult.Ok) this.httpCalls.push(record);
    return { status: this.callStatus, cancel: () => void (record.cancelled = true) };
  }
  grpcCall(call: GrpcCall, answer: GrpcAnswer): ReturnType<RootHost['grpcStream']> {
    return this.grpcStream(call, answer);
  }
  grpcStream(call: GrpcStreamCall, answer: GrpcAnswer): ReturnType<RootHost['grpcStream']> {
    const events: string[] = [];
    if (this.callStatus === WasmResult.Ok) this.grpcCalls.push({ call, answer, events });
    return {
      status: this.callStatus,
      send: (message, end) => void events.push(`send ${Buffer.from(message).toString()} ${end}`),
      close: () => void events.push('close'),
      cancel: () => void events.push('cancel'),
    };
  }
  getProperty(path: readonly ByteString[]): ReturnType<RootHost['getProperty']> {
    const value = this.properties.get(path.join('.'));
    return value === undefined ? { status: WasmResult.NotFound } : { status: WasmResult.Ok, value };
  }
  setProperty(path: ByteString, value: Uint8Array): number {
    this.properties.set(path, value);
    return WasmResult.Ok;
  }
  callForeignFunction(name: ByteString, argument: Uint8Array): ReturnType<RootHost['callForeignFunction']> {
    return name === 'reverse' ? { status: WasmResult.Ok, result: argument.toReversed() } : { status: WasmResult.NotFound, unknown: true };
  }
}
