import type { JsonValue } from '#base/json.ts';
import { ConfigError } from '../config-error.ts';
import type { ConfigReader } from '../config-reader.ts';
import type { Headers } from '../http/headers.ts';
import { lowerName } from '../http/headers.ts';
import type { FormatContext } from './formatter.ts';
import { compileFormat } from './formatter.ts';

type Append = 'APPEND_IF_EXISTS_OR_ADD' | 'ADD_IF_ABSENT' | 'OVERWRITE_IF_EXISTS_OR_ADD' | 'OVERWRITE_IF_EXISTS';
const actions: readonly Append[] = ['APPEND_IF_EXISTS_OR_ADD', 'ADD_IF_ABSENT', 'OVERWRITE_IF_EXISTS_OR_ADD', 'OVERWRITE_IF_EXISTS'];

interface HeaderValue {
  readonly name: string;
  readonly value: (context: FormatContext) => string;
  readonly action: Append;
  readonly keepEmpty: boolean;
}

/** Changes headers by the configuration of a route, a virtual host … */
export type HeaderOperations = (headers: Headers, context: FormatContext) => void;

/** `HeaderValueOption` lists: removals first, then what overwrites, then what is added (envoy `source/common/router/header_parser.cc`). */
export function compileHeaderOperations(add: readonly ConfigReader[], remove: readonly string[]): HeaderOperations | undefined {
  const values = add.map(compileHeaderValue);
  const removed = remove.map(lowerName);
  for (const { name } of values) if (isProtected(name)) throw new ConfigError(':-prefixed or host headers may not be modified');
  for (const name of removed) if (isProtected(name)) throw new ConfigError(':-prefixed or host headers may not be removed');
  if (values.length === 0 && removed.length === 0) return undefined;
  return (headers, context) => {
    for (const name of removed) headers.remove(name);
    const added: [string, string][] = [];
    const overwritten: [string, string][] = [];
    for (const entry of values) {
      const value = entry.value(context);
      if (value === '' && !entry.keepEmpty) continue;
      const target = targetOf(entry.action, headers.has(entry.name));
      if (target === 'add') added.push([entry.name, value]);
      else if (target === 'overwrite') overwritten.push([entry.name, value]);
    }
    for (const [name, value] of overwritten) headers.replace(name, value);
    for (const [name, value] of added) headers.add(name, value);
  };
}

/** Names that routing itself decides about (envoy `Http::HeaderUtility::isModifiableHeader`, `isRemovableHeader`). */
function isProtected(name: string): boolean {
  return name.startsWith(':') || name === 'host';
}

function targetOf(action: Append, exists: boolean): 'add' | 'overwrite' | 'nothing' {
  switch (action) {
    case 'APPEND_IF_EXISTS_OR_ADD':
      return 'add';
    case 'ADD_IF_ABSENT':
      return exists ? 'nothing' : 'add';
    case 'OVERWRITE_IF_EXISTS_OR_ADD':
      return 'overwrite';
    default:
      return exists ? 'overwrite' : 'nothing';
  }
}

export function compileHeaderValue(option: ConfigReader): HeaderValue {
  const header = option.message('header');
  const append = option.raw('append');
  if (append !== undefined && enumName(option.raw('append_action'), actions.slice(1)) !== undefined) {
    throw new ConfigError("Both append and append_action are set and it's not allowed");
  }
  const action =
    enumName(option.raw('append_action'), actions) ?? (append === false ? 'OVERWRITE_IF_EXISTS_OR_ADD' : 'APPEND_IF_EXISTS_OR_ADD');
  const raw = header?.string('raw_value') ?? '';
  return {
    name: lowerName(header?.string('key') ?? ''),
    value: compileFormat(raw === '' ? (header?.string('value') ?? '') : atob(raw), true),
    action,
    keepEmpty: option.bool('keep_empty_value'),
  };
}

/** An enum value by name or number. */
export function enumName<Name extends string>(value: JsonValue | undefined, names: readonly Name[]): Name | undefined {
  if (typeof value === 'number') return names[value];
  return names.find((name) => name === value);
}

/** One mutation of the header_mutation filter: each is carried out by itself, in order. */
export function compileMutation(config: ConfigReader): HeaderOperations {
  const remove = config.string('remove');
  if (remove !== '') {
    const name = lowerName(remove);
    return (headers) => headers.remove(name);
  }
  const append = config.message('append');
  const entry = append === undefined ? undefined : compileHeaderValue(append);
  if (entry === undefined) return () => undefined;
  return (headers, context) => {
    const value = entry.value(context);
    if (value === '' && !entry.keepEmpty) return;
    const target = targetOf(entry.action, headers.has(entry.name));
    if (target === 'add') headers.add(entry.name, value);
    else if (target === 'overwrite') headers.replace(entry.name, value);
  };
}
