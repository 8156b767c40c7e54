import { COLLECTION_STYLE, getScalarValue, type Event, type MappingEvent, type ScalarEvent, type SequenceEvent } from 'js-yaml';
import type { Diagnostic } from '#base/diagnostic.ts';
import type { JsonValue } from '#base/json.ts';
import type { TextRange } from '#base/text-range.ts';
import { EVENT_ID, type Events } from './events.ts';
import { problem, type ProblemCode } from './problems.ts';
import { replaceTabs } from './tabs.ts';
import { firstNonBlank } from './split.ts';
import { isAmbiguousBoolean, keyOf, resolvePlain, type ScalarValue } from './scalar.ts';
import { applyTag, isCoreTag, tagName } from './tag.ts';
import { afterIndicator, blockScalarEnd, blockScalarStart, flowEnd } from './spans.ts';
import { isMerge, mergeInto } from './merge.ts';
import type { YamlEntry, YamlNode, YamlScalar } from './tree.ts';

type ContentEvent = ScalarEvent | MappingEvent | SequenceEvent;

/** A node with what it means: its data and how many values that is, aliases expanded. */
export interface Composed {
  readonly node: YamlNode;
  readonly value: JsonValue;
  readonly size: number;
}

export interface Composition {
  readonly root: Composed | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * How many values all aliases of a document together may stand for. Nine lines of nested aliases can mean billions; go-yaml refuses such
 * documents too (`allowedAliasRatio` in goyaml.v2/decode.go, from 400,000 values on).
 */
const aliasLimit = 400_000;

/** Folds the events of one document, which begins at offset `base` of the file, into tree and data. */
export function compose(read: Events, base: number, file: string): Composition {
  const composer = new Composer(read, base, file);
  return { root: composer.document(), diagnostics: composer.diagnostics };
}

/** One pass over the events; lives for one call. */
class Composer {
  readonly diagnostics: Diagnostic[] = [];
  readonly #events: readonly Event[];
  readonly #source: string;
  readonly #toText: (offset: number) => number;
  readonly #base: number;
  readonly #file: string;
  readonly #anchors = new Map<string, Composed | 'open'>();
  #next = 0;
  /** End of what was read last, in the source. */
  #at = 0;
  #expanded = 0;
  #limitReported = false;

  constructor({ events, source, toText }: Events, base: number, file: string) {
    this.#events = events;
    this.#source = source;
    this.#toText = toText;
    this.#base = base;
    this.#file = file;
  }

  document(): Composed | undefined {
    const first = this.#events[this.#next];
    if (first?.type !== EVENT_ID.DOCUMENT) return undefined;
    this.#next++;
    const content = this.#events[this.#next];
    const isEmpty = content?.type === EVENT_ID.SCALAR && content.valueStart < 0 && content.tagStart < 0 && content.anchorStart < 0;
    return isEmpty ? undefined : this.#node();
  }

  #report(code: ProblemCode, range: TextRange, args: Readonly<Record<string, string | number>> = {}): void {
    this.diagnostics.push(problem(code, this.#file, range, args));
  }

  #range(start: number, end: number): TextRange {
    return { start: this.#toText(start) + this.#base, end: this.#toText(end) + this.#base };
  }

  #node(): Composed {
    const event = this.#events[this.#next++];
    if (event === undefined || event.type === EVENT_ID.DOCUMENT || event.type === EVENT_ID.POP) {
      throw new Error('Broken invariant: an event where a node should begin');
    }
    if (event.type === EVENT_ID.ALIAS) return this.#alias(event.anchorStart, event.anchorEnd);
    return event.anchorStart < 0 && event.tagStart < 0 ? this.#content(event) : this.#anchored(event);
  }

  #content(event: ContentEvent): Composed {
    if (event.type === EVENT_ID.SCALAR) return this.#scalar(event);
    return event.type === EVENT_ID.MAPPING ? this.#map(event) : this.#seq(event);
  }

