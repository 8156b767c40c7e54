import type { ConfigReader } from '../config-reader.ts';
import { compileFullMatch } from '../matching/regex.ts';
import { compilePathTemplate } from '../matching/path-template.ts';
import type { PathMatch } from './route.ts';

/** The path condition of a `RouteMatch`. Paths come without query and fragment (envoy `PathUtil::removeQueryAndFragment`). */
export function compilePathMatch(match: ConfigReader): PathMatch {
  const fold = match.bool('case_sensitive', true) ? (text: string): string => text : (text: string): string => text.toLowerCase();
  const kind = match.which('prefix', 'path', 'safe_regex', 'path_separated_prefix', 'path_match_policy', 'connect_matcher');
  switch (kind) {
    case 'prefix': {
      const prefix = fold(match.string('prefix'));
      return {
        kind: 'prefix',
        matches: (path) => fold(path).startsWith(prefix),
        rewritePrefix: (path, replacement) => replacement + path.slice(prefix.length),
      };
    }
    case 'path_separated_prefix': {
      const prefix = fold(match.string('path_separated_prefix'));
      return {
        kind: 'prefix',
        matches: (path) => {
          const text = fold(path);
          return text.startsWith(prefix) && (text.length === prefix.length || text[prefix.length] === '/');
        },
        rewritePrefix: (path, replacement) => replacement + path.slice(prefix.length),
      };
    }
    case 'path': {
      const wanted = fold(match.string('path'));
      return { kind: 'path', matches: (path) => fold(path) === wanted, rewritePrefix: (_, replacement) => replacement };
    }
    case 'safe_regex': {
      const test = compileFullMatch(match.message('safe_regex')?.string('regex') ?? '');
      return { kind: 'regex', matches: test, rewritePrefix: (_, replacement) => replacement };
    }
    case 'path_match_policy': {
      const template = match.message('path_match_policy')?.any('typed_config')?.string('path_template') ?? '';
      const compiled = compilePathTemplate(template);
      return {
        kind: 'template',
        matches: (path) => compiled.match(path) !== undefined,
        rewritePrefix: (_, replacement) => replacement,
        template: { text: template, ...compiled },
      };
    }
    case 'connect_matcher':
      match.message('connect_matcher');
      return { kind: 'connect', matches: () => false, rewritePrefix: (path) => path };
    default:
      return { kind: 'other', matches: () => true, rewritePrefix: (path) => path };
  }
}

const QUESTION_MARK = 63;
const HASH = 35;

/** `/a?b#c` → `/a`. */
export function withoutQuery(path: string): string {
  for (let i = 0; i < path.length; i++) {
    const c = path.charCodeAt(i);
    if (c === QUESTION_MARK || c === HASH) return path.slice(0, i);
  }
  return path;
}

/** The query of a path in order of the text: decoded? no, as written (envoy `QueryParamsMulti::parseQueryString`). */
export function queryOf(path: string): readonly (readonly [string, string])[] {
  const start = path.indexOf('?');
  if (start < 0) return [];
  const end = path.indexOf('#', start);
  const out: (readonly [string, string])[] = [];
  for (const item of path.slice(start + 1, end < 0 ? undefined : end).split('&')) {
    if (item === '') continue;
    const at = item.indexOf('=');
    out.push(at < 0 ? [item, ''] : [item.slice(0, at), item.slice(at + 1)]);
  }
  return out;
}
