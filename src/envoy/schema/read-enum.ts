import type { JsonValue } from '#base/json.ts';
import type { Reader } from '../types.ts';
import type { EnumPlan } from './plan.ts';
import { type Read, readScalar, wrong } from './scalars.ts';

/** Names as declared (Envoy: in any case), or any number; a number with a name comes out as the name. */
export function readEnum(plan: EnumPlan, value: JsonValue, reader: Reader): Read {
  if (plan.name === 'google.protobuf.NullValue') return { value: null };
  if (typeof value !== 'string') {
    const read = readScalar('int32', value, reader);
    if (!('value' in read) || typeof read.value !== 'number') return wrong('an enum value', value);
    return { value: plan.byNumber.get(read.value) ?? read.value };
  }
  const number = plan.byName.get(value);
  if (number !== undefined) return { value: plan.byNumber.get(number) ?? value };
  const folded = [...plan.byName.keys()].find((name) => name.toLowerCase() === value.toLowerCase());
  if (folded === undefined) return { problem: 'envoy/unknown-enum-value', args: { value, valid: [...plan.byName.keys()].join(', ') } };
  const problem = { problem: 'envoy/enum-case', args: { value, valid: folded } } as const;
  return reader === 'envoy' ? { value: folded, ...problem } : problem;
}
