import type { Diagnostic } from '#base/diagnostic.ts';
import type { SyntaxStop } from './events.ts';
import { maxDepth } from './events.ts';
import { problem, type ProblemCode } from './problems.ts';

interface Rule {
  readonly reason: RegExp;
  readonly code: ProblemCode;
}

/** js-yaml's reasons (`throwError` in its parser, 5.5.0) in our own words. The first rule that fits counts. */
const rules: readonly Rule[] = [
  { reason: /^nesting exceeded/, code: 'too-deep' },
  { reason: /tab characters/, code: 'tab-indentation' },
  { reason: /within a (?:single|double) quoted scalar/, code: 'unclosed-quote' },
  { reason: /within a flow collection/, code: 'unclosed-bracket' },
  { reason: /deficient indentation/, code: 'not-indented' },
  { reason: /missed comma/, code: 'missing-comma' },
  { reason: /found ','/, code: 'extra-comma' },
  { reason: /multiline key|expected ':'/, code: 'missing-colon' },
  { reason: /whitespace character is expected after the key-value/, code: 'missing-space' },
  { reason: /bad indentation/, code: 'bad-indentation' },
  { reason: /end of the stream or a document separator/, code: 'unexpected-text' },
  { reason: /escape sequence|hexadecimal/, code: 'bad-escape' },
  { reason: /non-printable|null byte|valid JSON character/, code: 'control-character' },
  { reason: /chomping|indentation width|line break is expected/, code: 'bad-block-scalar' },
  { reason: /anchor|alias/, code: 'bad-anchor' },
  { reason: /directive|declared suffix|YAML version/i, code: 'bad-directive' },
  { reason: /\btag\b/, code: 'bad-tag-syntax' },
];

/** The diagnostic for where js-yaml stopped in `source`, which begins at offset `base` of `file`. */
export function syntaxError(stop: SyntaxStop, source: string, base: number, file: string): Diagnostic {
  const code = rules.find((rule) => rule.reason.test(stop.reason))?.code ?? 'syntax';
  const start = Math.max(0, Math.min(stop.position, source.length - 1));
  const range = { start: start + base, end: Math.min(start + 1, source.length) + base };
  return problem(code, file, range, { reason: stop.reason, limit: maxDepth, text: source.charAt(start), code: source.charCodeAt(start) });
}
