import type { JsonObject } from '#base/json.ts';
import { isObject } from '#base/json.ts';
import type { ConfigReader } from '../config-reader.ts';
import { isGrpcRequest } from '../http/local-reply.ts';
import type { Headers } from '../http/headers.ts';
import { runtimeFraction } from '../matching/fraction.ts';
import { compileHeaderMatchers } from '../matching/header-matcher.ts';
import { compileStringMatcher } from '../matching/string-matcher.ts';
import { compileRateLimits } from '../rate-limit/policy.ts';
import { compileDirectResponse, compileRedirect } from './direct-action.ts';
import { bodyBufferLimit } from './body-buffer-limit.ts';
import { compileForward } from './forward-action.ts';
import { compilePathMatch, queryOf, withoutQuery } from './path-match.ts';
import { headerLevel, perFilterConfigs } from './levels.ts';
import type { CompiledRoute, ForwardAction, HeaderLevel, MatchContext, PerFilterConfigs, Route, VirtualHost } from './route.ts';

/** A `route.v3.Route` of the configuration. */
export function compileRoute(config: ConfigReader, host: VirtualHost): CompiledRoute {
  const name = config.string('name');
  const match = config.message('match');
  const path = compilePathMatch(match ?? config);
  const conditions = match === undefined ? () => true : compileConditions(match);
  const own = headerLevel(config);
  const perFilter = perFilterConfigs(config, host.config.allPerFilter);
  const metadata = config.raw('metadata');
  const redirect = config.message('redirect');
  const direct = config.message('direct_response');
  const route = config.message('route');
  const directAction =
    redirect !== undefined
      ? compileRedirect(redirect, path)
      : direct !== undefined
        ? compileDirectResponse(direct, config, host.config.maxDirectBody)
        : undefined;
  const forward = route === undefined ? undefined : compileForward(route, path, host, bodyBufferLimit(config));
  const base: Omit<Route, 'forward' | 'levels' | 'weighted' | 'perFilter'> = {
    name,
    virtualHost: host,
    metadata: isObject(metadata) ? metadata : undefined,
    direct: directAction,
    rateLimits:
      route === undefined
        ? undefined
        : { policies: compileRateLimits(route.messages('rate_limits'), 'route'), includeHost: route.bool('include_vh_rate_limits') },
    match: path,
  };
  const outerLevels = [host.level, host.config.level];
  const outerFilters = [host.perFilter, host.config.perFilter];
  const build = (
    action: ForwardAction | undefined,
    level: HeaderLevel | undefined,
    filters: PerFilterConfigs | undefined,
    data?: JsonObject,
  ): Route => ({
    ...base,
    metadata: data === undefined ? base.metadata : mergeMetadata(base.metadata, data),
    forward: action,
    levels: [own, ...outerLevels],
    weighted: level,
    perFilter: filters === undefined ? [perFilter, ...outerFilters] : [filters, perFilter, ...outerFilters],
  });
  const fixed = forward === undefined || forward.choose === undefined ? build(forward?.action, undefined, undefined) : undefined;
  return {
    name,
    matches(headers, context) {
      const full = headers.get(':path') ?? '';
      if (path.kind === 'connect') return headers.get(':method') === 'CONNECT' && conditions(headers, context, full);
      return path.matches(withoutQuery(full)) && conditions(headers, context, full);
    },
    resolve(headers, context) {
      if (fixed !== undefined) return fixed;
      const chosen = forward?.choose?.(headers, context);
      return build(chosen?.action, chosen?.level, chosen?.perFilter, chosen?.metadata);
    },
  };
}

/** A `RouteMatch` by itself, as filters use it; fractions and runtime are not looked at (envoy `jwt_authn/matcher.cc`). */
export function compileRouteMatch(match: ConfigReader): (headers: Headers) => boolean {
  const path = compilePathMatch(match);
  const conditions = compileConditions(match);
  const context: MatchContext = { random: () => 0, secure: false };
  return (headers) => {
    const full = headers.get(':path') ?? '';
    if (path.kind === 'connect') return headers.get(':method') === 'CONNECT' && conditions(headers, context, full);
    return path.matches(withoutQuery(full)) && conditions(headers, context, full);
  };
}

function mergeMetadata(a: JsonObject | undefined, b: JsonObject): JsonObject {
  return { ...a, ...b };
}

type Condition = (headers: Headers, context: MatchContext, path: string) => boolean;

function compileConditions(match: ConfigReader): Condition {
  const headers = compileHeaderMatchers(match.messages('headers'));
  const list: Condition[] = [(map) => headers(map)];
  const fraction = match.message('runtime_fraction');
  if (fraction !== undefined) {
    const share = runtimeFraction(fraction, 1);
    list.push((_, context) => context.random() < share);
  }
  if (match.has('grpc')) list.push((map) => isGrpcRequest(map));
  for (const parameter of match.messages('query_parameters')) list.push(compileQueryMatcher(parameter));
  for (const cookie of match.messages('cookies')) list.push(compileCookieMatcher(cookie));
  return (map, context, path) => list.every((condition) => condition(map, context, path));
}

/** The first value of a parameter counts (envoy `ConfigUtility::QueryParameterMatcher`). */
function compileQueryMatcher(config: ConfigReader): Condition {
  const name = config.string('name');
  const matcher = config.message('string_match');
  const test = matcher === undefined ? undefined : compileStringMatcher(matcher);
  const present = config.bool('present_match', true);
  return (_, __, path) => {
    const found = queryOf(path).find(([key]) => key === name);
    if (test === undefined) return (found !== undefined) === present;
    return found !== undefined && test(found[1]);
  };
}

function compileCookieMatcher(config: ConfigReader): Condition {
  const name = config.string('name');
  const invert = config.bool('invert_match');
  const matcher = config.message('string_match');
  const test = matcher === undefined ? () => true : compileStringMatcher(matcher);
  return (headers) => {
    const value = cookieOf(headers, name);
    return (value !== undefined && test(value)) !== invert;
  };
}

export function cookieOf(headers: Headers, name: string): string | undefined {
  for (const line of headers.all('cookie')) {
    for (const item of line.split(';')) {
      const at = item.indexOf('=');
      if (at >= 0 && item.slice(0, at).trim() === name)
        return item
          .slice(at + 1)
          .trim()
          .replaceAll(/^"|"$/g, '');
    }
  }
  return undefined;
}
