import type { JsonObject, JsonValue } from '#base/json.ts';
import { goQuote } from '../../../api/go-json.ts';
import type { VerdictBuilder } from '../verdict.ts';
import { message, messages, number, pairs, text } from '../words/fields.ts';

/** A match by a prefix of the path, as far as the webhook compares it. */
interface PrefixMatch {
  readonly route: number;
  readonly name: string;
  readonly at: number;
  readonly prefix: string;
  readonly port: number;
  readonly method: string;
  readonly authority: string;
  readonly maps: readonly ReadonlyMap<string, string>[];
}

/**
 * Routes and matches that an earlier one hides (istio/istio pkg/config/validation/validation.go analyzeUnreachableHTTPRules and its
 * likes for TCP and TLS).
 */
export function warnUnreachable(routes: readonly JsonObject[], out: VerdictBuilder, kind: 'http' | 'tcp' | 'tls'): void {
  const routeName = (at: number): string => nameOf(kind === 'http' ? routes[at] : undefined, at);
  const unreachable = (route: number, why: string, ...path: (string | number)[]): void =>
    out.warn('istio/IST0130', `virtualService rule ${routeName(route)} not used (${why})`, kind, route, ...path);
  const ineffective = (route: number, match: string, by: string, at: number): void => {
    const words = `virtualService rule ${routeName(route)} match ${match} is not used (duplicate/overlapping match in rule ${by})`;
    out.warn('istio/IST0131', words, kind, route, 'match', at);
  };
  const seen = new Map<string, number>();
  const prefixes: PrefixMatch[] = [];
  let hasCatchAll = false;
  for (const [index, route] of routes.entries()) {
    const matches = messages(route, 'match');
    if (matches.length === 0) {
      if (hasCatchAll) unreachable(index, 'only the last rule can have no matches');
      hasCatchAll = true;
      continue;
    }
    let twice = 0;
    for (const [at, match] of matches.entries()) {
      if (hasCatchAll) {
        unreachable(index, 'route without matches defined before', 'match', at);
        continue;
      }
      const { name: _, ...rest } = match;
      const key = canonical(kind === 'http' ? rest : match);
      const earlier = seen.get(key);
      if (earlier !== undefined) {
        ineffective(index, nameOf(kind === 'http' ? match : undefined, at), routeName(earlier), at);
        twice++;
        continue;
      }
      seen.set(key, index);
      const prefix = kind === 'http' ? prefixMatch(match, index, at) : undefined;
      if (prefix !== undefined) prefixes.push(prefix);
    }
    if (twice === matches.length) unreachable(index, 'all matches used by prior rules');
  }
  for (const [index, first] of prefixes.entries()) {
    for (const later of prefixes.slice(index + 1)) {
      if (later.prefix === first.prefix || !covers(first, later)) continue;
      const by = `${first.name} of prefix ${first.prefix} on ${routeName(first.route)}`;
      ineffective(later.route, `${later.name} of prefix ${later.prefix}`, by, later.at);
    }
  }
}

function nameOf(named: JsonObject | undefined, index: number): string {
  const name = named === undefined ? '' : text(named, 'name');
  return name === '' ? `#${index}` : goQuote(name);
}

/** The same text for the same data. */
function canonical(value: JsonValue | undefined): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? '';
  const entries = Object.entries(value as JsonObject).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join()}}`;
}

function exactOrPrefix(match: JsonObject | undefined): string {
  const exact = match === undefined ? '' : text(match, 'exact');
  const prefix = match === undefined ? '' : text(match, 'prefix');
  if (exact !== '') return `exact:${exact}`;
  return prefix === '' ? '' : `prefix:${prefix}`;
}

/** genMatchHTTPRoutes. */
function prefixMatch(match: JsonObject, route: number, at: number): PrefixMatch | undefined {
  const prefix = text(message(match, 'uri') ?? {}, 'prefix');
  if (prefix === '') return undefined;
  return {
    route,
    name: nameOf(match, at),
    at,
    prefix,
    port: number(match, 'port'),
    method: exactOrPrefix(message(match, 'method')) || 'exact:GET',
    authority: exactOrPrefix(message(match, 'authority')),
    maps: ['headers', 'queryParams', 'withoutHeaders'].map(
      (field) => new Map(pairs(match, field).map(([key, value]) => [key, exactOrPrefix(value)])),
    ),
  };
}

/** Does the earlier match hide the later one (coveredValidation)? */
function covers(earlier: PrefixMatch, later: PrefixMatch): boolean {
  return (
    later.prefix.startsWith(earlier.prefix) &&
    later.port === earlier.port &&
    earlier.method.startsWith(later.method) &&
    earlier.authority.startsWith(later.authority) &&
    earlier.maps.every((map, at) => {
      const other = later.maps[at];
      return other?.size === map.size && [...map].every(([key, value]) => value.startsWith(other.get(key) ?? '\u0000'));
    })
  );
}
