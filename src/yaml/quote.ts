import { resolvePlain } from './scalar.ts';

export type Quotes = 'plain' | 'single' | 'double';

/** Where a scalar is written: inside `[ ]` or `{ }` commas and brackets end an unquoted text. */
export type Context = 'block' | 'flow';

/**
 * Unquoted texts that some YAML 1.1 or 1.2 reader in the mesh world takes for something else: PyYAML's resolver table (`resolver.py`:
 * floats, octal and base 60 integers, dates, `=` and `<<`), yaml-cpp as Envoy uses it, and booleans in any letter case.
 */
const misread = [
  /^(?:y|yes|n|no|on|off|true|false|null|~|=|<<)$/i,
  /^[-+]?\.(?:inf|nan)$/i,
  /^[-+]?(?:0b[01_]+|0o?[0-7_]+|0x[0-9a-f_]+|[0-9][0-9_]*(?::[0-5]?[0-9])*)$/i,
  /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])*\.[0-9_]*(?:e[-+]?[0-9]+)?$/i,
  /^[-+]?(?:\.[0-9_]+|[0-9][0-9_]*)(?:e[-+]?[0-9]+)?$/i,
  /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}/,
];

/** Control characters but the tab, lone surrogates, and what YAML 1.1 takes for line breaks or a byte order mark. */
const needsEscape = /(?!\t)[\p{Cc}\p{Cs}\u2028\u2029\uFEFF\uFFFE\uFFFF]/u;

/** True when `text` can stand without quotes and every reader still sees this text. */
export function isPlainSafe(text: string, context: Context): boolean {
  if (text === '' || needsEscape.test(text) || /^\s|\s$|\t/.test(text)) return false;
  if (/^(?:[,[\]{}#&*!|>'"%@`?:]|-(?:$|\s|-{2}(?:$|\s))|\.{3}(?:$|\s))/.test(text)) return false;
  if (/:(?:\s|$)|\s#/.test(text)) return false;
  if (context === 'flow' && (/[,[\]{}]/.test(text) || /^-[,[\]{}]/.test(text) || text.includes(':'))) return false;
  return typeof resolvePlain(text) === 'string' && !misread.some((pattern) => pattern.test(text));
}

/** `text` in the wanted quotes if they can hold it, else in double quotes, which can hold everything. */
export function quoteScalar(text: string, quotes: Quotes, context: Context): string {
  if (quotes === 'plain' && isPlainSafe(text, context)) return text;
  if (quotes === 'single' && !needsEscape.test(text)) return `'${text.replaceAll("'", "''")}'`;
  return doubleQuoted(text);
}

const shortEscapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '\f': '\\f',
};

const escaped = /["\\\p{Cc}\p{Cs}\u2028\u2029\uFEFF\uFFFE\uFFFF]/gu;

/** Double-quoted with JSON's escapes only, so that the result is JSON too. */
export function doubleQuoted(text: string): string {
  const inner = text.replaceAll(escaped, (char) => shortEscapes[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return `"${inner}"`;
}

/** The text after `|`: the header and the lines without indentation. `undefined` when a block scalar cannot hold the text. */
export function literalLines(text: string, indentStep: number): readonly string[] | undefined {
  const body = text.replace(/\n+$/, '');
  if (body === '' || needsEscape.test(body.replaceAll('\n', ''))) return undefined;
  const breaks = text.length - body.length;
  // A first line that begins with white space, or blank ones before it, would be taken for deeper indentation.
  const indicator = /^[ \t\n]/.test(body) ? String(indentStep) : '';
  const chomping = breaks === 0 ? '-' : breaks === 1 ? '' : '+';
  return [`|${indicator}${chomping}`, ...body.split('\n'), ...Array.from({ length: Math.max(0, breaks - 1) }, () => '')];
}

/** As `literalLines`, after `>`: every line break of the text becomes one more in the source. */
export function foldedLines(text: string): readonly string[] | undefined {
  const body = text.replace(/\n+$/, '');
  if (body === '' || needsEscape.test(body.replaceAll('\n', '')) || /(?:^|\n)[ \t]|^\n/.test(body)) return undefined;
  const breaks = text.length - body.length;
  const chomping = breaks === 0 ? '-' : breaks === 1 ? '' : '+';
  return [
    `>${chomping}`,
    ...body.replaceAll(/\n+/g, (run) => `${run}\n`).split('\n'),
    ...Array.from({ length: Math.max(0, breaks - 1) }, () => ''),
  ];
}
