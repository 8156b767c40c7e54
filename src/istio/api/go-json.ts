import { isArray, isObject, type JsonValue } from '#base/json.ts';
import { compareText } from '../resource-order.ts';

/** A float64 as Go's encoding/json writes it: like JavaScript, but `-0` keeps its sign (encoding/json floatEncoder). */
export function goNumber(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

/** A float64 as Go's `%v` prints it: with an exponent from a million on and below a ten-thousandth. */
export function goFloat(value: number): string {
  const [mantissa = '0', power = '0'] = value.toExponential().split('e');
  const exponent = Number(power);
  if (value === 0 || (exponent >= -4 && exponent < 6)) return goNumber(value);
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${Math.abs(exponent).toString().padStart(2, '0')}`;
}

const escapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '\f': '\\f',
};

/**
 * A text as Go's encoding/json writes it: `<`, `>`, `&`, U+2028, U+2029 and control characters as `\u00XX`; a lone surrogate,
 * which has no UTF-8 form, as U+FFFD (encoding/json appendString with escapeHTML).
 */
export function goString(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what must be escaped
  const escaped = text.replace(/\p{Surrogate}/gu, '\uFFFD').replace(/["\\\u0000-\u001f<>&\u2028\u2029]/g, (char) => {
    return escapes[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  return `"${escaped}"`;
}

/** JSON text as Go's encoding/json and jsonpb write a map or a Struct: no spaces, keys in byte order. */
export function goJson(value: JsonValue): string {
  if (typeof value === 'number') return goNumber(value);
  if (typeof value === 'string') return goString(value);
  if (isArray(value)) return `[${value.map(goJson).join(',')}]`;
  if (isObject(value)) {
    const keys = Object.keys(value).sort(compareText);
    return `{${keys.map((key) => `${goString(key)}:${goJson(value[key] ?? null)}`).join(',')}}`;
  }
  return String(value);
}

/** A text as Go's `%q` writes it (strconv.Quote): printable characters as they are, `"` and `\\` escaped, others as escapes. */
export function goQuote(text: string): string {
  const special: Readonly<Record<string, string>> = { ...escapes, '\u0007': '\\a', '\u000b': '\\v' };
  const quoted = text
    .replace(/\p{Surrogate}/gu, '\uFFFD')
    .replace(/["\\\p{C}\p{Zl}\p{Zp}\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/gu, (char) => {
      const code = char.codePointAt(0) ?? 0;
      if (special[char] !== undefined) return special[char];
      const hex = code.toString(16);
      if (code < 0x80) return `\\x${hex.padStart(2, '0')}`;
      return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
    });
  return `"${quoted}"`;
}

/** What encoding/json calls a value in its messages. */
export function goKind(value: JsonValue): string {
  if (value === null) return 'null';
  if (isArray(value)) return 'array';
  return isObject(value) ? 'object' : typeof value === 'boolean' ? 'bool' : typeof value;
}

/** The message of Go's json.UnmarshalTypeError. */
export function cannotUnmarshal(what: string, type: string): string {
  return `json: cannot unmarshal ${what} into Go value of type ${type}`;
}

function firstChar(text: string): string {
  const code = text.codePointAt(0);
  return code === undefined ? '' : String.fromCodePoint(code);
}

/** `'h'` as Go quotes a character in a syntax error (encoding/json quoteChar). */
function quoteChar(char: string): string {
  if (char === "'") return String.raw`'\''`;
  if (char === '"') return `'"'`;
  return `'${goString(char).slice(1, -1)}'`;
}

/**
 * The syntax error of Go's json.Unmarshal for a text that should be one number, or `undefined` when the text is valid JSON for a
 * scalar. Only what a string between quotes can be: that is where jsonpb parses user text as JSON (jsonpb decode.go trimQuote).
 */
export function scalarSyntaxError(text: string): string | undefined {
  const trimmed = text.replace(/^[ \t\r\n]+/, '');
  if (trimmed === '') return 'unexpected end of JSON input';
  const first = trimmed[0] ?? '';
  const literal = { t: 'true', f: 'false', n: 'null' }[first];
  if (literal !== undefined) return literalError(trimmed, literal);
  if (!/[-0-9]/.test(first)) {
    if (first === '{' || first === '[' || first === '"') return 'unexpected end of JSON input';
    return `invalid character ${quoteChar(firstChar(trimmed))} looking for beginning of value`;
  }
  return numberError(trimmed);
}

function literalError(text: string, literal: string): string | undefined {
  for (let i = 1; i < literal.length; i++) {
    if (i >= text.length) return 'unexpected end of JSON input';
    if (text[i] !== literal[i]) {
      return `invalid character ${quoteChar(text[i] ?? '')} in literal ${literal} (expecting '${literal[i] ?? ''}')`;
    }
  }
  return trailing(text.slice(literal.length));
}

function numberError(text: string): string | undefined {
  const good = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/.exec(text)?.[0];
  const rest = text.slice(good?.length ?? 0);
  const char = (at: string): string => quoteChar(firstChar(at));
  if (good === undefined) {
    return text.length === 1 ? 'unexpected end of JSON input' : `invalid character ${char(text.slice(1))} in numeric literal`;
  }
  if (rest.startsWith('.') && !/[.eE]/.test(good)) {
    return rest.length === 1
      ? 'unexpected end of JSON input'
      : `invalid character ${char(rest.slice(1))} after decimal point in numeric literal`;
  }
  const exponent = /^[eE][-+]?/.exec(rest)?.[0];
  if (exponent !== undefined && !/[eE]/.test(good)) {
    const after = rest.slice(exponent.length);
    return after === '' ? 'unexpected end of JSON input' : `invalid character ${char(after)} in exponent of numeric literal`;
  }
  return trailing(rest);
}

function trailing(rest: string): string | undefined {
  const after = rest.replace(/^[ \t\r\n]+/, '');
  return after === '' ? undefined : `invalid character ${quoteChar(firstChar(after))} after top-level value`;
}
