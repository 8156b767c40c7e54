import { bytesToUtf8 } from '#base/bytes.ts';
import type { JsonObject, JsonValue } from '#base/json.ts';
import { isObject } from '#base/json.ts';
import { ConfigError } from '../config-error.ts';
import type { ConfigReader } from '../config-reader.ts';
import { enumName } from '../format/header-operations.ts';
import type { ActiveFilter } from '../http/active-filter.ts';
import type { BodyBuffer } from '../http/body-buffer.ts';
import type {
  DataStatus as DataResult,
  HeadersStatus as HeadersResult,
  HttpFilter,
  TrailersStatus as TrailersResult,
} from '../http/filter.ts';
import { DataStatus, HeadersStatus, TrailersStatus } from '../http/filter.ts';
import type { Headers } from '../http/headers.ts';
import type { StringPredicate } from '../matching/string-matcher.ts';
import { compileFullMatch } from '../matching/regex.ts';
import type { Direction } from '../trace.ts';
import type { HttpFilterType } from './filter-type.ts';
import { routeOptions } from './filter-type.ts';
import { tell } from './tell.ts';

const types = ['PROTOBUF_VALUE', 'STRING', 'NUMBER'] as const;
const NAMESPACE = 'envoy.filters.http.json_to_metadata';
const MAXIMUM_VALUE = 8 * 1024;

interface Target {
  readonly namespace: string;
  readonly key: string;
  readonly value: JsonValue | undefined;
  readonly type: (typeof types)[number];
  readonly preserve: boolean;
}

interface Rule {
  readonly path: readonly string[];
  readonly present: Target | undefined;
  readonly missing: Target | undefined;
  readonly error: Target | undefined;
}

interface Rules {
  readonly rules: readonly Rule[];
  allows(contentType: string): boolean;
}

interface Config {
  readonly request: Rules | undefined;
  readonly response: Rules | undefined;
}

type Counter = 'success' | 'mismatched_content_type' | 'no_body' | 'invalid_json_body';
const counters: readonly Counter[] = ['success', 'mismatched_content_type', 'no_body', 'invalid_json_body'];

/** envoy.filters.http.json_to_metadata (envoy `source/extensions/filters/http/json_to_metadata`). */
export const filterType: HttpFilterType = {
  compile(config, context) {
    const own = readConfig(config);
    if (own.request === undefined && own.response === undefined) {
      throw new ConfigError('json_to_metadata_filter: Per filter configs must at least specify either request or response rules');
    }
    const ofRoute = routeOptions(context, readConfig);
    const count = (name: string, by: bigint): void => context.proxy.stats.counter(`json_to_metadata.${name}`).add(by);
    for (const counter of counters) for (const prefix of ['rq', 'resp']) count(`${prefix}.${counter}`, 0n);
    return {
      create: (callbacks) =>
        new JsonToMetadataFilter(
          callbacks,
          () => ofRoute(callbacks) ?? own,
          (name) => count(name, 1n),
        ),
    };
  },
};

function readConfig(config: ConfigReader): Config {
  return { request: readRules(config.message('request_rules')), response: readRules(config.message('response_rules')) };
}

function readRules(config: ConfigReader | undefined): Rules | undefined {
  if (config === undefined) return undefined;
  const listed = new Set(config.strings('allow_content_types'));
  const regex = config.message('allow_content_types_regex');
  const matches: StringPredicate | undefined = regex === undefined ? undefined : compileFullMatch(regex.string('regex'));
  const allowsEmpty = config.bool('allow_empty_content_type');
  if (listed.size === 0) listed.add('application/json');
  return {
    rules: config.messages('rules').map(readRule),
    allows: (type) => (type === '' ? allowsEmpty : listed.has(type) || matches?.(type) === true),
  };
}

function readRule(config: ConfigReader): Rule {
  const present = readTarget(config.message('on_present'));
  const missing = readTarget(config.message('on_missing'));
  const error = readTarget(config.message('on_error'));
  const problem = (text: string): ConfigError => new ConfigError(`json to metadata filter: ${text}`);
  if (present === undefined && missing === undefined) throw problem('neither `on_present` nor `on_missing` set');
  if (missing !== undefined && missing.value === undefined) throw problem('cannot specify on_missing rule with empty value');
  if (error !== undefined && error.value === undefined) throw problem('cannot specify on_error rule with empty value');
  return { path: config.messages('selectors').map((selector) => selector.string('key')), present, missing, error };
}

function readTarget(config: ConfigReader | undefined): Target | undefined {
  if (config === undefined) return undefined;
  return {
    namespace: config.string('metadata_namespace') || NAMESPACE,
    key: config.string('key'),
    value: config.raw('value'),
    type: enumName(config.raw('type'), types) ?? 'PROTOBUF_VALUE',
    preserve: config.bool('preserve_existing_metadata_value'),
  };
}

class JsonToMetadataFilter implements HttpFilter {
  readonly #callbacks: ActiveFilter;
  readonly #config: () => Config;
  readonly #count: (counter: string) => void;
  #request: Rules | undefined;
  #response: Rules | undefined;

  constructor(callbacks: ActiveFilter, config: () => Config, count: (counter: string) => void) {
    this.#callbacks = callbacks;
    this.#config = config;
    this.#count = count;
  }

  decodeHeaders(headers: Headers, endStream: boolean): HeadersResult {
    this.#request = this.#begin(this.#config().request, headers, endStream, 'request');
    return this.#request === undefined ? HeadersStatus.Continue : HeadersStatus.StopIteration;
  }

