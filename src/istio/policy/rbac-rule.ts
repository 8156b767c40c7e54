import { asArray, asObject, asString, isObject, type JsonObject } from '#base/json.ts';
import { typed } from '../proto-json.ts';
import type { Resource } from '../resource.ts';
import {
  anyOf,
  cidrRange,
  claimMatcher,
  headerMatcher,
  jwtFilter,
  metadataMatcher,
  namesInBrackets,
  quoteMeta,
  regexMatcher,
  stringMatcher,
} from './rbac-matchers.ts';

/** For which kind of chain, with which identity source and action rules are made. */
export interface RuleContext {
  readonly forTcp: boolean;
  /** Waypoints read the peer from filter state, all others from the TLS session. */
  readonly useFilterState: boolean;
  readonly action: 'ALLOW' | 'DENY' | 'LOG';
  readonly trustDomains: readonly string[];
}

/** One condition: a key with values of which one must hold and values of which none may hold. */
interface Condition {
  readonly key: string;
  readonly values: readonly string[];
  readonly notValues: readonly string[];
}

/** `undefined`: the condition cannot be said on this chain. */
type Generate = (key: string, value: string, context: RuleContext, policy: Resource) => JsonObject | undefined;
/** The same for all values at once. */
type GenerateAll = (key: string, values: readonly string[], context: RuleContext) => JsonObject | undefined;

const tcpHas =
  (generate: Generate): Generate =>
  (key, value, context, policy) =>
    context.forTcp ? undefined : generate(key, value, context, policy);
const allTcpHas =
  (generate: GenerateAll): GenerateAll =>
  (key, values, context) =>
    context.forTcp ? undefined : generate(key, values, context);

function authenticated(name: JsonObject, context: RuleContext): JsonObject {
  return context.useFilterState
    ? { filterState: { key: 'io.istio.peer_principal', stringMatch: name } }
    : { authenticated: { principalName: name } };
}

const permissions: Readonly<Record<string, Generate>> = {
  'destination.ip': (_, value) => wrap('destinationIp', cidrRange(value)),
  'destination.port': (_, value) => (/^\d+$/.test(value) && Number(value) <= 65535 ? { destinationPort: Number(value) } : undefined),
  'connection.sni': (_, value) => ({ requestedServerName: stringMatcher(value) }),
  ':authority': tcpHas((key, value) => ({ header: headerMatcher(key, value, true) })),
  ':method': tcpHas((key, value) => ({ header: headerMatcher(key, value) })),
  'path-matcher': tcpHas((_, value) => pathPermission(value)),
};

function pathPermission(value: string): JsonObject {
  if (!value.includes('{*}') && !value.includes('{**}')) return { urlPath: { path: stringMatcher(value) } };
  const pathTemplate = value.replaceAll('{*}', '*').replaceAll('{**}', '**');
  return {
    uriTemplate: {
      name: 'uri-template',
      typedConfig: typed('envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig', { pathTemplate }),
    },
  };
}

const principals: Readonly<Record<string, Generate>> = {
  'source.ip': (_, value) => wrap('directRemoteIp', cidrRange(value)),
  'remote.ip': (_, value) => wrap('remoteIp', cidrRange(value)),
  'source.namespace': (_, value, context) => authenticated(regexMatcher(`.*/ns/${value.split('*').map(quoteMeta).join('.*')}/.*`), context),
  'source.serviceAccount': (_, value, context, policy) => {
    const [first, second] = cut(value);
    const [namespace, account] = second === undefined ? [policy.namespace, first] : [first, second];
    return authenticated(regexMatcher(`spiffe://.+/ns/${quoteMeta(namespace)}/(.+/|)sa/${quoteMeta(account)}(/.+)?`), context);
  },
  'source.trustDomain': (_, value, context) => authenticated(trustDomainMatcher(value), context),
  'source.principal': (_, value, context) => authenticated(stringMatcher(value, 'spiffe://'), context),
};

function trustDomainMatcher(value: string): JsonObject {
  if (value === '*') return { prefix: 'spiffe://' };
  const star = value.indexOf('*');
  if (star < 0) return { prefix: `spiffe://${value}/` };
  return regexMatcher(`spiffe://${quoteMeta(value.slice(0, star))}[^/]*${quoteMeta(value.slice(star + 1))}/.*`);
}

/** Request headers: `request.headers[x]`. */
const requestHeader: Generate = tcpHas((key, value) => {
  const rest = key.slice('request.headers'.length);
  return rest.startsWith('[') && rest.endsWith(']') ? { header: headerMatcher(rest.slice(1, -1), value) } : undefined;
});

const texts = (values: readonly string[]): JsonObject => anyOf(values.map((value) => ({ stringMatch: stringMatcher(value) })));

