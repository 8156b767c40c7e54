import type { JsonValue } from '#base/json.ts';
import type { EnumPlan } from './plan.ts';
import { type Read, readScalar, wrong } from './scalars.ts';

/** Names exactly as declared, or any number; a number with a name comes out as the name. */
export function readEnum(plan: EnumPlan, value: JsonValue): Read {
  if (plan.name === 'google.protobuf.NullValue') return { value: null };
  if (typeof value === 'string') {
    const number = plan.byName.get(value);
    if (number !== undefined) return { value: plan.byNumber.get(number) ?? value };
    return { problem: 'envoy/unknown-enum-value', args: { value, valid: [...plan.byName.keys()].join(', ') } };
  }
  const read = readScalar('int32', value);
  return 'value' in read && typeof read.value === 'number'
    ? { value: plan.byNumber.get(read.value) ?? read.value }
    : wrong('an enum value', value);
}
