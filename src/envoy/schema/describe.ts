import { asObject, type JsonObject } from '#base/json.ts';
import type { EnvoyDocs } from '../docs.ts';
import type { FieldDoc, MessageDoc } from '../types.ts';
import type { FieldPlan, MessagePlan, Plans } from './plan.ts';
import type { Rules } from './rules.ts';

/** A message for people and forms. */
export function describeMessage(plans: Plans, rules: Rules, plan: MessagePlan, docs: EnvoyDocs | undefined): MessageDoc {
  const comments = docs?.messages[plan.name];
  return {
    name: plan.name,
    comment: comments?.[''] ?? '',
    fields: plan.fields.map((field) => describeField(plans, rules, field, comments?.[field.name] ?? '', docs)),
    oneofs: plan.proto.oneofDecl.flatMap((oneof) => {
      const members = plan.oneofs.get(oneof.name);
      return members === undefined
        ? []
        : [{ name: oneof.name, required: rules.oneofRequired(oneof), members: members.map((field) => field.jsonName) }];
    }),
  };
}

function describeField(plans: Plans, rules: Rules, field: FieldPlan, comment: string, docs: EnvoyDocs | undefined): FieldDoc {
  const { type } = field;
  const found = rules.ofField(field.proto);
  return {
    name: field.name,
    jsonName: field.jsonName,
    type: type.kind === 'scalar' ? type.protoType : type.kind,
    ...(type.kind === 'scalar' ? {} : { typeName: type.typeName }),
    list: field.list,
    map: field.mapKey !== undefined,
    ...(field.mapKey === undefined ? {} : { mapKeyType: field.mapKey }),
    ...(field.oneof === undefined ? {} : { oneof: field.oneof }),
    required: found !== undefined && isRequired(field, found),
    deprecated: field.proto.options?.deprecated === true,
    comment,
    ...(type.kind === 'enum' ? describeEnum(plans, type.typeName, docs) : {}),
    ...(found === undefined ? {} : { rules: found }),
  };
}

function describeEnum(plans: Plans, name: string, docs: EnvoyDocs | undefined): Pick<FieldDoc, 'enumValues' | 'enumComments'> {
  const { '': _, ...enumComments } = docs?.enums[name] ?? {};
  return { enumValues: plans.enum(name).proto.value.map((value) => value.name), enumComments };
}

/** Does the rule make a value necessary? Also when only the empty value is refused, which is what absence means in proto3. */
function isRequired(field: FieldPlan, rules: JsonObject): boolean {
  if (field.oneof !== undefined) return false;
  if (['message', 'any', 'duration', 'timestamp'].some((kind) => asObject(rules[kind])['required'] === true)) return true;
  const { minLen, minBytes, minItems, minPairs, ignoreEmpty } = asObject(
    rules['string'] ?? rules['bytes'] ?? rules['repeated'] ?? rules['map'],
  );
  if (ignoreEmpty === true || field.presence) return false;
  return [minLen, minBytes, minItems, minPairs].some((least) => typeof least === 'number' && least > 0);
}