const principalsOfAll: Readonly<Record<string, GenerateAll>> = {
  'request.auth.principal': allTcpHas((_, values) => {
    const each = values.map(requestPrincipal);
    const [only] = each;
    return each.length === 1 ? only : { orIds: { ids: each } };
  }),
  'request.auth.audiences': allTcpHas((_, values) => ({ metadata: claimMatcher(['aud'], texts(values)) })),
  'request.auth.presenter': allTcpHas((_, values) => ({ metadata: claimMatcher(['azp'], texts(values)) })),
};

const requestClaims: GenerateAll = allTcpHas((key, values) => {
  const claims = namesInBrackets(key.slice('request.auth.claims'.length));
  return claims === undefined ? undefined : { metadata: claimMatcher(claims, texts(values)) };
});

/** `issuer/subject` with a wildcard at either end. */
function requestPrincipal(value: string): JsonObject {
  const any = regexMatcher('.+');
  const slash = value.lastIndexOf('/');
  const found = slash >= 0;
  const [iss, sub] = found ? [value.slice(0, slash), value.slice(slash + 1)] : [value, ''];
  let issuer: JsonObject = { exact: iss };
  let subject: JsonObject = { exact: sub };
  if (value === '*') [issuer, subject] = [any, any];
  else if (value.startsWith('*')) {
    if (found) issuer = iss === '*' ? any : { suffix: iss.slice(1) };
    else [issuer, subject] = [any, { suffix: value.slice(1) }];
  } else if (value.endsWith('*')) {
    if (found) subject = sub === '*' ? any : { prefix: sub.slice(0, -1) };
    else [issuer, subject] = [{ prefix: value.slice(0, -1) }, any];
  }
  const claim = (name: string, stringMatch: JsonObject): JsonObject => ({
    metadata: metadataMatcher(jwtFilter, ['payload', name], { stringMatch }),
  });
  return { andIds: { ids: [claim('iss', issuer), claim('sub', subject)] } };
}

/** `experimental.envoy.filters.NAME[key]`: metadata of a filter. */
const filterMetadata: GenerateAll = (key, values) => {
  const text = key.slice('experimental.'.length).replace(/\]$/, '');
  const bracket = text.indexOf('[');
  if (bracket < 0) return undefined;
  const matchers = values.map((value) =>
    value.startsWith('[') && value.endsWith(']')
      ? { listMatch: { oneOf: { stringMatch: stringMatcher(value.replaceAll(/^[[\]]+|[[\]]+$/g, '')) } } }
      : { stringMatch: stringMatcher(value) },
  );
  return { metadata: metadataMatcher(text.slice(0, bracket), [text.slice(bracket + 1)], anyOf(matchers)) };
};

function wrap(name: string, value: JsonObject | undefined): JsonObject | undefined {
  return value === undefined ? undefined : { [name]: value };
}

function cut(text: string): readonly [string, string?] {
  const slash = text.indexOf('/');
  return slash < 0 ? [text] : [text.slice(0, slash), text.slice(slash + 1)];
}

const strings = (value: JsonObject[string]): readonly string[] => asArray(value).filter((item) => typeof item === 'string');
const condition = (key: string, from: JsonObject, field: string, notField: string): Condition => ({
  key,
  values: strings(from[field]),
  notValues: strings(from[notField]),
});

/**
 * One rule of an AuthorizationPolicy as Envoy's RBAC policy, or nothing when an ALLOW rule needs what this chain cannot know
 * (istio/istio `pilot/pkg/security/authz/model/model.go New, Generate`).
 */
export function rbacPolicy(policy: Resource, rule: JsonObject, context: RuleContext): JsonObject | undefined {
  const when = asArray(rule['when'])
    .filter(isObject)
    .map((entry) => condition(asString(entry['key']) ?? '', entry, 'values', 'notValues'));
  const aboutRequest: Condition[] = [];
  const aboutSource: Condition[] = [];
  for (const entry of when) {
    if (entry.key in permissions && !entry.key.startsWith(':') && entry.key !== 'path-matcher') aboutRequest.push(entry);
    else if (entry.key.startsWith('experimental.envoy.filters.')) aboutRequest.push(entry);
    else if (isPrincipalKey(entry.key)) aboutSource.push(entry);
    else return undefined;
  }
  const from = asArray(rule['from']).map((item) => asObject(asObject(item)['source']));
  const to = asArray(rule['to']).map((item) => asObject(asObject(item)['operation']));
  const sources = from.length === 0 ? [aboutSource] : from.map((source) => [...sourceConditions(source), ...aboutSource]);
  const operations = to.length === 0 ? [aboutRequest] : to.map((operation) => [...operationConditions(operation), ...aboutRequest]);
  const permissionSets = operations.map((conditions) => allOf(conditions, 'permission', context, policy));
  const principalSets = sources.map((conditions) => allOf(conditions, 'principal', context, policy));
  if ([...permissionSets, ...principalSets].includes(undefined)) return undefined;
  return {
    permissions: permissionSets.map((rules) => ({ andRules: { rules: rules ?? [] } })),
    principals: principalSets.map((ids) => ({ andIds: { ids: ids ?? [] } })),
  };
}

