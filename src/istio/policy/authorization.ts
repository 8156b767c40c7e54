import { asArray, asObject, asString, isObject, type JsonObject } from '#base/json.ts';
import type { ResourceRef } from '#envoy/provenance.ts';
import { message, typed } from '../proto-json.ts';
import { reason } from '../reasons.ts';
import type { ProxyView } from '../registry/proxy-view.ts';
import { refOf, type Service } from '../registry/service.ts';
import { compareText } from '../resource-order.ts';
import type { Resource } from '../resource.ts';
import type { Snapshot } from '../snapshot.ts';
import { attach } from './attachment.ts';
import type { PolicyFilter } from './policy-filter.ts';
import { extAuthzProviders, httpExtAuthz, tcpExtAuthz, type ExtAuthz } from './ext-authz.ts';
import { rbacPolicy, type RuleContext } from './rbac-rule.ts';

/** The AuthorizationPolicies of a proxy by action, root namespace first, then oldest first. */
export interface AuthorizationPolicies {
  readonly custom: readonly Resource[];
  readonly audit: readonly Resource[];
  readonly deny: readonly Resource[];
  readonly allow: readonly Resource[];
}

/** `pilot/pkg/model/authorization.go ListAuthorizationPolicies`. */
export function authorizationPoliciesOf(
  proxy: ProxyView,
  snapshot: Snapshot,
  options: { readonly service?: Service | undefined; readonly asWaypoint?: boolean } = {},
): AuthorizationPolicies {
  const services = options.service === undefined ? [] : [options.service];
  const namespaces = new Set([snapshot.mesh.rootNamespace, proxy.namespace, ...services.map((service) => service.namespace)]);
  const policies = [...namespaces]
    .flatMap((namespace) => snapshot.listIn('security.istio.io', 'AuthorizationPolicy', namespace))
    .filter((policy) => attach(policy, proxy, snapshot, { services, asWaypoint: options.asWaypoint }).attached);
  const withAction = (action: string): readonly Resource[] =>
    policies.filter((policy) => (asString(policy.spec['action']) ?? 'ALLOW') === action);
  return { custom: withAction('CUSTOM'), audit: withAction('AUDIT'), deny: withAction('DENY'), allow: withAction('ALLOW') };
}

/** On which kind of chain the filters will stand. `tcp-as-http`: TCP rules in an HTTP filter (HBONE termination). */
export interface AuthorizationTarget {
  readonly layer: 'http' | 'tcp' | 'tcp-as-http';
  readonly useFilterState: boolean;
}

/** Without shadow rules the prefix is that of ALLOW, the zero of the enum. */
const dryRunPrefix: Readonly<Record<string, string>> = { ALLOW: 'istio_dry_run_allow_', DENY: 'istio_dry_run_deny_' };
const order = [
  ['audit', 'LOG', 'authz-audit'],
  ['deny', 'DENY', 'authz-deny'],
  ['allow', 'ALLOW', 'authz-allow'],
] as const;

/** The rbac filters of AUDIT, DENY and ALLOW policies, in that order (`pilot/pkg/security/authz/builder/builder.go build`). */
export function rbacFilters(policies: AuthorizationPolicies, snapshot: Snapshot, target: AuthorizationTarget): readonly PolicyFilter[] {
  return order.flatMap(([list, action, code]) => {
    const own = policies[list];
    if (own.length === 0) return [];
    const context = contextOf(snapshot, target, action);
    const enforced = own.filter((policy) => !isDryRun(policy));
    const shadow = own.filter(isDryRun);
    const config = rbacConfig(target, {
      rules: enforced.length === 0 ? undefined : rbacRules(enforced, context),
      shadowRules: shadow.length === 0 ? undefined : rbacRules(shadow, context),
      shadowRulesStatPrefix: dryRunPrefix[shadow.length === 0 ? 'ALLOW' : action],
    });
    return [{ ...config, contributors: own.map(refOf), reasons: [reason(code)] }];
  });
}

function contextOf(snapshot: Snapshot, target: AuthorizationTarget, action: RuleContext['action']): RuleContext {
  const { mesh } = snapshot;
  return {
    forTcp: target.layer !== 'http',
    useFilterState: target.useFilterState,
    action,
    trustDomains: [mesh.trustDomain, ...mesh.trustDomainAliases],
  };
}

function rbacConfig(
  target: AuthorizationTarget,
  rules: Readonly<Record<string, JsonObject | string | undefined>>,
): Pick<PolicyFilter, 'name' | 'config'> {
  return target.layer === 'tcp'
    ? {
        name: 'envoy.filters.network.rbac',
        config: typed('envoy.extensions.filters.network.rbac.v3.RBAC', { ...rules, statPrefix: 'tcp.' }),
      }
    : { name: 'envoy.filters.http.rbac', config: typed('envoy.extensions.filters.http.rbac.v3.RBAC', rules) };
}