  #anchored(event: ContentEvent): Composed {
    const starts = [event.anchorStart - 1, event.tagStart].filter((start) => start >= 0);
    const props = this.#range(Math.min(...starts), Math.max(event.anchorEnd, event.tagEnd));
    this.#at = Math.max(this.#at, event.anchorEnd, event.tagEnd);
    const anchor = event.anchorStart < 0 ? undefined : this.#source.slice(event.anchorStart, event.anchorEnd);
    if (event.tagStart >= 0) {
      const tag = tagName(this.#source.slice(event.tagStart, event.tagEnd));
      if (!isCoreTag(tag)) this.#report('unknown-tag', this.#range(event.tagStart, event.tagEnd), { tag });
    }
    if (anchor !== undefined) this.#anchors.set(anchor, 'open');
    const inner = this.#content(event);
    const composed: Composed = { ...inner, node: { ...inner.node, props, anchor } };
    if (anchor !== undefined) this.#anchors.set(anchor, composed);
    return composed;
  }

  #alias(start: number, end: number): Composed {
    const name = this.#source.slice(start, end);
    const range = this.#range(start - 1, end);
    this.#at = end;
    const target = this.#anchors.get(name);
    if (target === undefined || target === 'open') {
      this.#report(target === 'open' ? 'recursive-alias' : 'unknown-alias', range, { name });
      return nullAt(range, name);
    }
    this.#expanded += target.size;
    if (this.#expanded > aliasLimit) {
      if (!this.#limitReported) this.#report('alias-limit', range, { limit: aliasLimit });
      this.#limitReported = true;
      return nullAt(range, name);
    }
    return { ...target, node: { ...target.node, range, alias: name, anchor: undefined, props: undefined } };
  }

  #scalar(event: ScalarEvent): Composed {
    const range = this.#scalarRange(event);
    const style = scalarStyles[event.style] ?? 'plain';
    const text = getScalarValue(this.#source, event);
    const value = this.#scalarValue(event, range, text, style);
    const node: YamlScalar = { kind: 'scalar', range, style, value };
    return { node, value, size: 1 };
  }

