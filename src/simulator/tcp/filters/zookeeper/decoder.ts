import { concatBytes } from '#base/bytes.ts';
import { opcodes } from './opcodes.ts';
import { PacketError, PacketReader } from './packet-reader.ts';
import type { RequestFields } from './requests.ts';
import { readRequest, shapes, XID_AND_OPCODE } from './requests.ts';

/** What a decoder tells. */
export interface ZooKeeperSink {
  request(opcode: string, fields: RequestFields): void;
  requestBytes(opcode: string | undefined, bytes: number): void;
  response(opcode: string, fields: RequestFields, beganNs: bigint): void;
  watchEvent(fields: RequestFields): void;
  responseBytes(opcode: string | undefined, bytes: number): void;
  failed(opcode: string | undefined): void;
}

interface Begun {
  readonly opcode: string;
  readonly ns: bigint;
}

const controls: Readonly<Record<number, string>> = { 0: 'connect', [-2]: 'ping', [-4]: 'auth', [-8]: 'setwatches' };
const WATCH = -1;
const REPLY_HEADER = 16;
const SHORTEST_CONNECT = 28;
const SHORTEST_CONNECT_REPLY = 20;
const SHORTEST_WATCH = 28;

/** Both directions of a ZooKeeper connection (envoy `source/extensions/filters/network/zookeeper_proxy/decoder.cc`). */
export class ZooKeeperDecoder {
  readonly #sink: ZooKeeperSink;
  readonly #max: number;
  readonly #now: () => bigint;
  readonly #begun = new Map<number, Begun>();
  /** Requests that control the session all have the same xid. */
  readonly #controls = new Map<number, Begun[]>();
  #kept: Readonly<Record<'request' | 'response', Uint8Array>> = { request: new Uint8Array(0), response: new Uint8Array(0) };

  constructor(sink: ZooKeeperSink, max: number, now: () => bigint) {
    this.#sink = sink;
    this.#max = max;
    this.#now = now;
  }

  /** Decodes every whole packet; the beginning of another one is kept for the next bytes. */
  feed(direction: 'request' | 'response', bytes: Uint8Array): void {
    const data = concatBytes([this.#kept[direction], bytes]);
    const end = this.#wholeEnd(direction, data);
    if (end === undefined) {
      this.#keep(direction, new Uint8Array(0));
      this.#sink.failed(undefined);
      return;
    }
    this.#keep(direction, data.slice(end));
    this.#decode(direction, data.subarray(0, end));
  }

  #keep(direction: 'request' | 'response', rest: Uint8Array): void {
    this.#kept = { ...this.#kept, [direction]: rest };
  }

  /** Where the last whole packet ends; undefined when a length cannot be. */
  #wholeEnd(direction: 'request' | 'response', data: Uint8Array): number | undefined {
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    const least = direction === 'request' ? XID_AND_OPCODE : REPLY_HEADER;
    let at = 0;
    while (at < data.length) {
      if (at + 4 > data.length) return undefined;
      const length = view.getInt32(at);
      if (length < least || length > this.#max) return undefined;
      if (at + 4 + length > data.length) return at;
      at += 4 + length;
    }
    return at;
  }

  #decode(direction: 'request' | 'response', data: Uint8Array): void {
    const reader = new PacketReader(data, this.#max);
    try {
      while (reader.at < data.length) {
        reader.reset();
        const start = reader.at;
        if (direction === 'request') this.#sink.requestBytes(this.#request(reader), reader.at - start);
        else this.#sink.responseBytes(this.#response(reader), reader.at - start);
      }
    } catch (error) {
      if (!(error instanceof PacketError)) throw error;
      this.#sink.failed(error.opcode);
    }
  }

  #length(reader: PacketReader, least: number): number {
    const length = reader.int();
    if (length < least || length > this.#max) throw new PacketError();
    return length;
  }

  #request(reader: PacketReader): string | undefined {
    const length = this.#length(reader, XID_AND_OPCODE);
    const xid = reader.int();
    const control = controls[xid];
    if (control !== undefined) {
      this.#sink.request(control, this.#control(control, reader, length));
      this.#queue(xid).push({ opcode: control, ns: this.#now() });
      return control;
    }
    const opcode = opcodes.get(reader.int());
    if (opcode === 'multi') this.#multi(reader, length);
    else {
      const shape = opcode === undefined ? undefined : shapes[opcode];
      if (opcode === undefined || shape === undefined) {
        // Measured: what follows is then read as the next packet.
        this.#sink.failed(undefined);
        return undefined;
      }
      this.#sink.request(opcode, readRequest(opcode, shape, reader, length));
    }
    this.#begun.set(xid, { opcode, ns: this.#now() });
    return opcode;
  }

