import { COLLECTION_STYLE, EVENT_ID, type Event, type MappingEvent, type ScalarEvent, type SequenceEvent } from 'js-yaml';
import type { Diagnostic } from '#base/diagnostic.ts';
import type { JsonValue } from '#base/json.ts';
import type { TextRange } from '#base/text-range.ts';
import { readScalar, scalarSpan } from './compose-scalar.ts';
import type { Events } from './events.ts';
import { isMerge, mergeInto } from './merge.ts';
import { Reporter } from './reporter.ts';
import { keyOf } from './scalar.ts';
import { afterIndicator, flowEnd } from './spans.ts';
import { firstNonBlank } from './split.ts';
import { isCoreTag, tagName } from './tag.ts';
import type { YamlEntry, YamlNode } from './tree.ts';

type ContentEvent = ScalarEvent | MappingEvent | SequenceEvent;

/** A node with what it means: its data and how many values that is, aliases expanded. */
export interface Composed {
  readonly node: YamlNode;
  readonly value: JsonValue;
  readonly size: number;
  /** Of a scalar: its text without quotes. */
  readonly text?: string | undefined;
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

/** Folds the events of one document, which begins at offset `base` of the file and has `head` characters before its body, into tree and data. */
export function compose(read: Events, base: number, head: number, file: string): Composition {
  const reporter = new Reporter(read, base, file);
  return { root: new Composer(read, head, reporter).document(), diagnostics: reporter.diagnostics };
}

/** One pass over the events; lives for one call. */
class Composer {
  readonly #events: readonly Event[];
  readonly #source: string;
  readonly #reporter: Reporter;
  readonly #anchors = new Map<string, Composed | 'open'>();
  #next = 0;
  /** End of what was read last, in the source. */
  #at: number;
  #expanded = 0;
  #limitReported = false;

  constructor({ events, source }: Events, head: number, reporter: Reporter) {
    this.#events = events;
    this.#source = source;
    this.#at = head;
    this.#reporter = reporter;
  }

