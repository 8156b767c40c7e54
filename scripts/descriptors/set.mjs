/** Selects and slims the files of the descriptor set. */
import { clearField, create, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema, FileOptionsSchema } from '@bufbuild/protobuf/wkt';

/**
 * Roots and everything they import, dependencies first, without what only code generators read (services, language options,
 * source positions). Envoy's own options survive as unknown fields.
 */
export function descriptorSet(files) {
  const kept = [];
  const seen = new Set();
  const visit = (name) => {
    if (seen.has(name)) return;
    seen.add(name);
    const entry = files.get(name);
    if (entry === undefined) throw new Error(`Nothing holds the imported file ${name}`);
    for (const dependency of entry.proto.dependency) visit(dependency);
    kept.push(entry);
  };
  for (const name of [...files.keys()].sort((a, b) => (a < b ? -1 : 1))) {
    const entry = files.get(name);
    if (entry.root && !isFrozen(entry.proto) && entry.proto.messageType.length + entry.proto.enumType.length > 0) visit(name);
  }
  for (const { proto } of kept) slim(proto);
  const set = create(FileDescriptorSetSchema, { file: kept.map((entry) => entry.proto) });
  const messages = kept.reduce((sum, entry) => sum + countMessages(entry.proto.messageType), 0);
  return { files: kept, messages, bytes: Buffer.from(toBinary(FileDescriptorSetSchema, set)) };
}

/**
 * The v2 API: neither Envoy nor istiod know its messages any more. Its files carry `udpa.annotations.file_status` (extension
 * 222707719) with `package_version_status` (field 2) FROZEN (1); before they are slimmed it is an unknown field of the options.
 */
function isFrozen(proto) {
  const status = proto.options?.$unknown?.find((field) => field.no === 222707719);
  return status !== undefined && Buffer.from(status.data).toString('hex').includes('1001');
}

function slim(proto) {
  proto.service = [];
  proto.sourceCodeInfo = undefined;
  if (proto.options === undefined) return;
  for (const field of FileOptionsSchema.fields) {
    if (field.name !== 'deprecated' && field.name !== 'features') clearField(proto.options, field);
  }
}

function countMessages(list) {
  return list.reduce((sum, message) => sum + (message.options?.mapEntry === true ? 0 : 1) + countMessages(message.nestedType), 0);
}