  #queue(xid: number): Begun[] {
    const queue = this.#controls.get(xid) ?? [];
    this.#controls.set(xid, queue);
    return queue;
  }

  #control(control: string, reader: PacketReader, length: number): RequestFields {
    switch (control) {
      case 'connect': {
        if (length < SHORTEST_CONNECT) throw new PacketError();
        reader.at += 20;
        reader.skipText();
        return { readonly: String(readFlag(reader)) };
      }
      case 'ping':
        reader.at += 4;
        return {};
      case 'auth': {
        if (length < XID_AND_OPCODE + 12) throw withOpcode('auth');
        reader.at += 8;
        const scheme = reader.text();
        reader.skipText();
        return { scheme };
      }
      default:
        reader.at += 4;
        return readRequest(control, shapes['setwatches'] ?? { least: 0, read: () => ({}) }, reader, length);
    }
  }

  /** Several operations under one xid; the last header says that it is the last. */
  #multi(reader: PacketReader, length: number): void {
    try {
      if (length < XID_AND_OPCODE + 9) throw new PacketError();
      for (;;) {
        const name = opcodes.get(reader.int()) ?? '';
        const isLast = reader.bool();
        reader.int();
        if (isLast) break;
        const shape = /^(create|create2|createcontainer|createttl|setdata|check|delete|getdata|getchildren)$/.test(name)
          ? shapes[name]
          : undefined;
        if (shape === undefined) throw new PacketError();
        this.#sink.request(name, this.#operation(name, shape, reader, length));
      }
    } catch (error) {
      if (error instanceof PacketError) error.opcode ??= 'multi';
      throw error;
    }
    this.#sink.request('multi', {});
  }

  /** One of several operations: its failure counts by itself, then as that of the whole. */
  #operation(name: string, shape: (typeof shapes)[string], reader: PacketReader, length: number): RequestFields {
    try {
      return readRequest(name, shape, reader, length);
    } catch (error) {
      if (error instanceof PacketError) this.#sink.failed(name);
      throw error;
    }
  }

  #response(reader: PacketReader): string | undefined {
    const length = this.#length(reader, REPLY_HEADER);
    const xid = reader.int();
    const begun = xid === WATCH ? undefined : controls[xid] === undefined ? this.#take(xid) : this.#queue(xid).shift();
    if (begun === undefined && xid !== WATCH) throw new PacketError();
    if (xid === 0 && begun !== undefined) {
      if (length < SHORTEST_CONNECT_REPLY) throw new PacketError();
      const timeout = reader.int();
      reader.at += 8;
      reader.skipText();
      const fields = { protocol_version: '0', timeout: String(timeout), readonly: readFlag(reader) ? '1' : '0' };
      this.#sink.response('connect', fields, begun.ns);
      return 'connect';
    }
    const zxid = String(reader.long());
    const error = String(reader.int());
    if (begun === undefined) {
      if (length < SHORTEST_WATCH) throw new PacketError();
      const event = { event_type: String(reader.int()), client_state: String(reader.int()), path: reader.text() };
      this.#sink.watchEvent({ ...event, zxid, error });
      return undefined;
    }
    this.#sink.response(begun.opcode, { xid: String(xid), zxid, error }, begun.ns);
    if (controls[xid] === undefined) reader.at += length - REPLY_HEADER;
    return begun.opcode;
  }

  #take(xid: number): Begun | undefined {
    const begun = this.#begun.get(xid);
    this.#begun.delete(xid);
    return begun;
  }
}

function readFlag(reader: PacketReader): boolean {
  return reader.at < reader.length && reader.bool();
}

function withOpcode(opcode: string): PacketError {
  const error = new PacketError();
  error.opcode = opcode;
  return error;
}
