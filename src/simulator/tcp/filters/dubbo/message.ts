import { concatBytes } from '#base/bytes.ts';
import type { HeaderPairs } from '#proxywasm/host.ts';
import type { HessianValue } from './hessian.ts';
import { DubboError, HessianReader, hessianText } from './hessian.ts';

const MAGIC = 0xdabb;
const HEADER = 16;
const MAX_BODY = 16 * 1024 * 1024;
const HESSIAN = 2;
const statuses = new Set([20, 30, 31, 40, 50, 60, 70, 80, 90, 100]);

export const Status = { BadResponse: 50, ServiceNotFound: 60, ServerError: 80 } as const;

/** What is called, as far as routes ask. */
export interface Invocation {
  readonly service: string;
  readonly version: string;
  readonly method: string;
  readonly parameters: readonly HessianValue[];
  readonly attachments: HeaderPairs;
}

/** One frame of the Dubbo protocol (envoy `source/extensions/filters/network/dubbo_proxy/dubbo_protocol_impl.cc`). */
export interface DubboFrame {
  readonly isRequest: boolean;
  readonly isTwoWay: boolean;
  readonly isEvent: boolean;
  readonly status: number;
  readonly id: bigint;
  readonly body: Uint8Array;
  /** The whole frame. */
  readonly bytes: Uint8Array;
}

/** A frame cannot be read; `begun`: its header has been taken for a message by then. */
export class FrameError extends DubboError {
  readonly begun: boolean;

  constructor(text: string, begun = false) {
    super(text);
    this.begun = begun;
  }
}

/** The next frame, undefined while it is not whole. Throws `FrameError`. */
export function readFrame(bytes: Uint8Array): DubboFrame | undefined {
  if (bytes.length < HEADER) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = view.getUint16(0);
  if (magic !== MAGIC) throw new FrameError(`invalid dubbo message magic number ${magic}`);
  const flag = view.getUint8(2);
  const isRequest = (flag & 0x80) !== 0;
  const status = view.getUint8(3);
  const size = view.getInt32(12);
  if (size > MAX_BODY || size <= 0) throw new FrameError(`invalid dubbo message size ${size}`, isRequest && (flag & 0x20) === 0);
  if (isRequest && (flag & 0x1f) !== HESSIAN) throw new FrameError(`invalid dubbo message serialization type ${flag & 0x1f}`);
  if (!isRequest && !statuses.has(status)) throw new FrameError(`invalid dubbo message response status ${status}`);
  if (bytes.length < HEADER + size) return undefined;
  return {
    isRequest,
    isTwoWay: (flag & 0x40) !== 0,
    isEvent: (flag & 0x20) !== 0,
    status,
    id: view.getBigInt64(4),
    body: bytes.slice(HEADER, HEADER + size),
    bytes: bytes.slice(0, HEADER + size),
  };
}

/** Reads a call (envoy `dubbo_hessian2_serializer_impl.cc`, `message_impl.cc`). Throws `DubboError`. */
export function readInvocation(body: Uint8Array): Invocation {
  const reader = new HessianReader(body);
  reader.text();
  const service = reader.text();
  const version = reader.text();
  const method = reader.text();
  const count = parameterCount(reader.text());
  const parameters = Array.from({ length: count }, () => reader.value());
  const attachments = reader.done ? [] : textPairs(reader.value());
  return { service, version, method, parameters, attachments };
}

/** How many types a Java descriptor lists: `ILjava/lang/String;[J` is three. */
function parameterCount(types: string): number {
  return types.match(/\[*(?:L[^;]*;|[A-Z])/g)?.length ?? 0;
}

function textPairs(value: HessianValue): HeaderPairs {
  if (!Array.isArray(value)) return [];
  const pairs = value as readonly (readonly [HessianValue, HessianValue])[];
  return pairs.flatMap(([key, item]) => (typeof key === 'string' && typeof item === 'string' ? [[key.toLowerCase(), item] as const] : []));
}

/** Is a body that came with status OK an exception of the service? */
export function isException(body: Uint8Array): boolean {
  const kind = new HessianReader(body).int();
  if (kind < 0 || kind > 5) throw new DubboError(`not supported return type ${kind}`);
  return kind === 0 || kind === 3;
}

/** An answer of Envoy's own: a status and a text in the form of an exception. */
export function localAnswer(id: bigint, status: number, text: string): Uint8Array {
  return frame(0x02, status, id, concatBytes([Uint8Array.of(0x90), hessianText(text)]));
}

export function heartbeatAnswer(id: bigint): Uint8Array {
  return frame(0x22, 20, id, Uint8Array.of(0x4e));
}

function frame(flag: number, status: number, id: bigint, body: Uint8Array): Uint8Array {
  const head = new DataView(new ArrayBuffer(HEADER));
  head.setUint16(0, MAGIC);
  head.setUint8(2, flag);
  head.setUint8(3, status);
  head.setBigInt64(4, id);
  head.setInt32(12, body.length);
  return concatBytes([new Uint8Array(head.buffer), body]);
}
