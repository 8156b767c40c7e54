import type { FieldPlan, MessagePlan, Plans } from '#envoy/schema/plan.ts';
import type { ByteString } from '#base/bytes.ts';
import { byteStringToUtf8 } from '#base/bytes.ts';
import type { JsonNode } from './json-tree.ts';
import { TranscodeError } from './to-wire.ts';

/** A value for a field that may be inside other messages. */
export interface ResolvedBinding {
  readonly path: readonly FieldPlan[];
  readonly value: ByteString;
}

/** The fields a dotted path names; a text is why it names none (grpc-httpjson-transcoding `type_helper.cc`). */
export function resolvePath(plans: Plans, type: string, names: readonly string[]): readonly FieldPlan[] | string {
  const path: FieldPlan[] = [];
  let plan: MessagePlan | undefined = plans.find(type);
  for (const [i, name] of names.entries()) {
    const field: FieldPlan | undefined = plan?.byName.get(name);
    if (plan === undefined || field === undefined) return `Could not find field "${name}" in the type "${plan?.name ?? type}".`;
    path.push(field);
    if (i === names.length - 1) break;
    if (field.type.kind !== 'message') return `Encountered a non-leaf field "${name}" that is not a message while parsing a field path`;
    if (field.list || field.mapKey !== undefined) {
      return `Encountered repeated or map field "${name}" in the middle of a field path`;
    }
    plan = plans.message(field.type.typeName);
  }
  return path;
}

/** The body with the bindings woven in (grpc-httpjson-transcoding `request_weaver.cc`): what the body has itself wins. */
export function weave(node: JsonNode, bindings: readonly ResolvedBinding[], rejectCollisions: boolean): JsonNode {
  return node.kind === 'object' ? weaveObject(node, bindings, 0, rejectCollisions) : node;
}

function weaveObject(
  node: JsonNode & { readonly kind: 'object' },
  bindings: readonly ResolvedBinding[],
  depth: number,
  rejectCollisions: boolean,
): JsonNode {
  let left = bindings;
  const entries = node.entries.flatMap(([name, value]): (readonly [ByteString, JsonNode])[] => {
    const key = byteStringToUtf8(name);
    const own = left.filter(({ path }) => path[depth]?.name === key);
    if (own.length === 0) return [[name, value]];
    left = left.filter((binding) => !own.includes(binding));
    const deeper = own.filter(({ path }) => path.length > depth + 1);
    if (deeper.length > 0 && value.kind === 'object') return [[name, weaveObject(value, deeper, depth + 1, rejectCollisions)]];
    const here = own.filter(({ path }) => path.length === depth + 1);
    const before = here.filter(({ path }) => path[depth]?.list === true);
    for (const binding of here) if (rejectCollisions && !before.includes(binding)) refuseDifference(key, value, binding.value);
    return [...before.map((binding): readonly [ByteString, JsonNode] => [name, bound(binding)]), [name, value]];
  });
  return { kind: 'object', entries: [...entries, ...treeOf(left, depth)] };
}

/** Values of this message first, then the messages inside it. */
function treeOf(bindings: readonly ResolvedBinding[], depth: number): readonly (readonly [ByteString, JsonNode])[] {
  const here = bindings.filter(({ path }) => path.length === depth + 1);
  const deeper = new Map<string, ResolvedBinding[]>();
  for (const binding of bindings) {
    const name = binding.path[depth]?.name;
    if (name === undefined || binding.path.length === depth + 1) continue;
    deeper.set(name, [...(deeper.get(name) ?? []), binding]);
  }
  return [
    ...here.map((binding): readonly [ByteString, JsonNode] => [binding.path[depth]?.name ?? '', bound(binding)]),
    ...[...deeper].map(([name, list]): readonly [ByteString, JsonNode] => [name, { kind: 'object', entries: treeOf(list, depth + 1) }]),
  ];
}

function bound({ value }: ResolvedBinding): JsonNode {
  return { kind: 'string', text: value, bound: true };
}

function refuseDifference(name: string, inBody: JsonNode, inBinding: ByteString): void {
  const text =
    inBody.kind === 'string' || inBody.kind === 'number' ? inBody.text : inBody.kind === 'bool' ? String(inBody.value) : undefined;
  if (text === inBinding) return;
  throw new TranscodeError(
    `The binding value ${JSON.stringify(byteStringToUtf8(inBinding))} of the field ${name} is conflicting with the value ${inBody.kind === 'string' ? JSON.stringify(byteStringToUtf8(inBody.text)) : (text ?? '')} in the body.`,
  );
}
