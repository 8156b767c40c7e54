import type { JsonObject, JsonValue } from '#base/json.ts';
import { asArray, asNumber, asString, isObject } from '#base/json.ts';

/**
 * Reads one message of Envoy's proto JSON. Field names are asked for in snake_case and found in snake_case or lowerCamelCase. The
 * reader remembers what was asked, so that `unread` can name the fields a filter does not simulate.
 */
export class ConfigReader {
  readonly value: JsonObject;
  readonly #read = new Set<string>();
  readonly #children: { readonly name: string; readonly reader: ConfigReader }[] = [];

  constructor(value: JsonValue | undefined) {
    this.value = isObject(value) ? value : {};
  }

  raw(name: string): JsonValue | undefined {
    this.#read.add(name);
    const { value } = this;
    if (Object.hasOwn(value, name)) return value[name] ?? undefined;
    const camel = camelCase(name);
    this.#read.add(camel);
    return Object.hasOwn(value, camel) ? (value[camel] ?? undefined) : undefined;
  }

  has(name: string): boolean {
    return this.raw(name) !== undefined;
  }

  /** The first of several names of a oneof that is set. */
  which<Name extends string>(...names: Name[]): Name | undefined {
    return names.find((name) => this.has(name));
  }

  string(name: string, otherwise = ''): string {
    return asString(this.raw(name)) ?? otherwise;
  }

  bool(name: string, otherwise = false): boolean {
    const value = unwrap(this.raw(name));
    return typeof value === 'boolean' ? value : otherwise;
  }

  number(name: string): number | undefined;
  number(name: string, otherwise: number): number;
  number(name: string, otherwise?: number): number | undefined {
    const value = unwrap(this.raw(name));
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : asNumber(value);
    return number === undefined || Number.isNaN(number) ? otherwise : number;
  }

  /** A `google.protobuf.Duration` in milliseconds. */
  duration(name: string): number | undefined {
    return durationMs(this.raw(name));
  }

  message(name: string): ConfigReader | undefined {
    const value = this.raw(name);
    return isObject(value) ? this.#child(name, value) : undefined;
  }

  messages(name: string): readonly ConfigReader[] {
    return asArray(this.raw(name)).map((value, i) => this.#child(`${name}[${i}]`, isObject(value) ? value : {}));
  }

  strings(name: string): readonly string[] {
    return asArray(this.raw(name)).filter((item) => typeof item === 'string');
  }

  numbers(name: string): readonly number[] {
    return asArray(this.raw(name))
      .map(Number)
      .filter((item) => !Number.isNaN(item));
  }

  /** Entries of a map field in the order of the text. */
  map(name: string): readonly (readonly [string, ConfigReader])[] {
    const value = this.raw(name);
    if (!isObject(value)) return [];
    return Object.entries(value).map(([key, item]) => [key, this.#child(`${name}.${key}`, isObject(item) ? item : {})]);
  }

  /** An `Any`: the reader of its message. `TypedStruct` and its old name are unwrapped. */
  any(name: string): ConfigReader | undefined {
    const value = this.raw(name);
    return isObject(value) ? this.#child(name, openAny(value)) : undefined;
  }

  get typeUrl(): string {
    this.#read.add('@type');
    return asString(this.value['@type']) ?? '';
  }

  /** Says that fields without effect in a simulation (statistics, limits of resources) are known. */
  ignore(...names: string[]): void {
    for (const name of names) this.raw(name);
  }

  /** Everything below this message counts as read. */
  accept(): this {
    for (const name of Object.keys(this.value)) this.#read.add(name);
    return this;
  }

  /** Paths of fields that are set but were never asked for. */
  unread(): readonly string[] {
    const own = Object.keys(this.value).filter((name) => !this.#read.has(name) && name !== '@type' && !isDefault(this.value[name]));
    return [...own, ...this.#children.flatMap(({ name, reader }) => reader.unread().map((path) => `${name}.${path}`))];
  }

  #child(name: string, value: JsonObject): ConfigReader {
    const reader = new ConfigReader(value);
    this.#children.push({ name, reader });
    return reader;
  }
}

function isDefault(value: JsonValue | undefined): boolean {
  return value === undefined || value === null || value === false || value === '' || value === 0;
}

/** `{ value: x }`, the message form of a wrapper type, reads as x. */
function unwrap(value: JsonValue | undefined): JsonValue | undefined {
  return isObject(value) && Object.keys(value).length === 1 && value['value'] !== undefined ? value['value'] : value;
}

const camelNames = new Map<string, string>();

export function camelCase(name: string): string {
  let camel = camelNames.get(name);
  if (camel === undefined) {
    camel = name.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
    camelNames.set(name, camel);
  }
  return camel;
}

/** `"1.5s"` or `{ seconds, nanos }` in milliseconds. */
export function durationMs(value: JsonValue | undefined): number | undefined {
  if (typeof value === 'string') {
    const match = /^(-?\d+(?:\.\d+)?)s$/.exec(value);
    return match === null ? undefined : Math.round(Number(match[1]) * 1e9) / 1e6;
  }
  if (!isObject(value)) return undefined;
  return Number(value['seconds'] ?? 0) * 1000 + Number(value['nanos'] ?? 0) / 1e6;
}

const structTypes = new Set(['udpa.type.v1.TypedStruct', 'xds.type.v3.TypedStruct']);

/** The JSON form of an `Any`; a `TypedStruct` becomes the message it stands for. */
export function openAny(value: JsonObject): JsonObject {
  const type = asString(value['@type']) ?? '';
  if (!structTypes.has(type.slice(type.lastIndexOf('/') + 1))) return value;
  const inner = value['value'];
  return { ...(isObject(inner) ? inner : {}), '@type': value['type_url'] ?? value['typeUrl'] ?? '' };
}
