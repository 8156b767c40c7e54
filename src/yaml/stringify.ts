import { isArray, isObject, type JsonArray, type JsonObject, type JsonValue } from '#base/json.ts';
import { doubleQuoted, literalLines, quoteScalar, type Context } from './quote.ts';

export interface StringifyOptions {
  /** Spaces a map inside a map is indented by. */
  readonly indent?: number | undefined;
  /** `- ` deeper than the key of the list, instead of below its first letter as kubectl writes it. */
  readonly indentSequences?: boolean | undefined;
  /** Texts and keys in double quotes, collections in `{ }` and `[ ]`: JSON. */
  readonly json?: boolean | undefined;
  readonly eol?: '\n' | '\r\n' | undefined;
}

export interface Style {
  readonly indent: number;
  /** Columns between a key and the `-` of its list. */
  readonly listIndent: number;
  readonly json: boolean;
  /** False: texts of several lines are quoted instead of written below `|`. */
  readonly blockScalars?: boolean | undefined;
}

/**
 * Block-style YAML for `value`, ending in a line break. Keys keep their order; texts are quoted when a YAML 1.1 or 1.2 reader would
 * misread them; texts of several lines become `|` blocks; nothing is folded. Reading the result gives `value` again.
 */
export function stringifyYaml(value: JsonValue, options: StringifyOptions = {}): string {
  const eol = options.eol ?? '\n';
  return blockLines(value, styleOf(options), false).join(eol) + eol;
}

/** Several documents with `---` between them. */
export function stringifyDocuments(values: readonly JsonValue[], options: StringifyOptions = {}): string {
  const eol = options.eol ?? '\n';
  return values.map((value) => stringifyYaml(value, options)).join(`---${eol}`);
}

export function styleOf(options: StringifyOptions): Style {
  const indent = options.indent ?? 2;
  return { indent, listIndent: options.indentSequences === true ? indent : 0, json: options.json ?? false };
}

/**
 * The lines of `value` as a block, from column 0. `nested`: it will be indented below a key or `- `; at the root of a document a block
 * scalar cannot say its own indentation, since readers disagree there.
 */
export function blockLines(value: JsonValue, style: Style, nested = true): readonly string[] {
  if (style.json) return [flowText(value, style)];
  if (isArray(value) && value.length > 0) return value.flatMap((item) => itemLines(item, style));
  if (isObject(value) && keysOf(value).length > 0) return keysOf(value).flatMap((key) => entryLines(key, value[key] ?? null, style));
  return scalarLines(value, style, nested);
}

/** The lines of `key: value`. */
export function entryLines(key: string, value: JsonValue, style: Style): readonly string[] {
  const head = `${keyText(key, style, 'block')}:`;
  if (style.json) return [`${head} ${flowText(value, style)}`];
  const lines = valueLines(value, style);
  return [lines[0] === '' ? head : `${head} ${lines[0] ?? ''}`, ...lines.slice(1)];
}

/** What follows `key:`: the rest of its line and the lines below, indented relative to the key. */
export function valueLines(value: JsonValue, style: Style): readonly string[] {
  const lines = blockLines(value, style);
  if (!isBlockCollection(value) || style.json) return [lines[0] ?? '', ...indented(lines.slice(1), style.indent)];
  return ['', ...indented(lines, isArray(value) ? style.listIndent : style.indent)];
}

/** The lines of `- item`; the item's own lines are indented by two, below its first letter. */
export function itemLines(item: JsonValue, style: Style): readonly string[] {
  const lines = blockLines(item, { ...style, indent: isBlockCollection(item) ? style.indent : 2 });
  return [lines[0] === '' ? '-' : `- ${lines[0] ?? ''}`, ...indented(lines.slice(1), 2)];
}

/** True when `value` is written over several lines: a map or list that is not empty. */
export function isBlockCollection(value: JsonValue): boolean {
  return isArray(value) ? value.length > 0 : isObject(value) && keysOf(value).length > 0;
}

export function keysOf(object: JsonObject): readonly string[] {
  return Object.keys(object).filter((key) => object[key] !== undefined);
}

export function indented(lines: readonly string[], by: number): readonly string[] {
  const prefix = ' '.repeat(by);
  return lines.map((line) => (line === '' ? '' : prefix + line));
}

function scalarLines(value: JsonValue, style: Style, nested: boolean): readonly string[] {
  if (typeof value === 'string' && value.includes('\n') && style.blockScalars !== false) {
    const lines = literalLines(value, style.indent);
    const needsParent = /^\|\d/.test(lines?.[0] ?? '');
    if (lines !== undefined && !(needsParent && !nested))
      return nested ? lines : [lines[0] ?? '', ...indented(lines.slice(1), style.indent)];
  }
  return [flowText(value, style, 'block')];
}

/** `value` on one line, in flow style. */
export function flowText(value: JsonValue, style: Style, context: Context = 'flow'): string {
  if (isArray(value)) return flowList(value, style);
  if (isObject(value)) return flowMap(value, style);
  if (typeof value === 'string') return style.json ? doubleQuoted(value) : quoteScalar(value, 'plain', context);
  if (typeof value === 'number') return numberText(value);
  return String(value);
}

function flowList(value: JsonArray, style: Style): string {
  return `[${value.map((item) => flowText(item, style)).join(', ')}]`;
}

function flowMap(value: JsonObject, style: Style): string {
  const entries = keysOf(value).map((key) => `${keyText(key, style, 'flow')}: ${flowText(value[key] ?? null, style)}`);
  return `{${entries.join(', ')}}`;
}

export function keyText(key: string, style: Style, context: Context): string {
  return style.json ? doubleQuoted(key) : quoteScalar(key, 'plain', context);
}

/** Numbers as JSON writes them, and what JSON lacks as YAML does. */
function numberText(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf';
  return String(value);
}
