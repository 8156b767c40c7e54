/** A piece of a URI template. `/` between segments is a literal. */
export type TemplatePart =
  | { readonly kind: 'literal'; readonly text: string }
  /** `*`: one segment. */
  | { readonly kind: 'segment' }
  /** `**`: everything that follows. */
  | { readonly kind: 'rest' }
  | { readonly kind: 'variable'; readonly name: string; readonly parts: readonly TemplatePart[]; readonly implicit: boolean };

/** The user's template is none; the message is Envoy's. */
export class TemplateError extends Error {}

const LITERAL = /^[a-zA-Z0-9\-._~%!$&'()*+,;:@=]+$/;
const NAME = /^[a-zA-Z]\w*$/;
const MAX_VARIABLES = 5;
const MAX_NAME = 16;
const slash: TemplatePart = { kind: 'literal', text: '/' };

/**
 * Reads a template (envoy `source/extensions/path/uri_template_lib/uri_template_internal.cc`, 1.40): segments are `*`, `**`, `{name}`, `{name=pattern}`
 * or literals; a segment that begins with one of the former may have a literal behind it, one with a variable also before it.
 */
export function parseTemplate(template: string): readonly TemplatePart[] {
  if (!/^\/[!-~]*$/.test(template)) fail('Invalid pattern', template);
  const parts: TemplatePart[] = [slash];
  let rest = template.slice(1);
  while (rest !== '') {
    const [segment, left] = rest.startsWith('*')
      ? operatorSegment(rest)
      : rest.startsWith('{')
        ? variableSegment(rest)
        : plainSegment(rest);
    parts.push(...segment);
    if (left !== '') parts.push(slash);
    rest = left.slice(1);
  }
  checkVariables(parts);
  checkGlobs(parts);
  return parts;
}

type Segment = readonly [parts: readonly TemplatePart[], left: string];

/** The text up to the next slash, and what follows it. */
function upToSlash(text: string): readonly [string, string] {
  const at = text.indexOf('/');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at)];
}

function literal(text: string, what = 'Invalid literal'): TemplatePart {
  if (!LITERAL.test(text)) fail(what, text);
  return { kind: 'literal', text };
}

function operatorSegment(text: string): Segment {
  const operator: TemplatePart = text.startsWith('**') ? { kind: 'rest' } : { kind: 'segment' };
  const [suffix, left] = upToSlash(text.slice(operator.kind === 'rest' ? 2 : 1));
  if (suffix === '') return [[operator], left];
  const parts = [operator, literal(suffix)];
  if (left !== '') throw new TemplateError('Prefix match not supported.');
  return [parts, left];
}

function variableSegment(text: string): Segment {
  const end = text.indexOf('}');
  if (end < 0) fail('Unmatched variable bracket in mixed pattern', text);
  const named = variable(text.slice(1, end));
  const [suffix, left] = upToSlash(text.slice(end + 1));
  return [suffix === '' ? [named] : [named, literal(suffix, 'Invalid suffix literal')], left];
}

function plainSegment(text: string): Segment {
  const [segment, left] = upToSlash(text);
  const start = segment.indexOf('{');
  const end = segment.indexOf('}');
  if (start < 0 || end < start) return [[literal(segment)], left];
  const prefix = literal(segment.slice(0, start), 'Invalid prefix literal');
  const named = variable(segment.slice(start + 1, end));
  const suffix = segment.slice(end + 1);
  return [suffix === '' ? [prefix, named] : [prefix, named, literal(suffix, 'Invalid suffix literal')], left];
}

function variable(text: string): TemplatePart {
  const at = text.indexOf('=');
  const name = at < 0 ? text : text.slice(0, at);
  if (!NAME.test(name)) fail('Invalid variable name', name);
  if (at < 0) return { kind: 'variable', name, parts: [{ kind: 'segment' }], implicit: true };
  let pattern = text.slice(at + 1);
  if (pattern === '') throw new TemplateError('Empty variable match');
  const parts: TemplatePart[] = [];
  for (;;) {
    const operator = /^\*\*?/.exec(pattern)?.[0];
    const [own, left] = operator === undefined ? upToSlash(pattern) : [operator, pattern.slice(operator.length)];
    parts.push(operator === undefined ? literal(own) : { kind: own === '**' ? 'rest' : 'segment' });
    if (left === '') return { kind: 'variable', name, parts, implicit: false };
    if (!left.startsWith('/') || left.length === 1) fail('Invalid variable match', left);
    parts.push(slash);
    pattern = left.slice(1);
  }
}

function checkVariables(parts: readonly TemplatePart[]): void {
  const names = new Set<string>();
  for (const part of parts) {
    if (part.kind !== 'variable') continue;
    const { name } = part;
    if (names.size >= MAX_VARIABLES) throw new TemplateError(`Exceeded variable count limit (${MAX_VARIABLES})`);
    if (name.length > MAX_NAME) {
      throw new TemplateError(`Invalid variable name length (length of "${name}" should be at least 1 and no more than ${MAX_NAME})`);
    }
    if (names.has(name)) fail('Repeated variable name', name);
    names.add(name);
  }
}

/** `**` must be the last operator. */
function checkGlobs(parts: readonly TemplatePart[]): void {
  let seenRest = false;
  for (const part of parts) {
    if (part.kind === 'variable' && part.implicit) {
      if (seenRest) throw new TemplateError('Implicit variable path glob after text glob.');
      continue;
    }
    for (const operator of part.kind === 'variable' ? part.parts : [part]) {
      if (operator.kind !== 'rest' && operator.kind !== 'segment') continue;
      if (seenRest) throw new TemplateError('Glob after text glob.');
      seenRest = operator.kind === 'rest';
    }
  }
}

function fail(what: string, text: string): never {
  throw new TemplateError(`${what}: "${text}"`);
}
