import type { ByteString } from '#base/bytes.ts';
import type { JsonObject } from '#base/json.ts';
import { ProtoMessage } from '../../wasm/proto-message.ts';
import { decodeStruct } from '../../wasm/protobuf-struct.ts';
import type { BodyMode, HeaderMode, ProcessingMode } from './processing-mode.ts';
import { bodyModes, headerModes } from './processing-mode.ts';

/** One header a processor sets. */
export interface SetHeader {
  readonly name: ByteString;
  readonly value: ByteString;
  /** The old text field was used, also beside the bytes. */
  readonly bothValues: boolean;
  /** The old field `append`; Envoy does not ask for the newer `append_action` here (measured). */
  readonly append: boolean;
}

export interface HeaderChanges {
  readonly set: readonly SetHeader[];
  readonly remove: readonly ByteString[];
}

export type BodyChange =
  | { readonly kind: 'replace'; readonly bytes: Uint8Array }
  | { readonly kind: 'clear' }
  | { readonly kind: 'streamed'; readonly bytes: Uint8Array; readonly end: boolean }
  | { readonly kind: 'none' };

/** `CommonResponse`: what is to become of headers or a piece of body. */
export interface CommonAnswer {
  readonly replace: boolean;
  readonly headers: HeaderChanges | undefined;
  readonly body: BodyChange | undefined;
  readonly clearRoute: boolean;
}

export interface ImmediateAnswer {
  readonly status: number | undefined;
  readonly headers: HeaderChanges | undefined;
  readonly body: ByteString;
  readonly grpcStatus: number | undefined;
  readonly details: ByteString;
}

type Part =
  | { readonly kind: 'headers'; readonly ofRequest: boolean; readonly common: CommonAnswer }
  | { readonly kind: 'body'; readonly ofRequest: boolean; readonly common: CommonAnswer }
  | { readonly kind: 'trailers'; readonly ofRequest: boolean; readonly headers: HeaderChanges | undefined }
  | { readonly kind: 'immediate'; readonly immediate: ImmediateAnswer }
  | { readonly kind: 'unknown' };

/** One message of a processor (`service.ext_proc.v3.ProcessingResponse`). */
export type ProcessorAnswer = Part & {
  readonly metadata: JsonObject | undefined;
  readonly mode: ProcessingMode | undefined;
  /** More time for the answer, in milliseconds. */
  readonly timeoutMs: number | undefined;
};

/** Undefined when the bytes are no such message. */
export function readAnswer(bytes: Uint8Array): ProcessorAnswer | undefined {
  const message = ProtoMessage.read(bytes);
  if (message === undefined) return undefined;
  return {
    ...partOf(message),
    metadata: message.has(8) ? decodeStruct(message.bytes(8)) : undefined,
    mode: message.has(9) ? modeOf(message.message(9)) : undefined,
    timeoutMs: message.has(10) ? message.message(10).number(1) * 1000 + message.message(10).number(2) / 1e6 : undefined,
  };
}

/** Of several parts of the oneof the last one counts. */
function partOf(message: ProtoMessage): Part {
  const field = message.fields.findLast((item) => item.field <= 7)?.field;
  switch (field) {
    case 1:
    case 2:
      return { kind: 'headers', ofRequest: field === 1, common: commonOf(message.message(field).message(1)) };
    case 3:
    case 4:
      return { kind: 'body', ofRequest: field === 3, common: commonOf(message.message(field).message(1)) };
    case 5:
    case 6:
      return { kind: 'trailers', ofRequest: field === 5, headers: changesIn(message.message(field), 1) };
    case 7:
      return { kind: 'immediate', immediate: immediateOf(message.message(7)) };
    default:
      return { kind: 'unknown' };
  }
}

function commonOf(message: ProtoMessage): CommonAnswer {
  return {
    replace: message.number(1) === 1,
    headers: changesIn(message, 2),
    body: message.has(3) ? bodyOf(message.message(3)) : undefined,
    clearRoute: message.number(5) === 1,
  };
}

function bodyOf(message: ProtoMessage): BodyChange {
  if (message.has(3)) {
    const streamed = message.message(3);
    return { kind: 'streamed', bytes: streamed.bytes(1), end: streamed.number(2) === 1 };
  }
  if (message.has(2)) return message.number(2) === 1 ? { kind: 'clear' } : { kind: 'none' };
  return message.has(1) ? { kind: 'replace', bytes: message.bytes(1) } : { kind: 'none' };
}

function changesIn(parent: ProtoMessage, field: number): HeaderChanges | undefined {
  if (!parent.has(field)) return undefined;
  const message = parent.message(field);
  return {
    set: message
      .messages(1)
      .filter((option) => option.has(1))
      .map((option): SetHeader => {
        const header = option.message(1);
        return {
          name: header.text(1),
          value: header.text(3),
          bothValues: header.text(2) !== '' && header.text(3) !== '',
          append: option.message(2).number(1) === 1,
        };
      }),
    remove: message.texts(2),
  };
}

function immediateOf(message: ProtoMessage): ImmediateAnswer {
  return {
    status: message.has(1) ? message.message(1).number(1) : undefined,
    headers: changesIn(message, 2),
    body: message.text(3),
    grpcStatus: message.has(4) ? message.message(4).number(1) : undefined,
    details: message.text(5),
  };
}

function modeOf(message: ProtoMessage): ProcessingMode {
  const header = (field: number): HeaderMode => headerModes[message.number(field)] ?? 'DEFAULT';
  const body = (field: number): BodyMode => bodyModes[message.number(field)] ?? 'NONE';
  return {
    requestHeaders: header(1),
    responseHeaders: header(2),
    requestBody: body(3),
    responseBody: body(4),
    requestTrailers: header(5),
    responseTrailers: header(6),
  };
}