  decodeData(data: BodyBuffer, endStream: boolean): DataResult {
    if (this.#request === undefined) return DataStatus.Continue;
    if (!endStream) return DataStatus.StopIterationAndBuffer;
    this.#callbacks.addDecodedData(data, true);
    this.#endRequest();
    return DataStatus.Continue;
  }

  decodeTrailers(): TrailersResult {
    this.#endRequest();
    return TrailersStatus.Continue;
  }

  encodeHeaders(headers: Headers, endStream: boolean): HeadersResult {
    this.#response = this.#begin(this.#config().response, headers, endStream, 'response');
    return this.#response === undefined ? HeadersStatus.Continue : HeadersStatus.StopIteration;
  }

  encodeData(data: BodyBuffer, endStream: boolean): DataResult {
    if (this.#response === undefined) return DataStatus.Continue;
    if (!endStream) return DataStatus.StopIterationAndBuffer;
    this.#callbacks.addEncodedData(data, true);
    this.#endResponse();
    return DataStatus.Continue;
  }

  encodeTrailers(): TrailersResult {
    this.#endResponse();
    return TrailersStatus.Continue;
  }

  #endRequest(): void {
    const rules = this.#request;
    this.#request = undefined;
    if (rules !== undefined) this.#read(rules, this.#callbacks.decodingBuffer, 'request');
  }

  #endResponse(): void {
    const rules = this.#response;
    this.#response = undefined;
    if (rules !== undefined) this.#read(rules, this.#callbacks.encodingBuffer, 'response');
  }

  /** The rules if a body is to be read. */
  #begin(rules: Rules | undefined, headers: Headers, endStream: boolean, direction: Direction): Rules | undefined {
    if (rules === undefined || rules.rules.length === 0) return undefined;
    if (!rules.allows(headers.get('content-type') ?? '')) {
      this.#report(direction, 'mismatched_content_type', 'its content type is not on the list');
      this.#error(rules);
      return undefined;
    }
    if (!endStream) return rules;
    this.#missing(rules, direction);
    return undefined;
  }

  #missing(rules: Rules, direction: Direction): void {
    this.#report(direction, 'no_body', 'there is no body');
    this.#write(rules.rules.flatMap(({ missing }) => (missing === undefined ? [] : [[missing, missing.value]])));
  }

  #error(rules: Rules): void {
    this.#write(rules.rules.flatMap(({ error }) => (error === undefined ? [] : [[error, error.value]])));
  }

  #read(rules: Rules, body: BodyBuffer | undefined, direction: Direction): void {
    if (body === undefined || body.length === 0) {
      this.#missing(rules, direction);
      return;
    }
    const json = parse(bytesToUtf8(body.all()));
    if (json === undefined) {
      this.#report(direction, 'invalid_json_body', 'the body is no JSON');
      this.#error(rules);
      return;
    }
    this.#count(`${direction === 'request' ? 'rq' : 'resp'}.success`);
    this.#write(rules.rules.flatMap((rule) => valueOf(rule, json)));
    tell(this.#callbacks, direction, 'json-to-metadata', 'The rules have been applied to the body');
  }

  #report(direction: Direction, counter: Counter, text: string): void {
    this.#count(`${direction === 'request' ? 'rq' : 'resp'}.${counter}`);
    tell(this.#callbacks, direction, 'json-to-metadata', `No value is read: ${text}`);
  }

  #write(values: readonly (readonly [Target, JsonValue | undefined])[]): void {
    const { info } = this.#callbacks.stream;
    const found = new Map<string, Record<string, JsonValue>>();
    for (const [target, value] of values) {
      if (value === undefined) continue;
      const existing = info.dynamicMetadata.get(target.namespace);
      if (target.preserve && existing !== undefined && Object.hasOwn(existing, target.key)) continue;
      const entries = found.get(target.namespace) ?? {};
      entries[target.key] = value;
      found.set(target.namespace, entries);
    }
    for (const [namespace, entries] of found) info.setDynamicMetadata(namespace, entries);
  }
}

/** Undefined: no JSON at all. A list or a scalar has no keys. */
function parse(text: string): JsonObject | undefined {
  try {
    const value: JsonValue = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return undefined;
  }
}

/** What one rule gives for a body: the value, the one for a missing value, or nothing. */
function valueOf({ path, present, missing }: Rule, json: JsonObject): readonly (readonly [Target, JsonValue | undefined])[] {
  const otherwise = missing === undefined ? [] : ([[missing, missing.value]] as const);
  let node = json;
  for (const key of path.slice(0, -1)) {
    const next = node[key];
    if (!isObject(next)) return otherwise;
    node = next;
  }
  if (present === undefined) return [];
  if (present.value !== undefined) return [[present, present.value]];
  const value = scalarOf(node[path.at(-1) ?? '']);
  if (value === undefined) return otherwise;
  const converted = convert(value, present.type);
  return converted === undefined ? otherwise : converted === '' && present.type === 'STRING' ? [] : [[present, converted]];
}

/** Envoy reads numbers, texts and truth values; objects, lists and null count as missing. */
function scalarOf(value: JsonValue | undefined): string | number | boolean | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : undefined;
}

function convert(value: string | number | boolean, type: Target['type']): JsonValue | undefined {
  if (type === 'STRING') {
    const text = typeof value === 'boolean' ? String(Number(value)) : typeof value === 'number' ? numberText(value) : value;
    return text.length > MAXIMUM_VALUE ? undefined : text;
  }
  if (type === 'PROTOBUF_VALUE') return typeof value === 'string' && value.length > MAXIMUM_VALUE ? undefined : value;
  if (typeof value !== 'string') return Number(value);
  const text = value.trim();
  return text === '' || Number.isNaN(Number(text)) ? undefined : Number(text);
}

/** C++ `std::to_string`. */
function numberText(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(6);
}