  document(): Composed | undefined {
    const first = this.#events[this.#next];
    if (first?.type !== EVENT_ID.DOCUMENT) return undefined;
    this.#next++;
    const content = this.#events[this.#next];
    const isEmpty = content?.type === EVENT_ID.SCALAR && content.valueStart < 0 && content.tagStart < 0 && content.anchorStart < 0;
    return isEmpty ? undefined : this.#node();
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
    const props = this.#reporter.range(Math.min(...starts), Math.max(event.anchorEnd, event.tagEnd));
    this.#at = Math.max(this.#at, event.anchorEnd, event.tagEnd);
    const anchor = event.anchorStart < 0 ? undefined : this.#source.slice(event.anchorStart, event.anchorEnd);
    if (event.tagStart >= 0) {
      const tag = tagName(this.#source.slice(event.tagStart, event.tagEnd));
      if (!isCoreTag(tag)) this.#reporter.report('unknown-tag', this.#reporter.range(event.tagStart, event.tagEnd), { tag });
    }
    if (anchor !== undefined) this.#anchors.set(anchor, 'open');
    const inner = this.#content(event);
    const composed: Composed = { ...inner, node: { ...inner.node, props, anchor } };
    if (anchor !== undefined) this.#anchors.set(anchor, composed);
    return composed;
  }

  #alias(start: number, end: number): Composed {
    const name = this.#source.slice(start, end);
    const range = this.#reporter.range(start - 1, end);
    this.#at = end;
    const target = this.#anchors.get(name);
    if (target === undefined || target === 'open') {
      this.#reporter.report(target === 'open' ? 'recursive-alias' : 'unknown-alias', range, { name });
      return nullAt(range, name);
    }
    this.#expanded += target.size;
    if (this.#expanded > aliasLimit) {
      if (!this.#limitReported) this.#reporter.report('alias-limit', range, { limit: aliasLimit });
      this.#limitReported = true;
      return nullAt(range, name);
    }
    return { ...target, node: { ...target.node, range, alias: name, anchor: undefined, props: undefined } };
  }

  #scalar(event: ScalarEvent): Composed {
    const span = scalarSpan(event, this.#source, this.#at);
    this.#at = span.end;
    const { node, text } = readScalar(event, this.#source, this.#reporter.range(span.start, span.end), this.#reporter);
    return { node, value: node.value, size: 1, text };
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
      size += this.#entry(event, entries, data, own);
    }
    this.#next++;
    if (hasBraces) this.#at = flowEnd(this.#source, this.#at, '}');
    return { node: { kind: 'map', range: this.#reporter.range(event.start, this.#at), flow, entries }, value: toObject(data), size };
  }

  #entry(map: MappingEvent, entries: YamlEntry[], data: Map<string, JsonValue>, own: Set<string>): number {
    const keyEvent = this.#events[this.#next];
    const isMergeKey = keyEvent !== undefined && isMerge(keyEvent, this.#source);
    const key = this.#node();
    const keyText = this.#key(key, map.start);
    this.#at = afterIndicator(this.#source, this.#at, ':', map.style === COLLECTION_STYLE.FLOW);
    const value = this.#node();
    const { range } = key.node;
    if (isMergeKey) {
      entries.push({ key: '<<', keyRange: range, value: value.node, origin: 'merge' });
      const overridden = mergeInto(value, entries, data, own);
      if (overridden === undefined)
        this.#reporter.report('bad-merge', value.node.range.end > value.node.range.start ? value.node.range : range);
      else for (const name of overridden) this.#reporter.report('merge-overrides', range, { key: name });
      return value.size;
    }
    if (keyText === undefined) return value.size;
    if (own.has(keyText)) this.#reporter.report('duplicate-key', range, { key: keyText });
    own.add(keyText);
    entries.push({ key: keyText, keyRange: range, value: value.node });
    data.set(keyText, value.value);
    return value.size + 1;
  }

  #key(key: Composed, mapStart: number): string | undefined {
    const { node } = key;
    if (node.kind !== 'scalar') {
      const isTemplate =
        node.kind === 'map' &&
        node.flow &&
        this.#source[mapStart] === '{' &&
        node.range.start === this.#reporter.range(mapStart + 1, mapStart).start;
      this.#reporter.report(isTemplate ? 'template' : 'complex-key', node.range);
      return undefined;
    }
    if (node.value !== null) return keyOf(node.value, key.text ?? '');
    const { start, end } = node.range;
    this.#reporter.report('null-key', end > start ? node.range : this.#reporter.range(mapStart, mapStart + 1));
    return undefined;
  }

  #seq(event: SequenceEvent): Composed {
    const flow = event.style === COLLECTION_STYLE.FLOW;
    this.#at = event.start + (flow ? 1 : 0);
    const items: YamlNode[] = [];
    const data: JsonValue[] = [];
    let size = 1;
    while (this.#events[this.#next]?.type !== EVENT_ID.POP) {
      if (!flow) this.#at = afterIndicator(this.#source, this.#at, '-', false);
      const dash = this.#at;
      const item = this.#node();
      if (!flow) checkTab(this.#source, dash, this.#reporter);
      items.push(item.node);
      data.push(item.value);
      size += item.size;
    }
    this.#next++;
    if (flow) this.#at = flowEnd(this.#source, this.#at, ']');
    return { node: { kind: 'seq', range: this.#reporter.range(event.start, this.#at), flow, items }, value: data, size };
  }
}

function nullAt(range: TextRange, alias: string): Composed {
  return { node: { kind: 'scalar', range, style: 'plain', value: null, alias }, value: null, size: 1 };
}

/** go-yaml takes no tab between `-` and its value; YAML 1.2 and js-yaml do. */
function checkTab(source: string, dash: number, reporter: Reporter): void {
  let start = dash;
  while (source.charCodeAt(start) === 32) start++;
  if (source.charCodeAt(start) !== 9) return;
  const end = firstNonBlank(source, start);
  reporter.report(
    'tab-indentation',
    reporter.range(start, end),
    {},
    { title: 'Replace the tab by spaces', text: '  '.repeat(end - start) },
  );
}

function toObject(data: ReadonlyMap<string, JsonValue>): JsonValue {
  const object: Record<string, JsonValue> = {};
  for (const [key, value] of data) {
    if (key === '__proto__') Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
    else object[key] = value;
  }
  return object;
}
