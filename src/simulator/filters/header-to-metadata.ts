import { base64ToBytes, byteStringToUtf8, bytesToUtf8 } from '#base/bytes.ts';
import type { JsonValue } from '#base/json.ts';
import { ConfigError } from '../config-error.ts';
import type { ConfigReader } from '../config-reader.ts';
import { enumName } from '../format/header-operations.ts';
import type { ActiveFilter } from '../http/active-filter.ts';
import type { HeadersStatus as HeadersResult, HttpFilter } from '../http/filter.ts';
import { HeadersStatus } from '../http/filter.ts';
import type { Headers } from '../http/headers.ts';
import { lowerName } from '../http/headers.ts';
import { compileSubstitution } from '../matching/regex.ts';
import { cookieOf } from '../router/route-entry.ts';
import type { HttpFilterType } from './filter-type.ts';
import { routeOptions } from './filter-type.ts';

const types = ['STRING', 'NUMBER', 'PROTOBUF_VALUE'] as const;

interface Target {
  readonly namespace: string;
  readonly key: string;
  readonly value: string;
  readonly type: (typeof types)[number];
  readonly base64: boolean;
  readonly substitute: ((text: string) => string) | undefined;
}

interface Rule {
  readonly header: string;
  readonly cookie: string;
  readonly present: Target | undefined;
  readonly missing: Target | undefined;
  readonly remove: boolean;
}

interface Rules {
  readonly request: readonly Rule[];
  readonly response: readonly Rule[];
}

const NAMESPACE = 'envoy.filters.http.header_to_metadata';
const MAXIMUM_VALUE = 8 * 1024;

/** envoy.filters.http.header_to_metadata (envoy `source/extensions/filters/http/header_to_metadata`). */
export const filterType: HttpFilterType = {
  compile(config, context) {
    const own = readRules(config);
    const ofRoute = routeOptions(context, readRules);
    return { create: (callbacks) => new HeaderToMetadataFilter(callbacks, () => ofRoute(callbacks) ?? own) };
  },
};

function readRules(config: ConfigReader): Rules {
  config.ignore('stat_prefix');
  return { request: config.messages('request_rules').map(readRule), response: config.messages('response_rules').map(readRule) };
}

function readRule(config: ConfigReader): Rule {
  const header = lowerName(config.string('header'));
  const cookie = config.string('cookie');
  if (header !== '' && cookie !== '') throw new ConfigError('Cannot specify both header and cookie');
  if (header === '' && cookie === '') throw new ConfigError('One of Cookie or Header option needs to be specified');
  const present = config.message('on_header_present');
  const missing = config.message('on_header_missing');
  if (present === undefined && missing === undefined)
    throw new ConfigError('header to metadata filter: rule for header has neither `on_header_present` nor `on_header_missing` set');
  return {
    header,
    cookie,
    present: present === undefined ? undefined : readTarget(present),
    missing: missing === undefined ? undefined : readTarget(missing),
    remove: config.bool('remove'),
  };
}

function readTarget(config: ConfigReader): Target {
  const rewrite = config.message('regex_value_rewrite');
  return {
    namespace: config.string('metadata_namespace') || NAMESPACE,
    key: config.string('key'),
    value: config.string('value'),
    type: enumName(config.raw('type'), types) ?? 'STRING',
    base64: config.raw('encode') === 'BASE64' || config.raw('encode') === 1,
    substitute:
      rewrite === undefined
        ? undefined
        : compileSubstitution(rewrite.message('pattern')?.string('regex') ?? '', rewrite.string('substitution')),
  };
}

class HeaderToMetadataFilter implements HttpFilter {
  readonly #callbacks: ActiveFilter;
  readonly #rules: () => Rules;

  constructor(callbacks: ActiveFilter, rules: () => Rules) {
    this.#callbacks = callbacks;
    this.#rules = rules;
  }

  decodeHeaders(headers: Headers): HeadersResult {
    this.#write(headers, this.#rules().request);
    return HeadersStatus.Continue;
  }

  encodeHeaders(headers: Headers): HeadersResult {
    this.#write(headers, this.#rules().response);
    return HeadersStatus.Continue;
  }

  #write(headers: Headers, rules: readonly Rule[]): void {
    const found = new Map<string, Record<string, JsonValue>>();
    for (const rule of rules) {
      const value = rule.header === '' ? cookieOf(headers, rule.cookie) : headers.joined(rule.header);
      const target = value === undefined ? rule.missing : rule.present;
      if (target !== undefined) {
        const json = valueOf(target, value);
        if (json !== undefined) {
          const values = found.get(target.namespace) ?? {};
          values[target.key] = json;
          found.set(target.namespace, values);
        }
      }
      if (value !== undefined && rule.present !== undefined && rule.remove && rule.header !== '') headers.remove(rule.header);
    }
    for (const [namespace, values] of found) this.#callbacks.stream.info.setDynamicMetadata(namespace, values);
  }
}

/** The metadata value for a header, or for its absence; nothing for empty or oversized texts. */
function valueOf(target: Target, header: string | undefined): JsonValue | undefined {
  let text = header === undefined || target.value !== '' ? target.value : header;
  if (target.substitute !== undefined && header !== undefined) text = target.substitute(header);
  if (text === '' || text.length >= MAXIMUM_VALUE) return undefined;
  let shown = byteStringToUtf8(text);
  if (target.base64) {
    const bytes = base64ToBytes(text);
    if (bytes === undefined || bytes.length === 0) return undefined;
    shown = bytesToUtf8(bytes);
  }
  if (target.type === 'NUMBER') return Number.isNaN(Number(shown)) ? undefined : Number(shown);
  if (target.type !== 'PROTOBUF_VALUE') return shown;
  return undefined;
}
