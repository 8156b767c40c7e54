/** Selects and slims the files of the descriptor set. */
import { clearField, create, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema, FileOptionsSchema } from '@bufbuild/protobuf/wkt';

/**
 * Roots and everything they import, dependencies first, without what only code generators read (services, language options,
 * source positions). Envoy's own options survive as unknown fields: the frozen mark of v2 files is one.
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
  for (const name of [...files.keys()].sort()) {
    const entry = files.get(name);
    if (entry.root && entry.proto.messageType.length + entry.proto.enumType.length > 0) visit(name);
  }
  for (const { proto } of kept) slim(proto);
  const set = create(FileDescriptorSetSchema, { file: kept.map((entry) => entry.proto) });
  const messages = kept.reduce((sum, entry) => sum + countMessages(entry.proto.messageType), 0);
  return { files: kept, messages, bytes: Buffer.from(toBinary(FileDescriptorSetSchema, set)) };
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
