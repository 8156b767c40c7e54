import type { ByteString } from '#base/bytes.ts';
import type { HttpTemplate } from './path-template.ts';
import { parseTemplate } from './path-template.ts';

export const unescapeSpecs = ['ALL_CHARACTERS_EXCEPT_RESERVED', 'ALL_CHARACTERS_EXCEPT_SLASH', 'ALL_CHARACTERS'] as const;
export type UnescapeSpec = (typeof unescapeSpecs)[number];

export interface MatcherOptions {
  readonly unescape: UnescapeSpec;
  readonly unescapePlus: boolean;
  readonly anyVerb: boolean;
  readonly ignoredParameters: ReadonlySet<string>;
}

/** A value from the path or the query for a field of the request. */
export interface VariableBinding {
  readonly fieldPath: readonly string[];
  readonly value: ByteString;
}

interface Entry<T> {
  readonly template: HttpTemplate;
  readonly method: string;
  readonly target: T;
}

/** Finds the method for a request (grpc-httpjson-transcoding `path_matcher.h`). Literals win over `*`, and that over `**`. */
export class PathMatcher<T> {
  readonly #options: MatcherOptions;
  readonly #entries: Entry<T>[] = [];

  constructor(options: MatcherOptions) {
    this.#options = options;
  }

  /** False: the template is none, or another method has it already. */
  add(method: string, text: string, target: T): boolean {
    const template = parseTemplate(text);
    if (template === undefined) return false;
    this.#entries.push({ template, method, target });
    return true;
  }

  find(
    method: string,
    path: ByteString,
    query: ByteString,
  ): { readonly target: T; readonly bindings: readonly VariableBinding[] } | undefined {
    const { parts, verb } = this.#split(path);
    const fitting = this.#entries.filter(
      (entry) => (entry.method === method || entry.method === '*') && entry.template.verb === verb && fits(entry.template.segments, parts),
    );
    const best = fitting.reduce<Entry<T> | undefined>((a, b) => (a === undefined || isBetter(b, a, parts.length) ? b : a), undefined);
    if (best === undefined) return undefined;
    const fromPath = best.template.variables.map(({ fieldPath, start, end }): VariableBinding => {
      const last = end >= 0 ? end : parts.length + end + 1;
      const spec = last - start > 1 || end < 0 ? this.#options.unescape : 'ALL_CHARACTERS';
      const values = parts.slice(start, last).map((part) => unescapeUrl(part, spec, false));
      return { fieldPath, value: values.join('/') };
    });
    return { target: best.target, bindings: [...fromPath, ...this.#fromQuery(query)] };
  }

  /** Segments, and what stands behind the last colon if it is a verb somebody registered. */
  #split(path: ByteString): { readonly parts: readonly ByteString[]; readonly verb: string } {
    const colon = path.lastIndexOf(':');
    const slash = path.lastIndexOf('/');
    const found = colon > slash ? path.slice(colon + 1) : '';
    const isVerb = found !== '' && (this.#options.anyVerb || this.#entries.some(({ template }) => template.verb === found));
    const bare = isVerb ? path.slice(0, colon) : path;
    const parts = bare.slice(1).split('/');
    // A slash at the end counts for nothing.
    if (parts.at(-1) === '') parts.pop();
    return { parts, verb: isVerb ? found : '' };
  }

  #fromQuery(query: ByteString): readonly VariableBinding[] {
    return query.split('&').flatMap((parameter): VariableBinding[] => {
      const at = parameter.indexOf('=');
      const name = parameter.slice(0, Math.max(at, 0));
      if (at <= 0 || this.#options.ignoredParameters.has(name)) return [];
      return [{ fieldPath: name.split('.'), value: unescapeUrl(parameter.slice(at + 1), 'ALL_CHARACTERS', this.#options.unescapePlus) }];
    });
  }
}

function fits(segments: readonly string[], parts: readonly string[]): boolean {
  const any = segments.indexOf('**');
  if (any < 0) return segments.length === parts.length && segments.every((segment, i) => segment === '*' || segment === parts[i]);
  const tail = segments.slice(any + 1);
  if (parts.length < any + tail.length) return false;
  const head = segments.slice(0, any).every((segment, i) => segment === '*' || segment === parts[i]);
  return head && tail.every((segment, i) => segment === parts[parts.length - tail.length + i]);
}

function isBetter<T>(a: Entry<T>, b: Entry<T>, length: number): boolean {
  for (let i = 0; i < length; i++) {
    const rank = rankOf(a.template.segments, i) - rankOf(b.template.segments, i);
    if (rank !== 0) return rank < 0;
  }
  return a.method !== '*' && b.method === '*';
}

function rankOf(segments: readonly string[], i: number): number {
  const any = segments.indexOf('**');
  const segment = any >= 0 && i >= any ? '**' : segments[i];
  return segment === '**' ? 2 : segment === '*' ? 1 : 0;
}

const reserved = new Set("!#$&'()*+,/:;=?@[]");

/** Percent-decodes all that `spec` lets it. */
function unescapeUrl(text: ByteString, spec: UnescapeSpec, plus: boolean): ByteString {
  const plain = plus ? text.replaceAll('+', ' ') : text;
  return plain.replaceAll(/%([0-9a-fA-F]{2})/g, (escaped, digits: string) => {
    const c = String.fromCharCode(Number.parseInt(digits, 16));
    if (spec === 'ALL_CHARACTERS_EXCEPT_SLASH' && c === '/') return escaped;
    return spec === 'ALL_CHARACTERS_EXCEPT_RESERVED' && reserved.has(c) ? escaped : c;
  });
}
