import { isFieldSet } from '@bufbuild/protobuf';
import {
  type DescriptorProto,
  type EnumDescriptorProto,
  type FieldDescriptorProto,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FieldDescriptorProtoSchema,
} from '@bufbuild/protobuf/wkt';
import { mustExist } from '#base/assert.ts';
import type { DescriptorIndex } from './descriptor-index.ts';

export type ScalarKind = 'double' | 'float' | 'int64' | 'uint64' | 'int32' | 'uint32' | 'bool' | 'string' | 'bytes';

/** The type of one value: of a singular field, of a list's item, of a map's value. */
export type ValueType =
  | { readonly kind: 'scalar'; readonly scalar: ScalarKind; readonly protoType: string }
  | { readonly kind: 'enum'; readonly typeName: string }
  | { readonly kind: 'message'; readonly typeName: string };

export interface FieldPlan {
  /** Position in the declaration, which is the order of canonical JSON. */
  readonly index: number;
  readonly name: string;
  readonly jsonName: string;
  readonly type: ValueType;
  readonly list: boolean;
  /** The kind of its keys, for a map. */
  readonly mapKey?: ScalarKind | undefined;
  readonly oneof?: string | undefined;
  /** The zero value is different from absence: oneof members, `optional` scalars, messages. */
  readonly presence: boolean;
  readonly proto: FieldDescriptorProto;
}

export interface MessagePlan {
  readonly name: string;
  readonly fields: readonly FieldPlan[];
  /** By proto name and by JSON name. */
  readonly byName: ReadonlyMap<string, FieldPlan>;
  /** Real oneofs (not those that the compiler makes for `optional`) and their members in declaration order. */
  readonly oneofs: ReadonlyMap<string, readonly FieldPlan[]>;
  readonly proto: DescriptorProto;
}

export interface EnumPlan {
  readonly name: string;
  readonly byName: ReadonlyMap<string, number>;
  readonly byNumber: ReadonlyMap<number, string>;
  readonly proto: EnumDescriptorProto;
}

/** Messages and enums in the form the walkers want, each made when first used. */
export class Plans {
  readonly index: DescriptorIndex;
  readonly #messages = new Map<string, MessagePlan | undefined>();
  readonly #enums = new Map<string, EnumPlan>();

  constructor(index: DescriptorIndex) {
    this.index = index;
  }

  find(name: string): MessagePlan | undefined {
    const known = this.#messages.get(name);
    if (known !== undefined || this.#messages.has(name)) return known;
    const found = this.index.has(name) ? this.#messagePlan(name) : undefined;
    this.#messages.set(name, found);
    return found;
  }

  /** The plan of a message that another message refers to. */
  message(name: string): MessagePlan {
    return mustExist(this.find(name), `message ${name}`);
  }

  enum(name: string): EnumPlan {
    const known = this.#enums.get(name);
    if (known !== undefined) return known;
    const proto = mustExist(this.index.enum(name), `enum ${name}`);
    const byNumber = new Map<number, string>();
    for (const value of proto.value) if (!byNumber.has(value.number)) byNumber.set(value.number, value.name);
    const plan: EnumPlan = { name, byName: new Map(proto.value.map((value) => [value.name, value.number])), byNumber, proto };
    this.#enums.set(name, plan);
    return plan;
  }

  #messagePlan(name: string): MessagePlan {
    const { proto, proto3 } = mustExist(this.index.message(name), name);
    const fields = proto.field.map((field, index) => this.#fieldPlan(proto, proto3, field, index));
    const byName = new Map<string, FieldPlan>();
    const oneofs = new Map<string, FieldPlan[]>();
    for (const field of fields) {
      byName.set(field.name, field);
      byName.set(field.jsonName, field);
      if (field.oneof !== undefined) oneofs.set(field.oneof, [...(oneofs.get(field.oneof) ?? []), field]);
    }
    return { name, fields, byName, oneofs, proto };
  }

  #fieldPlan(parent: DescriptorProto, proto3: boolean, proto: FieldDescriptorProto, index: number): FieldPlan {
    const repeated = proto.label === FieldDescriptorProto_Label.REPEATED;
    const declared = valueType(proto);
    const entry = repeated && declared.kind === 'message' ? this.#mapEntry(declared.typeName) : undefined;
    const type = entry === undefined ? declared : valueType(mustExist(entry.field[1], 'map value'));
    const key = entry === undefined ? undefined : valueType(mustExist(entry.field[0], 'map key'));
    const inOneof = isFieldSet(proto, FieldDescriptorProtoSchema.field.oneofIndex) && !proto.proto3Optional;
    return {
      index,
      name: proto.name,
      jsonName: proto.jsonName === '' ? lowerCamelCase(proto.name) : proto.jsonName,
      type,
      list: repeated && entry === undefined,
      mapKey: key?.kind === 'scalar' ? key.scalar : undefined,
      oneof: inOneof ? parent.oneofDecl[proto.oneofIndex]?.name : undefined,
      presence: !repeated && (type.kind === 'message' || inOneof || proto.proto3Optional || !proto3),
      proto,
    };
  }

  #mapEntry(name: string): DescriptorProto | undefined {
    const found = this.index.message(name)?.proto;
    return found?.options?.mapEntry === true ? found : undefined;
  }
}

/** protoc's rule for JSON names: an underscore goes away and the next letter becomes a capital. */
export function lowerCamelCase(name: string): string {
  return name.replaceAll(/_(.?)/g, (_, next: string) => next.toUpperCase());
}

const scalars: Readonly<Partial<Record<FieldDescriptorProto_Type, readonly [ScalarKind, string]>>> = {
  [FieldDescriptorProto_Type.DOUBLE]: ['double', 'double'],
  [FieldDescriptorProto_Type.FLOAT]: ['float', 'float'],
  [FieldDescriptorProto_Type.INT64]: ['int64', 'int64'],
  [FieldDescriptorProto_Type.UINT64]: ['uint64', 'uint64'],
  [FieldDescriptorProto_Type.INT32]: ['int32', 'int32'],
  [FieldDescriptorProto_Type.FIXED64]: ['uint64', 'fixed64'],
  [FieldDescriptorProto_Type.FIXED32]: ['uint32', 'fixed32'],
  [FieldDescriptorProto_Type.BOOL]: ['bool', 'bool'],
  [FieldDescriptorProto_Type.STRING]: ['string', 'string'],
  [FieldDescriptorProto_Type.BYTES]: ['bytes', 'bytes'],
  [FieldDescriptorProto_Type.UINT32]: ['uint32', 'uint32'],
  [FieldDescriptorProto_Type.SFIXED32]: ['int32', 'sfixed32'],
  [FieldDescriptorProto_Type.SFIXED64]: ['int64', 'sfixed64'],
  [FieldDescriptorProto_Type.SINT32]: ['int32', 'sint32'],
  [FieldDescriptorProto_Type.SINT64]: ['int64', 'sint64'],
};

function valueType(proto: FieldDescriptorProto): ValueType {
  const typeName = proto.typeName.replace(/^\./, '');
  if (proto.type === FieldDescriptorProto_Type.ENUM) return { kind: 'enum', typeName };
  const scalar = scalars[proto.type];
  if (scalar === undefined) return { kind: 'message', typeName };
  return { kind: 'scalar', scalar: scalar[0], protoType: scalar[1] };
}