/** `istio.io/dry-run`, as Go reads booleans. */
function isDryRun(policy: Resource): boolean {
  return /^(?:1|t|T|TRUE|true|True)$/.test(policy.annotations['istio.io/dry-run'] ?? '');
}

const never: JsonObject = { permissions: [{ notRule: { any: true } }], principals: [{ notId: { any: true } }] };

/** All rules of the policies as one RBAC message. A policy without rules matches nothing. */
function rbacRules(policies: readonly Resource[], context: RuleContext, prefix = '', suffix = ''): JsonObject {
  const out: Record<string, JsonObject> = {};
  for (const policy of policies) {
    const rules = asArray(policy.spec['rules']);
    const nameOf = (index: number): string => `${prefix}ns[${policy.namespace}]-policy[${policy.name}]-rule[${index}]${suffix}`;
    rules.forEach((rule, index) => {
      const made = isObject(rule) ? rbacPolicy(policy, rule, context) : undefined;
      if (made !== undefined) out[nameOf(index)] = made;
    });
    if (rules.length === 0) out[nameOf(0)] = never;
  }
  return message({
    action: context.action === 'ALLOW' ? undefined : context.action,
    policies: Object.keys(out).length === 0 ? undefined : out,
  });
}

const badSuffix = '-deny-due-to-bad-CUSTOM-action';

/** The filters of CUSTOM policies: for each provider shadow rules and the question (`builder.go buildHTTP`, `buildTCP`). */
export function customFilters(policies: AuthorizationPolicies, snapshot: Snapshot, target: AuthorizationTarget): readonly PolicyFilter[] {
  if (policies.custom.length === 0) return [];
  const each = snapshot.minor.customProviders === 'deny-each';
  const providerOf = (policy: Resource): string => asString(asObject(policy.spec['provider'])['name']) ?? '';
  const names = [...new Set(policies.custom.map(providerOf))].sort(compareText);
  const several = names.length > 1 && !(each && snapshot.features.on('PILOT_ENABLE_MULTIPLE_CUSTOM_AUTHZ_PROVIDERS'));
  // before 1.30 all policies made one pair of filters together
  const groups = each
    ? names.map((name) => ({ name, policies: policies.custom.filter((policy) => providerOf(policy) === name) }))
    : [{ name: names[0] ?? '', policies: policies.custom }];
  const context = contextOf(snapshot, target, 'DENY');
  return groups.flatMap((group) => {
    const prefix = !each || group.name === '' ? 'istio-ext-authz-' : `istio-ext-authz-${group.name}-`;
    const service = serviceOf(group.name, snapshot);
    const contributors = group.policies.map(refOf);
    if (several || service.kind === 'bad') {
      const why = service.kind === 'bad' ? service.why : 'several providers select one workload';
      const enforced = group.policies.filter((policy) => !isDryRun(policy));
      const rules = rbacRules(enforced, context, prefix, badSuffix);
      return [{ ...rbacConfig(target, { rules }), contributors, reasons: [reason('authz-custom-bad', { why })] }];
    }
    return customPair(
      group.policies,
      service,
      prefix,
      context,
      target,
      contributors,
      each ? prefix.slice(0, -1) : 'istio-ext-authz',
      !each,
    );
  });
}

function serviceOf(name: string, snapshot: Snapshot): ExtAuthz {
  return (
    extAuthzProviders(snapshot).get(name) ?? {
      kind: 'bad',
      why: name === '' ? 'it names no provider' : `provider ${name} is not in the mesh configuration`,
    }
  );
}

function customPair(
  policies: readonly Resource[],
  service: Exclude<ExtAuthz, { kind: 'bad' }>,
  prefix: string,
  context: RuleContext,
  target: AuthorizationTarget,
  contributors: readonly ResourceRef[],
  idPrefix: string,
  isOld: boolean,
): readonly PolicyFilter[] {
  const question = target.layer === 'tcp' ? tcpExtAuthz(service, idPrefix) : httpExtAuthz(service, idPrefix);
  if (question === undefined) return [];
  const enforced = policies.filter((policy) => !isDryRun(policy));
  // since 1.30 dry-run policies are evaluated too; before, they counted for nothing
  const dryRun = isOld ? {} : rbacRules(policies.filter(isDryRun), context, prefix);
  const config = rbacConfig(target, {
    rules: dryRun['policies'] === undefined ? undefined : dryRun,
    shadowRules: isOld && enforced.length === 0 ? undefined : rbacRules(enforced, context, prefix),
    shadowRulesStatPrefix: 'istio_ext_authz_',
  });
  const reasons = [reason('authz-custom')];
  const name = target.layer === 'tcp' ? 'envoy.filters.network.ext_authz' : 'envoy.filters.http.ext_authz';
  return [
    { ...config, contributors, reasons },
    { name, config: question, contributors, reasons },
  ];
}
