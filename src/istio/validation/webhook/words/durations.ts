import { parseGoDuration } from '../../../api/go-duration.ts';
import type { JsonObject } from '#base/json.ts';
import { text } from './fields.ts';

const ms = 1_000_000n;

/** Nanoseconds of a Duration field as it was read. */
export function nanoseconds(message: JsonObject, field: string): bigint {
  const parsed = parseGoDuration(text(message, field));
  return typeof parsed === 'bigint' ? parsed : 0n;
}

/** ValidateDuration (istio/istio pkg/config/validation/agent/validation.go); nothing when the field is absent. */
export function durationError(message: JsonObject, field: string): string | undefined {
  if (message[field] === undefined) return undefined;
  const ns = nanoseconds(message, field);
  if (ns < ms) return 'duration must be greater than 1ms';
  return ns % ms === 0n ? undefined : 'only durations to ms precision are supported';
}
