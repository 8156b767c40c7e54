import { ProtoWriter } from '../../wasm/proto-writer.ts';

const INT32 = 5n;
const STRING = 9n;
const MESSAGE = 11n;
const BYTES = 12n;

/** A `FieldDescriptorProto`. */
function field(name: string, number: bigint, type: bigint, typeName = '', repeated = false): ProtoWriter {
  const out = new ProtoWriter()
    .string(1, name)
    .varint(3, number)
    .varint(4, repeated ? 3n : 1n)
    .varint(5, type);
  return typeName === '' ? out : out.string(6, typeName);
}

function file(packageName: string, message: string, fields: readonly ProtoWriter[]): Uint8Array {
  const descriptor = new ProtoWriter().string(1, message);
  for (const item of fields) descriptor.message(2, item);
  const proto = new ProtoWriter()
    .string(1, `${packageName.replaceAll('.', '/')}/${message}.proto`)
    .string(2, packageName)
    .message(4, descriptor)
    .string(12, 'proto3');
  return new ProtoWriter().message(1, proto).finish();
}

/** What Envoy adds for `convert_grpc_status` where a descriptor set lacks it: a message's name, and the set that describes it. */
export const builtins: readonly (readonly [string, () => Uint8Array])[] = [
  ['google.protobuf.Any', () => file('google.protobuf', 'Any', [field('type_url', 1n, STRING), field('value', 2n, BYTES)])],
  [
    'google.rpc.Status',
    () =>
      file('google.rpc', 'Status', [
        field('code', 1n, INT32),
        field('message', 2n, STRING),
        field('details', 3n, MESSAGE, '.google.protobuf.Any', true),
      ]),
  ],
];
