import { getScalarValue, type ScalarEvent } from 'js-yaml';
import type { TextRange } from '#base/text-range.ts';
import type { Reporter } from './reporter.ts';
import { isAmbiguousBoolean, resolvePlain, type ScalarValue } from './scalar.ts';
import { blockScalarEnd, blockScalarStart } from './spans.ts';
import { applyTag, tagName } from './tag.ts';
import type { YamlScalar } from './tree.ts';

const styles: Readonly<Record<number, YamlScalar['style']>> = { 1: 'plain', 2: 'single', 3: 'double', 4: 'literal', 5: 'folded' };

/** Where a scalar stands with its quotes or its `|`; `at`: the end of what was read before it. */
export function scalarSpan(event: ScalarEvent, source: string, at: number): TextRange {
  if (event.valueStart < 0) return { start: at, end: at };
  const style = styles[event.style];
  if (style === 'single' || style === 'double') return { start: event.valueStart - 1, end: event.valueEnd + 1 };
  if (style === 'plain') return { start: event.valueStart, end: event.valueEnd };
  const start = blockScalarStart(source, at);
  return { start, end: blockScalarEnd(source, start, event) };
}

/** A scalar as Kubernetes reads it, and its text. */
export function readScalar(
  event: ScalarEvent,
  source: string,
  range: TextRange,
  reporter: Reporter,
): { readonly node: YamlScalar; readonly text: string } {
  const style = styles[event.style] ?? 'plain';
  const text = getScalarValue(source, event);
  const value =
    event.tagStart >= 0 ? tagged(event, source, text, range, reporter) : style === 'plain' ? plain(text, range, reporter) : text;
  return { node: { kind: 'scalar', range, style, value }, text };
}

function tagged(event: ScalarEvent, source: string, text: string, range: TextRange, reporter: Reporter): ScalarValue {
  const tag = tagName(source.slice(event.tagStart, event.tagEnd));
  const value = applyTag(tag, text);
  if (value !== undefined) return value;
  reporter.report('bad-tag', { start: reporter.range(event.tagStart, event.tagEnd).start, end: range.end }, { text, tag });
  return text;
}

function plain(text: string, range: TextRange, reporter: Reporter): ScalarValue {
  const value = resolvePlain(text);
  if (typeof value === 'number' && !Number.isFinite(value)) reporter.report('not-a-json-number', range, { text });
  if (typeof value === 'boolean' && isAmbiguousBoolean(text)) {
    reporter.report('ambiguous-boolean', range, { text, value: String(value) }, { title: `Write "${text}" as a text`, text: `"${text}"` });
  }
  return value;
}
