/** Types of fields by their numbers in the binary protocol. */
export const FieldType = {
  Stop: 0,
  Bool: 2,
  Byte: 3,
  Double: 4,
  I16: 6,
  I32: 8,
  I64: 10,
  String: 11,
  Struct: 12,
  Map: 13,
  Set: 14,
  List: 15,
} as const;

export type ThriftValue =
  | { readonly type: typeof FieldType.Bool; readonly value: boolean }
  | {
      readonly type: typeof FieldType.Byte | typeof FieldType.I16 | typeof FieldType.I32 | typeof FieldType.I64;
      readonly value: bigint;
    }
  | { readonly type: typeof FieldType.Double; readonly value: number }
  | { readonly type: typeof FieldType.String; readonly value: Uint8Array }
  | { readonly type: typeof FieldType.Struct; readonly fields: readonly ThriftField[] }
  | {
      readonly type: typeof FieldType.Map;
      readonly key: number;
      readonly item: number;
      readonly entries: readonly (readonly [ThriftValue, ThriftValue])[];
    }
  | { readonly type: typeof FieldType.Set | typeof FieldType.List; readonly item: number; readonly items: readonly ThriftValue[] };

export interface ThriftField {
  readonly id: number;
  readonly value: ThriftValue;
}

export const MessageType = { Call: 1, Reply: 2, Exception: 3, Oneway: 4 } as const;

/** A call or its answer; headers come from the header transport. */
export interface ThriftMessage {
  readonly type: number;
  readonly name: string;
  readonly seq: number;
  readonly fields: readonly ThriftField[];
}

/** Bytes that are no message. `head` is what was known by then. */
export class ThriftError extends Error {
  head: Pick<ThriftMessage, 'name' | 'seq' | 'type'> | undefined;
}

/** More bytes are needed. */
export class Underflow extends Error {}

export const ExceptionType = { UnknownMethod: 1, MissingResult: 5, InternalError: 6, ProtocolError: 7 } as const;

/** An exception that Envoy answers with (envoy `thrift_proxy/app_exception_impl.cc`). */
export function exceptionMessage(name: string, seq: number, type: number, text: Uint8Array): ThriftMessage {
  return {
    type: MessageType.Exception,
    name,
    seq,
    fields: [
      { id: 1, value: { type: FieldType.String, value: text } },
      { id: 2, value: { type: FieldType.I32, value: BigInt(type) } },
    ],
  };
}

/** A reply whose first field is not the result is an error the service has declared. */
export function isSuccess({ fields }: ThriftMessage): boolean {
  const [first] = fields;
  return first === undefined || first.id === 0;
}
