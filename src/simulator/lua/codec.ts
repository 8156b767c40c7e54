import type { ByteString } from '#base/bytes.ts';

/** A value as it crosses between a script and the host. Texts are byte strings. */
export type LuaValue = undefined | boolean | number | ByteString | LuaTable | LuaObject | LuaOther;

/** A table with its entries in the order in which they crossed. */
export interface LuaTable {
  readonly kind: 'table';
  readonly entries: readonly (readonly [LuaValue, LuaValue])[];
}

/** An object of the host: `kind` names its methods (`LuaState.define`), `id` is the host's own. */
export interface LuaObject {
  readonly kind: 'object';
  readonly id: number;
  readonly class: string;
}

/** A function, coroutine … of the script: only its type crosses. */
export interface LuaOther {
  readonly kind: 'other';
  readonly type: string;
}

export function table(entries: Iterable<readonly [LuaValue, LuaValue]>): LuaTable {
  return { kind: 'table', entries: [...entries] };
}

export function list(values: readonly LuaValue[]): LuaTable {
  return { kind: 'table', entries: values.map((value, i) => [i + 1, value]) };
}

/** The value if it is a text, otherwise nothing. */
export function textOf(value: LuaValue): ByteString {
  return typeof value === 'string' ? value : '';
}

/** Lua's name for the type of a value. */
export function typeName(value: LuaValue): string {
  if (value === undefined) return 'nil';
  if (typeof value !== 'object') return typeof value;
  if (value.kind === 'other') return value.type;
  return value.kind === 'object' ? 'userdata' : 'table';
}

/** Values one after the other: a letter, a length, a colon and the text; a table gives the number of its pairs, which follow. */
export function encode(values: readonly LuaValue[]): ByteString {
  return values.map(encodeOne).join('');
}

function encodeOne(value: LuaValue): ByteString {
  if (value === undefined) return 'z';
  if (typeof value === 'string') return framed('s', value);
  if (typeof value === 'number')
    return framed('n', Number.isFinite(value) ? String(value) : value > 0 ? '1e999' : value < 0 ? '-1e999' : '0x0p0');
  if (typeof value === 'boolean') return framed('b', value ? '1' : '0');
  if (value.kind === 'object') return framed('o', `${value.id} ${value.class}`);
  if (value.kind === 'other') return 'z';
  return framed('t', String(value.entries.length)) + value.entries.map(([key, item]) => encodeOne(key) + encodeOne(item)).join('');
}

function framed(letter: string, text: ByteString): ByteString {
  return `${letter}${text.length}:${text}`;
}

/** Reads what `encodeAll` of the prelude wrote. */
export function decode(text: ByteString): readonly LuaValue[] {
  const cursor = { text, at: 0 };
  const values: LuaValue[] = [];
  while (cursor.at < text.length) values.push(decodeOne(cursor));
  return values;
}

function decodeOne(cursor: { readonly text: ByteString; at: number }): LuaValue {
  const letter = cursor.text.charAt(cursor.at);
  if (letter === 'z') {
    cursor.at++;
    return undefined;
  }
  const colon = cursor.text.indexOf(':', cursor.at);
  const end = colon + 1 + Number(cursor.text.slice(cursor.at + 1, colon));
  const body = cursor.text.slice(colon + 1, end);
  cursor.at = end;
  switch (letter) {
    case 's':
      return body;
    case 'n':
      return luaNumber(body);
    case 'b':
      return body === '1';
    case 'o':
      return { kind: 'object', id: Number(body), class: '' };
    case 't':
      return table(Array.from({ length: Number(body) }, (): readonly [LuaValue, LuaValue] => [decodeOne(cursor), decodeOne(cursor)]));
    default:
      return { kind: 'other', type: body };
  }
}

function luaNumber(text: string): number {
  if (text.endsWith('inf')) return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return text.endsWith('nan') ? Number.NaN : Number(text);
}

/** A number as Lua prints it: C's `%.14g`. */
export function numberText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [digits = '0', exponentText = '0'] = value.toExponential(13).split('e');
  const exponent = Number(exponentText);
  const trimmed = digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits;
  if (exponent >= -4 && exponent < 14) return String(Number(`${digits}e${exponentText}`));
  return `${trimmed}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}