function isPrincipalKey(key: string): boolean {
  return key in principals || key in principalsOfAll || key.startsWith('request.headers') || key.startsWith('request.auth.claims');
}

function sourceConditions(source: JsonObject): readonly Condition[] {
  return [
    condition('source.principal', source, 'principals', 'notPrincipals'),
    condition('request.auth.principal', source, 'requestPrincipals', 'notRequestPrincipals'),
    condition('source.serviceAccount', source, 'serviceAccounts', 'notServiceAccounts'),
    condition('source.trustDomain', source, 'trustDomains', 'notTrustDomains'),
    condition('source.namespace', source, 'namespaces', 'notNamespaces'),
    condition('remote.ip', source, 'remoteIpBlocks', 'notRemoteIpBlocks'),
    condition('source.ip', source, 'ipBlocks', 'notIpBlocks'),
  ];
}

function operationConditions(operation: JsonObject): readonly Condition[] {
  return [
    condition(':authority', operation, 'hosts', 'notHosts'),
    condition(':method', operation, 'methods', 'notMethods'),
    condition('path-matcher', operation, 'paths', 'notPaths'),
    condition('destination.port', operation, 'ports', 'notPorts'),
  ];
}

type Side = 'permission' | 'principal';

/** The conditions as matchers that must all hold; `undefined` when an ALLOW rule cannot be said. */
function allOf(conditions: readonly Condition[], side: Side, context: RuleContext, policy: Resource): readonly JsonObject[] | undefined {
  const out: JsonObject[] = [];
  for (const entry of conditions) {
    for (const negate of [false, true]) {
      const values = migrate(entry.key, negate ? entry.notValues : entry.values, context);
      if (values.length === 0) continue;
      const made = combine(entry.key, values, side, context, policy);
      if (made === 'failed') return undefined;
      if (made !== undefined) out.push(negate ? { [side === 'permission' ? 'notRule' : 'notId']: made } : made);
    }
  }
  return out.length === 0 ? [{ any: true }] : out;
}

function combine(
  key: string,
  values: readonly string[],
  side: Side,
  context: RuleContext,
  policy: Resource,
): JsonObject | 'failed' | undefined {
  const together = side === 'permission' ? filterMetadata : (principalsOfAll[key] ?? requestClaims);
  if (side === 'permission' ? key.startsWith('experimental.') : key in principalsOfAll || key.startsWith('request.auth.claims')) {
    const made = together(key, values, context);
    return made ?? (context.action === 'ALLOW' ? 'failed' : undefined);
  }
  const generate = (side === 'permission' ? permissions[key] : principals[key]) ?? requestHeader;
  const each: JsonObject[] = [];
  for (const value of values) {
    const made = generate(key, value, context, policy);
    // what a rule cannot say makes an ALLOW rule void; in DENY and AUDIT it is left out, which makes them wider
    if (made === undefined && context.action === 'ALLOW') return 'failed';
    if (made !== undefined) each.push(made);
  }
  if (each.length === 0) return undefined;
  return side === 'permission' ? { orRules: { rules: each } } : { orIds: { ids: each } };
}

/** Principals of our own trust domain count in all of its aliases (`pilot/pkg/security/trustdomain/bundle.go`). */
function migrate(key: string, values: readonly string[], context: RuleContext): readonly string[] {
  if (key === 'source.trustDomain') {
    return [...new Set(values.flatMap((value) => (context.trustDomains.includes(value) ? context.trustDomains : [value])))];
  }
  return key === 'source.principal' ? values.flatMap((value) => principalAliases(value, context.trustDomains)) : values;
}

function principalAliases(principal: string, trustDomains: readonly string[]): readonly string[] {
  const [domain = '', ...rest] = principal.split('/');
  if (rest.length !== 4 || domain === '*') return [principal];
  const suffixed = (text: string): boolean => domain.startsWith('*') && text.endsWith(domain.slice(1));
  const prefixed = (text: string): boolean => domain.endsWith('*') && text.startsWith(domain.slice(0, -1));
  const known = trustDomains.some((text) => text === domain || suffixed(text) || prefixed(text));
  if (!known && domain !== 'cluster.local') return [principal];
  return [...new Set(trustDomains.map((text) => (suffixed(text) ? principal : [text, ...rest].join('/'))))];
}