  #scalarRange(event: ScalarEvent): TextRange {
    if (event.valueStart < 0) return this.#range(this.#at, this.#at);
    const style = scalarStyles[event.style];
    let start = event.valueStart;
    let end = event.valueEnd;
    if (style === 'single' || style === 'double') {
      start--;
      end++;
    } else if (style === 'literal' || style === 'folded') {
      start = blockScalarStart(this.#source, this.#at);
      end = blockScalarEnd(this.#source, start, event);
    }
    this.#at = end;
    return this.#range(start, end);
  }

  #scalarValue(event: ScalarEvent, range: TextRange, text: string, style: YamlScalar['style']): ScalarValue {
    if (event.tagStart >= 0) {
      const tag = tagName(this.#source.slice(event.tagStart, event.tagEnd));
      const value = applyTag(tag, text);
      if (value === undefined)
        this.#report('bad-tag', { start: this.#range(event.tagStart, event.tagStart).start, end: range.end }, { text, tag });
      return value === undefined ? text : value;
    }
    if (style !== 'plain') return text;
    const value = resolvePlain(text);
    if (typeof value === 'number' && !Number.isFinite(value)) this.#report('not-a-json-number', range, { text });
    if (typeof value === 'boolean' && isAmbiguousBoolean(text)) this.#ambiguous(range, text, value);
    return value;
  }

  /** go-yaml takes no tab between `-` and its value; YAML 1.2 and js-yaml do. */
  #checkTab(dash: number): void {
    const end = skipSpaces(this.#source, dash);
    if (this.#source.charCodeAt(end) !== 9) return;
    const range = this.#range(end, firstNonBlank(this.#source, end));
    this.diagnostics.push(problem('tab-indentation', this.#file, range, {}, [replaceTabs(this.#file, range)]));
  }

  #ambiguous(range: TextRange, text: string, value: boolean): void {
    const fix = { title: `Write "${text}" as a text`, file: this.#file, edits: [{ range, text: `"${text}"` }] };
    this.diagnostics.push(problem('ambiguous-boolean', this.#file, range, { text, value: String(value) }, [fix]));
  }

  #map(event: MappingEvent): Composed {
    const flow = event.style === COLLECTION_STYLE.FLOW;
    const hasBraces = flow && this.#source.charCodeAt(event.start) === 0x7b;
    this.#at = hasBraces ? event.start + 1 : event.start;
    const entries: YamlEntry[] = [];
    const data = new Map<string, JsonValue>();
    const own = new Set<string>();
    let size = 1;
    while (this.#events[this.#next]?.type !== EVENT_ID.POP) {
      size += this.#entry(event.start, entries, data, own);
    }
    this.#next++;
    if (hasBraces) this.#at = flowEnd(this.#source, this.#at, '}');
    return { node: { kind: 'map', range: this.#range(event.start, this.#at), flow, entries }, value: toObject(data), size };
  }

  #entry(mapStart: number, entries: YamlEntry[], data: Map<string, JsonValue>, own: Set<string>): number {
    const keyEvent = this.#events[this.#next];
    const isMergeKey = keyEvent !== undefined && isMerge(keyEvent, this.#source);
    const key = this.#node();
    const keyText = this.#key(key, mapStart);
    this.#at = afterIndicator(this.#source, this.#at, ':');
    const value = this.#node();
    const { range } = key.node;
    if (isMergeKey) {
      entries.push({ key: '<<', keyRange: range, value: value.node, origin: 'merge' });
      const overridden = mergeInto(value, entries, data, own);
      if (overridden === undefined) this.#report('bad-merge', value.node.range.end > value.node.range.start ? value.node.range : range);
      else for (const name of overridden) this.#report('merge-overrides', range, { key: name });
      return value.size;
    }
    if (keyText === undefined) return value.size;
    if (own.has(keyText)) this.#report('duplicate-key', range, { key: keyText });
    own.add(keyText);
    entries.push({ key: keyText, keyRange: range, value: value.node });
    data.set(keyText, value.value);
    return value.size + 1;
  }

  #key(key: Composed, mapStart: number): string | undefined {
    const { node } = key;
    if (node.kind !== 'scalar') {
      this.#report('complex-key', node.range);
      return undefined;
    }
    if (node.value !== null) return keyOf(node.value);
    const { start, end } = node.range;
    this.#report('null-key', end > start ? node.range : this.#range(mapStart, mapStart + 1));
    return undefined;
  }

  #seq(event: SequenceEvent): Composed {
    const flow = event.style === COLLECTION_STYLE.FLOW;
    this.#at = event.start + (flow ? 1 : 0);
    const items: YamlNode[] = [];
    const data: JsonValue[] = [];
    let size = 1;
    while (this.#events[this.#next]?.type !== EVENT_ID.POP) {
      if (!flow) this.#at = afterIndicator(this.#source, this.#at, '-');
      const dash = this.#at;
      const item = this.#node();
      if (!flow) this.#checkTab(dash);
      items.push(item.node);
      data.push(item.value);
      size += item.size;
    }
    this.#next++;
    if (flow) this.#at = flowEnd(this.#source, this.#at, ']');
    return { node: { kind: 'seq', range: this.#range(event.start, this.#at), flow, items }, value: data, size };
  }
}

const scalarStyles: Readonly<Record<number, YamlScalar['style']>> = { 1: 'plain', 2: 'single', 3: 'double', 4: 'literal', 5: 'folded' };

function nullAt(range: TextRange, alias: string): Composed {
  return { node: { kind: 'scalar', range, style: 'plain', value: null, alias }, value: null, size: 1 };
}

function skipSpaces(source: string, at: number): number {
  let offset = at;
  while (source.charCodeAt(offset) === 32) offset++;
  return offset;
}

function toObject(data: ReadonlyMap<string, JsonValue>): JsonValue {
  const object: Record<string, JsonValue> = {};
  for (const [key, value] of data) {
    if (key === '__proto__') Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
    else object[key] = value;
  }
  return object;
}
