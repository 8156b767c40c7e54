import type { Diagnostic } from '#base/diagnostic.ts';
import { maxDepth, type SyntaxStop } from './events.ts';
import { problem, type ProblemCode } from './problems.ts';
import { findRegions, regionAt } from './regions.ts';
import { firstNonBlank, lineEnd, lineStart, previousLine } from './split.ts';

/** A place in one document's source and what to say about it. */
interface Finding {
  readonly code: ProblemCode;
  readonly start: number;
  readonly end?: number | undefined;
  readonly args?: Readonly<Record<string, string | number>> | undefined;
}

type Rule = readonly [reason: RegExp, find: (source: string, at: number, reason: string) => Finding];

/** js-yaml's reasons (`throwError` in its parser, 5.5.0) in our own words. The first rule that fits counts. */
const rules: readonly Rule[] = [
  [/^nesting exceeded/, (_, at) => ({ code: 'too-deep', start: at, args: { limit: maxDepth } })],
  [/non-printable|null byte|valid JSON character/, controlCharacter],
  [/within a (?:single|double) quoted scalar|within a flow collection|deficient indentation/, unclosed],
  [/tab characters/, (source, at) => ({ code: 'tab-indentation', start: at, end: firstNonBlank(source, at) })],
  [/missed comma/, missingComma],
  [/found ','/, (_, at) => ({ code: 'extra-comma', start: at })],
  [/multiline key|expected ':'/, missingColon],
  [/whitespace character is expected after the key-value/, (_, at) => ({ code: 'missing-space', start: at - 1 })],
  [/bad indentation/, badIndentation],
  [/end of the stream or a document separator/, afterDocument],
  [/escape sequence|hexadecimal/, badEscape],
  [
    /chomping|indentation width|line break is expected/,
    (source, at) => ({ code: 'bad-block-scalar', start: at, end: contentEnd(source, at) }),
  ],
  [/anchor|alias/, (source, at) => ({ code: 'bad-anchor', start: Math.max(0, at - 1), end: wordEnd(source, at) })],
  [/directive|declared suffix|YAML version/i, (source, at) => wholeLine('bad-directive', source, Math.max(0, source.lastIndexOf('%', at)))],
  [/\btag\b/, (source, at) => ({ code: 'bad-tag-syntax', start: wordStart(source, at), end: wordEnd(source, wordStart(source, at)) })],
];

/** The diagnostic for where js-yaml stopped in `source`, which begins at offset `base` of `file`. */
export function syntaxError(stop: SyntaxStop, source: string, base: number, file: string): Diagnostic {
  const at = Math.max(0, Math.min(stop.position, source.length));
  const rule = rules.find(([reason]) => reason.test(stop.reason));
  const specific: Finding =
    rule === undefined ? { code: 'syntax', start: at, args: { reason: stop.reason } } : rule[1](source, at, stop.reason);
  const finding = asTemplate(source, asTab(source, specific));
  const start = Math.max(0, Math.min(finding.start, source.length - 1));
  const end = Math.min(source.length, Math.max(finding.end ?? start + 1, start + 1));
  return problem(finding.code, file, { start: start + base, end: end + base }, finding.args);
}

/** Errors on a line with `{{ … }}` come from a template that was not rendered. */
function asTemplate(source: string, finding: Finding): Finding {
  const line = lineStart(source, Math.min(finding.start, source.length));
  const match = /\{\{.*?(?:\}\}|$)/.exec(source.slice(line, lineEnd(source, line)));
  return match === null ? finding : { code: 'template', start: line + match.index, end: line + match.index + match[0].length };
}

/** What looks like a wrong line is often only a tab before its first word. */
function asTab(source: string, finding: Finding): Finding {
  if (finding.code !== 'missing-colon' && finding.code !== 'bad-indentation' && finding.code !== 'unexpected-text') return finding;
  const line = lineStart(source, finding.start);
  const lead = /^ *(?:[-?:] +)*(?=\t)/.exec(source.slice(line, lineEnd(source, line)));
  if (lead === null) return finding;
  const start = line + lead[0].length;
  return { code: 'tab-indentation', start, end: firstNonBlank(source, start) };
}

function controlCharacter(source: string, at: number): Finding {
  const code = source.charCodeAt(at).toString(16).toUpperCase().padStart(4, '0');
  return { code: 'control-character', start: at, args: { code: `U+${code}` } };
}

/** The line at `at` ended, or was indented too little, inside of a quote or bracket: point at the one that is open. */
function unclosed(source: string, at: number): Finding {
  const region = regionAt(findRegions(source), Math.max(0, at - 1));
  if (region === undefined) return { code: 'not-indented', start: at, end: contentEnd(source, at) };
  const open = region.unclosed ?? region.start;
  const char = source.charAt(open);
  if (char === '"' || char === "'")
    return { code: 'unclosed-quote', start: open, args: { quote: char === '"' ? 'double quote' : 'single quote' } };
  return { code: 'unclosed-bracket', start: open, args: { bracket: char, closer: char === '[' ? ']' : '}' } };
}

