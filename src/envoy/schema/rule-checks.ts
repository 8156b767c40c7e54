import { base64ToBytes, bytesToByteString, utf8Bytes } from '#base/bytes.ts';
import { asArray, isArray, isObject, type JsonObject, jsonEqual, type JsonValue } from '#base/json.ts';
import { parseProtoDuration } from './duration.ts';
import * as formats from './formats.ts';

/**
 * Envoy's validation rules (`validate.rules`, envoyproxy/protoc-gen-validate) on one canonical value. Each broken rule comes back
 * as the words behind "must"; a list of `items` and the entries of a map are for the caller to walk into.
 */
export function brokenRules(rules: JsonObject, value: JsonValue): readonly string[] {
  return Object.entries(rules).flatMap(([kind, body]) => {
    const check = Object.hasOwn(checks, kind) ? checks[kind] : undefined;
    return check === undefined || !isObject(body) || (body['ignoreEmpty'] === true && isEmpty(value)) ? [] : check(body, value);
  });
}

type Check = (rules: JsonObject, value: JsonValue) => string[];

const checks: Readonly<Record<string, Check>> = {
  ...Object.fromEntries(
    ['float', 'double', 'int32', 'uint32', 'sint32', 'fixed32', 'sfixed32'].map((kind): [string, Check] => [kind, ordered(toNumber)]),
  ),
  ...Object.fromEntries(['int64', 'uint64', 'sint64', 'fixed64', 'sfixed64'].map((kind): [string, Check] => [kind, ordered(toBigInt)])),
  duration: ordered((value) => (typeof value === 'string' ? parseProtoDuration(value) : undefined)),
  timestamp: ordered((value) => (typeof value === 'string' ? Date.parse(value) : undefined)),
  bool: (rules, value) => broken('const' in rules && rules['const'] !== value, `be ${text(rules['const'])}`),
  enum: checkChoice,
  string: (rules, value) => (typeof value === 'string' ? checkString(rules, value) : []),
  bytes: (rules, value) => (typeof value === 'string' ? checkBytes(rules, value) : []),
  repeated: (rules, value) => (isArray(value) ? checkList(rules, value) : []),
  map: (rules, value) => (isObject(value) ? checkSize(rules, Object.keys(value).length, 'Pairs', 'entries') : []),
  any: (rules, value) => (isObject(value) ? checkChoice(rules, value['@type'] ?? '') : []),
};

function isEmpty(value: JsonValue): boolean {
  if (isArray(value)) return value.length === 0;
  if (isObject(value)) return Object.keys(value).length === 0;
  return value === '' || value === 0 || value === '0' || value === false || value === null;
}

function broken(isBroken: boolean, words: string): string[] {
  return isBroken ? [words] : [];
}

function toNumber(value: JsonValue | undefined): number | undefined {
  return typeof value === 'number' || typeof value === 'string' ? Number(value) : undefined;
}

function toBigInt(value: JsonValue | undefined): bigint | undefined {
  return (typeof value === 'string' && /^-?\d+$/.test(value)) || Number.isSafeInteger(value) ? BigInt(value as string | number) : undefined;
}

/** `const`, `in`, `not_in` and ranges; a lower bound above the upper one means "outside". */
function ordered(parse: (value: JsonValue | undefined) => number | bigint | undefined): Check {
  return (rules, value) => {
    const number = parse(value);
    if (number === undefined) return [];
    const bound = (name: string): number | bigint | undefined => parse(rules[name]);
    const [gt, gte, lt, lte] = [bound('gt'), bound('gte'), bound('lt'), bound('lte')];
    const low = gt ?? gte;
    const high = lt ?? lte;
    const aboveLow = low === undefined || !(gt === undefined ? number < low : number <= low);
    const belowHigh = high === undefined || !(lt === undefined ? number > high : number >= high);
    // Asked as Envoy's generated code asks, so that NaN is inside every range.
    const outside = low !== undefined && high !== undefined && low > high;
    const words = [
      ...broken(low !== undefined, gt === undefined ? `be at least ${text(rules['gte'])}` : `be greater than ${text(rules['gt'])}`),
      ...broken(high !== undefined, lt === undefined ? `be at most ${text(rules['lte'])}` : `be less than ${text(rules['lt'])}`),
    ];
    const inRange = outside ? aboveLow || belowHigh : aboveLow && belowHigh;
    const constant = bound('const');
    return [
      ...broken(!inRange, words.join(outside ? ' or ' : ' and ')),
      ...broken(constant !== undefined && constant !== number, `be ${text(rules['const'])}`),
      ...broken('in' in rules && !asArray(rules['in']).some((item) => parse(item) === number), `be one of ${list(rules['in'])}`),
      ...broken(
        asArray(rules['notIn']).some((item) => parse(item) === number),
        `be none of ${list(rules['notIn'])}`,
      ),
    ];
  };
}

