import type { JsonObject } from '#base/json.ts';
import type { Phase } from '#envoy/provenance.ts';
import type { HttpFilter, NetworkFilter } from '#envoy/listener.ts';
import type { WaypointResources } from '../ambient/waypoint-resources.ts';
import type { MergedGateway } from '../gateways/merge-gateways.ts';
import { authorizationPoliciesOf, customFilters, rbacFilters, type AuthorizationTarget } from '../policy/authorization.ts';
import type { MtlsPolicy } from '../policy/peer-authentication.ts';
import type { PolicyFilter } from '../policy/policy-filter.ts';
import { jwtFilter } from '../policy/request-authentication.ts';
import type { ListenerClass } from '../policy/telemetry.ts';
import type { ProxyView } from '../registry/proxy-view.ts';
import type { Service } from '../registry/service.ts';
import type { ServiceTarget } from '../registry/service-targets.ts';
import type { SidecarScope } from '../scope/sidecar-scope.ts';
import type { Snapshot } from '../snapshot.ts';
import { httpFilter, networkFilter } from './draft.ts';

/** Everything the builders of one proxy's listeners share. */
export interface BuildContext {
  readonly proxy: ProxyView;
  readonly snapshot: Snapshot;
  readonly scope: SidecarScope;
  readonly targets: readonly ServiceTarget[];
  readonly mtls: MtlsPolicy;
  readonly security: SecurityFilters;
  /** The merged gateways of a router. */
  readonly gateway: MergedGateway | undefined;
  /** What a waypoint stands in front of; nothing on other proxies. */
  readonly waypoint: WaypointResources;
  /** EnvoyFilters change the routes inside inbound connection managers while these are built. */
  readonly patchInboundRoutes: (config: JsonObject) => JsonObject;
}

/** The filters of authentication and authorization; made once, they are the same in every chain of a kind. */
export interface SecurityFilters {
  readonly customHttp: readonly HttpFilter[];
  readonly jwt: readonly HttpFilter[];
  readonly localHttp: readonly HttpFilter[];
  readonly customTcp: readonly NetworkFilter[];
  readonly localTcp: readonly NetworkFilter[];
}

export const noSecurity: SecurityFilters = { customHttp: [], jwt: [], localHttp: [], customTcp: [], localTcp: [] };

export interface SecurityOptions {
  readonly service?: Service | undefined;
  readonly useFilterState?: boolean | undefined;
}

/** The security filters of the proxy, or of one service on a waypoint. */
export function securityFilters(proxy: ProxyView, snapshot: Snapshot, options: SecurityOptions = {}): SecurityFilters {
  const policies = authorizationPoliciesOf(proxy, snapshot, { service: options.service });
  const useFilterState = options.useFilterState ?? proxy.type === 'waypoint';
  const http: AuthorizationTarget = { layer: 'http', useFilterState };
  const tcp: AuthorizationTarget = { layer: 'tcp', useFilterState };
  const jwt = jwtFilter(proxy, snapshot, options.service);
  return {
    customHttp: customFilters(policies, snapshot, http).map(asHttp),
    jwt: jwt === undefined ? [] : [asHttp(jwt)],
    localHttp: rbacFilters(policies, snapshot, http).map(asHttp),
    customTcp: customFilters(policies, snapshot, tcp).map(asNetwork),
    localTcp: rbacFilters(policies, snapshot, tcp).map(asNetwork),
  };
}

export function asHttp(filter: PolicyFilter): HttpFilter {
  return httpFilter(filter.name, filter.config, provenanceOf(filter));
}

function asNetwork(filter: PolicyFilter): NetworkFilter {
  return networkFilter(filter.name, filter.config, provenanceOf(filter));
}

function provenanceOf(filter: PolicyFilter): HttpFilter['provenance'] {
  const [only] = filter.contributors;
  return {
    origin: 'security',
    resource: filter.contributors.length === 1 ? only : undefined,
    contributors: filter.contributors,
    reasons: filter.reasons,
  };
}

/** Phases in the order of the chain. */
export const phaseOrder: readonly Phase[] = ['AUTHN', 'AUTHZ', 'STATS', 'UNSPECIFIED_PHASE'];

/** Plugins see waypoints as servers and gateways as clients (`pilot/pkg/model/extensions.go workloadModeForListenerClass`). */
export function modeOf(listenerClass: ListenerClass): 'CLIENT' | 'SERVER' {
  return listenerClass === 'inbound' ? 'SERVER' : 'CLIENT';
}