function missingComma(source: string, at: number): Finding {
  if (/[\]}]/.test(source.charAt(at))) return unclosed(source, at);
  return { code: 'missing-comma', start: wordStart(source, at), end: wordEnd(source, at) };
}

/** js-yaml notices at the next colon, or at the end of the line; what lacks its colon is the text before. */
function missingColon(source: string, position: number): Finding {
  const isBlankLine = firstNonBlank(source, lineStart(source, position)) === lineEnd(source, position);
  const at = isBlankLine ? (lastContentLine(source, lineStart(source, position)) ?? position) : position;
  const line = lineStart(source, at);
  const first = firstNonBlank(source, line);
  const isNextKey = source[at] === ':' && first > 0;
  const culprit = isNextKey ? lastContentLine(source, line) : line;
  if (culprit === undefined) return wholeLine('missing-colon', source, at);
  const tight = /^[^\s:"'#]+:(?=[^\s:/])/.exec(source.slice(firstNonBlank(source, culprit), lineEnd(source, culprit)));
  if (tight !== null) return { code: 'missing-space', start: firstNonBlank(source, culprit) + tight[0].length - 1 };
  return wholeLine('missing-colon', source, culprit);
}

function badIndentation(source: string, at: number): Finding {
  const line = lineStart(source, at);
  const first = firstNonBlank(source, line);
  const char = source.charAt(at);
  const before = source.slice(first, at);
  if (at === first) return wholeLine('bad-indentation', source, at);
  if (char === ']' || char === '}') return { code: 'stray-bracket', start: at, args: { text: char } };
  if (/^[-?]$/.test(char) && /:\s+$/.test(before) && /\s/.test(source.charAt(at + 1)))
    return { code: 'inline-list', start: at, end: contentEnd(source, at) };
  if (/[@`%]/.test(char) && /(?:^|[-:?]\s+)$/.test(before)) return { code: 'reserved-character', start: at, args: { text: char } };
  if (char === ':') return /:\s/.test(before) ? { code: 'nested-colon', start: at } : wholeLine('bad-indentation', source, at);
  return { code: 'text-after-value', start: at, end: contentEnd(source, at) };
}

/** Something stands behind the root of the document, which is complete. */
function afterDocument(source: string, at: number): Finding {
  const first = firstNonBlank(source, lineStart(source, at));
  if (source[at] === ':' && at > first) return missingColon(source, at);
  if (at > first) {
    if (/[\]}]/.test(source.charAt(at))) return { code: 'stray-bracket', start: at, args: { text: source.charAt(at) } };
    return { code: 'text-after-value', start: at, end: contentEnd(source, at) };
  }
  const line = source.slice(at, lineEnd(source, at));
  const isItem = /^-(?:\s|$)/.test(line);
  const isEntry = /^[^\s#][^#]*:(?:\s|$)/.test(line);
  const above = lastContentLine(source, lineStart(source, at));
  const isAboveItem = above !== undefined && /^\s*-(?:\s|$)/.test(source.slice(above, lineEnd(source, above)));
  if (isItem || (isEntry && isAboveItem)) return wholeLine('mixed-collection', source, at);
  return wholeLine(
    firstNonBlank(source, lineStart(source, at)) > lineStart(source, at) ? 'bad-indentation' : 'unexpected-text',
    source,
    at,
  );
}

function badEscape(source: string, at: number): Finding {
  const backslash = source.lastIndexOf('\\', at);
  return { code: 'bad-escape', start: backslash < 0 ? at : backslash, end: at + 1 };
}

/** The start of the last line above `line` that holds more than white space or a comment. */
function lastContentLine(source: string, line: number): number | undefined {
  for (let at = previousLine(source, line); at !== undefined; at = previousLine(source, at)) {
    const first = firstNonBlank(source, at);
    if (first < lineEnd(source, at) && source[first] !== '#') return at;
  }
  return undefined;
}

function wholeLine(code: ProblemCode, source: string, at: number): Finding {
  const start = firstNonBlank(source, lineStart(source, at));
  return { code, start, end: contentEnd(source, start) };
}

/** The end of the line without the white space and the comment at its end. */
function contentEnd(source: string, at: number): number {
  const line = source.slice(at, lineEnd(source, at));
  return at + line.replace(/\s#.*$/, '').trimEnd().length;
}

function wordEnd(source: string, at: number): number {
  return at + (/^[^\s,[\]{}]*/.exec(source.slice(at, at + 200))?.[0].length ?? 0);
}

/** The start of the word around `at` or, when white space is there, before it. */
function wordStart(source: string, at: number): number {
  let start = Math.min(at, source.length);
  while (start > 0 && /\s/.test(source.charAt(start - 1)) && !/\S/.test(source.charAt(at))) start--;
  while (start > 0 && !/[\s,[\]{}]/.test(source.charAt(start - 1))) start--;
  return start;
}
