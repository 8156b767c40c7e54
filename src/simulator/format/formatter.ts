import type { MetadataKind } from './commands/metadata.ts';
import type { ByteString } from '#base/bytes.ts';
import { utf8ToByteString } from '#base/bytes.ts';
import type { JsonValue } from '#base/json.ts';
import { isObject } from '#base/json.ts';
import { ConfigError } from '../config-error.ts';
import type { Headers } from '../http/headers.ts';
import type { StreamInfo } from '../http/stream-info.ts';
import { commands } from './commands.ts';
import { sortedJson } from './sorted-json.ts';

/** What a substitution may look at. */
export interface FormatContext {
  readonly info: StreamInfo;
  readonly requestHeaders: Headers | undefined;
  readonly responseHeaders?: Headers | undefined;
  readonly responseTrailers?: Headers | undefined;
  readonly localReplyBody?: ByteString | undefined;
  readonly nowNs: bigint;
  /** Name of the environment of the proxy; texts of `%ENVIRONMENT()%` and `%HOSTNAME%` come from here. */
  readonly environment: FormatEnvironment;
  /** `filter_metadata` of things that are configured. */
  readonly metadata?: ((kind: MetadataKind) => JsonValue | undefined) | undefined;
}

export interface FormatEnvironment {
  readonly hostname: string;
  readonly variables: ReadonlyMap<string, string>;
  /** A new UUID. */
  uniqueId(): string;
}

export type FormatValue = string | number | boolean | JsonValue | undefined;

/** One command, ready to be asked. */
export type Provider = (context: FormatContext) => FormatValue;

type Part = string | Provider;

/**
 * Envoy's substitution format (`%REQ(X?Y):10%`, `%%` for a percent sign; envoy `source/common/formatter/substitution_formatter.cc`). A command that has no
 * value gives `-`, or nothing when `omitEmpty`.
 */
export function compileFormat(format: string, omitEmpty = false): (context: FormatContext) => ByteString {
  const parts = parse(format);
  const [only] = parts;
  if (parts.length === 1 && typeof only === 'string') return () => only;
  return (context) => {
    let out = '';
    for (const part of parts) out += typeof part === 'string' ? part : toText(part(context), omitEmpty);
    return out;
  };
}

function toText(value: FormatValue, omitEmpty: boolean): ByteString {
  if (value === undefined || value === null) return omitEmpty ? '' : '-';
  if (typeof value === 'string') return value;
  return typeof value === 'object' ? utf8ToByteString(sortedJson(value)) : String(value);
}

function parse(format: string): readonly Part[] {
  const parts: Part[] = [];
  let text = '';
  let at = 0;
  while (at < format.length) {
    const c = format.charAt(at);
    if (c !== '%') {
      text += c;
      at++;
      continue;
    }
    if (format[at + 1] === '%') {
      text += '%';
      at += 2;
      continue;
    }
    const match = /^%([A-Z0-9_]+)(?:\(([^)]*)\))?(?::(\d+))?%/.exec(format.slice(at));
    if (match === null) throw new ConfigError(`Incorrect configuration: ${format}. Couldn't find valid command at position ${at}`);
    if (text !== '') parts.push(text);
    text = '';
    parts.push(provider(match[1] ?? '', match[2] ?? '', match[3] === undefined ? undefined : Number(match[3])));
    at += match[0].length;
  }
  if (text !== '' || parts.length === 0) parts.push(text);
  return parts;
}

function provider(name: string, argument: string, limit: number | undefined): Provider {
  const command = commands.get(name);
  if (command === undefined) throw new ConfigError(`Not supported field in StreamInfo: ${name}`);
  if (command.parameters === 'none' && (argument !== '' || limit !== undefined)) {
    throw new ConfigError(`${name} does not take any parameters or length`);
  }
  if (command.parameters === 'required' && argument === '') throw new ConfigError(`${name} requires parameters`);
  if (!command.hasLength && limit !== undefined) throw new ConfigError(`${name} does not allow length to be specified.`);
  const read = command.make(argument);
  if (limit === undefined) return read;
  return (context) => {
    const value = read(context);
    return typeof value === 'string' ? value.slice(0, limit) : value;
  };
}

/**
 * A JSON format: texts are formats, other values stay. Keys come out sorted, as Envoy prints them; a text that is one single command keeps the
 * type of its value, and one without value becomes null.
 */
export function compileJsonFormat(value: JsonValue | undefined): (context: FormatContext) => JsonValue {
  if (typeof value === 'string') {
    const parts = parse(value);
    const [only] = parts;
    if (parts.length === 1 && typeof only === 'function') return (context) => only(context) ?? null;
    const format = compileFormat(value);
    return (context) => format(context);
  }
  if (Array.isArray(value)) {
    const items = value.map((item: JsonValue) => compileJsonFormat(item));
    return (context) => items.map((item) => item(context));
  }
  if (!isObject(value)) return () => value ?? null;
  const keys = Object.keys(value).toSorted((a, b) => (a < b ? -1 : 1));
  const fields = keys.map((key) => [key, compileJsonFormat(value[key])] as const);
  return (context) => Object.fromEntries(fields.map(([key, format]) => [key, format(context)]));
}
