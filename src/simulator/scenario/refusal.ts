import type { JsonObject, JsonPath, JsonValue } from '#base/json.ts';
import { formatPath, getIn, isObject } from '#base/json.ts';
import type { EnvoyTypes, TypeProblem } from '#envoy/types.ts';

const LISTENER = 'envoy.config.listener.v3.Listener';
const unreadable = new Set(['envoy/wrong-type', 'envoy/malformed-duration', 'envoy/oneof-conflict', 'envoy/unknown-type']);
const broken = new Set(['envoy/required', 'envoy/rule', 'envoy/oneof-required']);

/**
 * Why Envoy would refuse a listener before any filter looks at it: it cannot be read as protobuf, or breaks a rule of its messages. Undefined: it would
 * not. Fields and enum values nobody knows are passed over, as in configuration that is served (measured).
 */
export function refusalOf(types: EnvoyTypes, listener: JsonObject): string | undefined {
  const problems = types.validate(LISTENER, listener).filter((problem) => problem.severity === 'error');
  const wrong = problems.find((problem) => unreadable.has(problem.code) && !isWrapper(getIn(listener, problem.path)));
  if (wrong !== undefined) return `Unable to parse JSON as proto (INVALID_ARGUMENT: ${parseReason(wrong)})`;
  const rule = problems.find((problem) => broken.has(problem.code));
  return rule === undefined ? undefined : `Proto constraint validation failed (${ruleReason(rule)})`;
}

/** `{ "value": true }` in place of a wrapped value is fine (measured). */
function isWrapper(value: JsonValue | undefined): boolean {
  return isObject(value) && Object.keys(value).join() === 'value';
}

function parseReason({ code, path, message }: TypeProblem): string {
  if (code === 'envoy/unknown-type') return `could not find @type 'type.googleapis.com/${message.split(' ').at(-1) ?? ''}'`;
  const words = code === 'envoy/oneof-conflict' ? `has already been set: ${message}` : message;
  return `invalid JSON in envoy.service.discovery.v3.DiscoveryResponse @ ${formatPath(['resources', 0, ...path])}: ${words}`;
}

function ruleReason({ code, path, message }: TypeProblem): string {
  if (code === 'envoy/oneof-required') return `field: "", reason: is required: ${message}`;
  const field = code === 'envoy/required' ? (/^"(\w+)"/.exec(message)?.[1] ?? '') : lastField(path);
  return `ValidationError.${pascal(field)}: ${message}`;
}

/** `flags[0]` of the path to an entry of a list. */
function lastField(path: JsonPath): string {
  const at = path.findLastIndex((part) => typeof part === 'string');
  return formatPath(path.slice(at));
}

function pascal(name: string): string {
  return name.replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/**
 * Where a refusal stands: Envoy's texts of this kind hold the whole configuration and change their blanks from run to run, so the place is compared,
 * not the words. Other refusals are their own place.
 */
export function refusalPlace(text: string): string {
  const rule = /Proto constraint validation failed \(([\s\S]*)\)\s*$/.exec(text)?.[1]?.split(' | caused by ').at(-1);
  if (rule !== undefined) return `rule ${/^\w*ValidationError\.([^:]+):/.exec(rule)?.[1] ?? 'of a oneof'}`;
  const plain = text.replaceAll(/\s+/g, ' ');
  const type = /could not find @type '([^']*)'/.exec(plain)?.[1];
  if (type !== undefined) return `type ${type}`;
  const path = /invalid JSON in \S+ @ resources\[0\]\.(\S+):/.exec(plain)?.[1]?.replaceAll('<any>.', '');
  if (path === undefined) return text;
  // Of two members of a oneof Envoy names the second, after the message itself.
  return `json ${/has already been set \(/.test(plain) ? path.replace(/\.?[^.]+$/, '') : path}`;
}