function text(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function list(value: JsonValue | undefined): string {
  return asArray(value).map(text).join(', ');
}

/** `const`, `in` and `not_in` of values that have no order. */
function checkChoice(rules: JsonObject, value: JsonValue): string[] {
  return [
    ...broken('const' in rules && !jsonEqual(rules['const'], value), `be ${text(rules['const'])}`),
    ...broken('in' in rules && !asArray(rules['in']).some((item) => jsonEqual(item, value)), `be one of ${list(rules['in'])}`),
    ...broken(
      asArray(rules['notIn']).some((item) => jsonEqual(item, value)),
      `not be ${list(rules['notIn'])}`,
    ),
  ];
}

function checkSize(rules: JsonObject, size: number, suffix: string, what: string): string[] {
  const [least, most, exact] = [rules[`min${suffix}`], rules[`max${suffix}`], rules[suffix === 'Len' ? 'len' : `len${suffix}`]];
  return [
    ...broken(typeof exact === 'number' && size !== exact, `have exactly ${text(exact)} ${what}`),
    ...broken(typeof least === 'number' && size < least, least === 1 ? 'not be empty' : `have at least ${text(least)} ${what}`),
    ...broken(typeof most === 'number' && size > most, `have at most ${text(most)} ${what}`),
  ];
}

/** A text of the wrong length is not asked for its format as well. */
function checkString(rules: JsonObject, value: string): string[] {
  const words = checkText(rules, value);
  return words.length > 0 ? words : checkFormat(rules, value);
}

function checkText(rules: JsonObject, value: string): string[] {
  const { prefix, suffix, contains, notContains, pattern } = rules;
  return [
    ...checkChoice(rules, value),
    ...checkSize(rules, Array.from(value).length, 'Len', 'characters'),
    ...checkSize(rules, utf8Bytes(value).length, 'Bytes', 'bytes'),
    ...broken(typeof pattern === 'string' && regExp(pattern)?.test(value) === false, `match ${text(pattern)}`),
    ...broken(typeof prefix === 'string' && !value.startsWith(prefix), `begin with ${text(prefix)}`),
    ...broken(typeof suffix === 'string' && !value.endsWith(suffix), `end with ${text(suffix)}`),
    ...broken(typeof contains === 'string' && !value.includes(contains), `contain ${text(contains)}`),
    ...broken(typeof notContains === 'string' && value.includes(notContains), `not contain ${text(notContains)}`),
  ];
}

/** RE2 syntax in the RegExp of this engine, or `undefined` for the rare pattern it has no words for. */
function regExp(pattern: string): RegExp | undefined {
  try {
    return new RegExp(pattern.replaceAll('\\A', '^').replaceAll('\\z', '$'), 'u');
  } catch {
    return undefined; // a rule that cannot be asked is a rule not checked; Envoy still does
  }
}

const textFormats: Readonly<Record<string, readonly [test: (value: string) => boolean, words: string]>> = {
  email: [formats.isEmail, 'be an e-mail address'],
  hostname: [formats.isHostname, 'be a host name'],
  ip: [formats.isIp, 'be an IP address'],
  ipv4: [formats.isIpv4, 'be an IPv4 address'],
  ipv6: [formats.isIpv6, 'be an IPv6 address'],
  uri: [formats.isUri, 'be a URI with a scheme'],
  uriRef: [formats.isUriReference, 'be a URI or a relative reference'],
  address: [(value) => formats.isHostname(value) || formats.isIp(value), 'be a host name or an IP address'],
  uuid: [formats.isUuid, 'be a UUID'],
};

function checkFormat(rules: JsonObject, value: string): string[] {
  const strict = rules['strict'] !== false;
  const named = Object.entries(textFormats).flatMap(([name, [test, words]]) => broken(rules[name] === true && !test(value), words));
  return [
    ...named,
    ...broken(rules['wellKnownRegex'] === 'HTTP_HEADER_NAME' && !formats.isHeaderName(value, strict), 'be a header name'),
    ...broken(rules['wellKnownRegex'] === 'HTTP_HEADER_VALUE' && !formats.isHeaderValue(value, strict), 'be a header value'),
  ];
}

function checkBytes(rules: JsonObject, value: string): string[] {
  const bytes = base64ToBytes(value);
  if (bytes === undefined) return [];
  const raw = bytesToByteString(bytes);
  const part = (name: string): string | undefined => {
    const rule = rules[name];
    const wanted = typeof rule === 'string' ? base64ToBytes(rule) : undefined;
    return wanted === undefined ? undefined : bytesToByteString(wanted);
  };
  const [prefix, suffix, contains] = [part('prefix'), part('suffix'), part('contains')];
  return [
    ...checkChoice(rules, value),
    ...checkSize(rules, bytes.length, 'Len', 'bytes'),
    ...broken(prefix !== undefined && !raw.startsWith(prefix), 'begin with the bytes of the rule'),
    ...broken(suffix !== undefined && !raw.endsWith(suffix), 'end with the bytes of the rule'),
    ...broken(contains !== undefined && !raw.includes(contains), 'contain the bytes of the rule'),
    ...broken(rules['ip'] === true && bytes.length !== 4 && bytes.length !== 16, 'be an IP address of 4 or 16 bytes'),
    ...broken(rules['ipv4'] === true && bytes.length !== 4, 'be an IPv4 address of 4 bytes'),
    ...broken(rules['ipv6'] === true && bytes.length !== 16, 'be an IPv6 address of 16 bytes'),
  ];
}

function checkList(rules: JsonObject, value: readonly JsonValue[]): string[] {
  const seen = new Set(value.map((item) => JSON.stringify(item)));
  return [
    ...checkSize(rules, value.length, 'Items', 'items'),
    ...broken(rules['unique'] === true && seen.size < value.length, 'have no item twice'),
  ];
}
