import { createFileRegistry, create, getExtension, hasExtension, toJson } from '@bufbuild/protobuf';
import {
  type FieldDescriptorProto,
  FileDescriptorSetSchema,
  type FileDescriptorProto,
  type MessageOptions,
  type OneofDescriptorProto,
} from '@bufbuild/protobuf/wkt';
import { mustExist } from '#base/assert.ts';
import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import type { DescriptorIndex } from './descriptor-index.ts';

/** Reads the options that Envoy's API puts on messages and fields. */
export interface Rules {
  /** `validate.rules` as JSON, lengths as numbers; `undefined` when the field has none. */
  ofField(field: FieldDescriptorProto): JsonObject | undefined;
  oneofRequired(oneof: OneofDescriptorProto): boolean;
  /** `envoy.annotations.disallowed_by_default`: Envoy refuses the deprecated field unless a runtime switch allows it. */
  disallowed(field: FieldDescriptorProto): boolean;
  /** The name of the message in the API version before. */
  previousName(options: MessageOptions | undefined): string | undefined;
}

const files = ['validate/validate.proto', 'envoy/annotations/deprecation.proto', 'udpa/annotations/versioning.proto'];

export function readRules(index: DescriptorIndex): Rules {
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: closure(index, files) }));
  const extension = (name: string) => mustExist(registry.getExtension(name), name);
  const fieldRules = extension('validate.rules');
  const required = extension('validate.required');
  const disallowed = extension('envoy.annotations.disallowed_by_default');
  const versioning = extension('udpa.annotations.versioning');
  const rulesMessage = mustExist(registry.getMessage('validate.FieldRules'), 'validate.FieldRules');
  const versioningMessage = mustExist(registry.getMessage('udpa.annotations.VersioningAnnotation'), 'VersioningAnnotation');
  const known = new WeakMap<FieldDescriptorProto, JsonObject | undefined>();
  const rulesOf = ({ options }: FieldDescriptorProto): JsonObject | undefined => {
    if (options === undefined || !hasExtension(options, fieldRules)) return undefined;
    const json = toJson(rulesMessage, getExtension(options, fieldRules) as never);
    return isObject(json) ? plainLengths(json) : undefined;
  };
  return {
    ofField(field) {
      if (!known.has(field)) known.set(field, rulesOf(field));
      return known.get(field);
    },
    oneofRequired: ({ options }) => options !== undefined && hasExtension(options, required) && getExtension(options, required) === true,
    disallowed: ({ options }) => options !== undefined && hasExtension(options, disallowed) && getExtension(options, disallowed) === true,
    previousName(options) {
      if (options === undefined || !hasExtension(options, versioning)) return undefined;
      const json = toJson(versioningMessage, getExtension(options, versioning) as never);
      const name = isObject(json) ? json['previousMessageType'] : undefined;
      return typeof name === 'string' ? name : undefined;
    },
  };
}

/** The files and what they import, dependencies first. */
function closure(index: DescriptorIndex, names: readonly string[]): FileDescriptorProto[] {
  const seen = new Map<string, FileDescriptorProto>();
  const visit = (name: string): void => {
    if (seen.has(name)) return;
    const file = mustExist(index.file(name), name);
    for (const dependency of file.dependency) visit(dependency);
    seen.set(name, file);
  };
  for (const name of names) visit(name);
  return [...seen.values()];
}

const lengthRules = /^(min|max)(Len|Bytes|Items|Pairs)$|^len(Bytes)?$/;

/** Proto JSON writes 64-bit numbers as texts; lengths are small, and people compute with them. */
function plainLengths(rules: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(rules).map(([key, value]): [string, JsonValue | undefined] => {
      if (lengthRules.test(key) && typeof value === 'string') return [key, Number(value)];
      return [key, isObject(value) ? plainLengths(value) : value];
    }),
  );
}
