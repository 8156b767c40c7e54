/** The feature switches of istiod that change listeners and routes (istio/istio `pilot/pkg/features`), with their defaults. */
const defaults = {
  PILOT_ENABLE_ALPN_FILTER: true,
  PILOT_ENABLE_MONGO_FILTER: true,
  PILOT_ENABLE_MYSQL_FILTER: false,
  PILOT_ENABLE_REDIS_FILTER: false,
  PILOT_HTTP10: false,
  PILOT_ENABLE_METADATA_EXCHANGE: true,
  PILOT_DISABLE_MX_ALPN: false,
  PILOT_ENABLE_PERSISTENT_SESSION_FILTER: false,
  PILOT_SIDECAR_USE_REMOTE_ADDRESS: false,
  ENABLE_100_CONTINUE_HEADERS: true,
  PILOT_ENABLE_MULTIPLE_CUSTOM_AUTHZ_PROVIDERS: false,
  ENABLE_SELECTOR_BASED_K8S_GATEWAY_POLICY: true,
  ENABLE_LAYERED_WAYPOINT_AUTHORIZATION_POLICIES: false,
  PILOT_SKIP_VALIDATE_TRUST_DOMAIN: false,
  PILOT_ALLOW_SIDECAR_SERVICE_INBOUND_LISTENER_MERGE: false,
  ENABLE_TLS_ON_SIDECAR_INGRESS: false,
  PILOT_SCOPE_GATEWAY_TO_NAMESPACE: false,
  PILOT_ENABLE_ROUTE_COLLAPSE_OPTIMIZATION: true,
  PILOT_ENABLE_ABSOLUTE_FQDN_VHOST_DOMAIN: true,
  PILOT_ENABLE_AMBIENT: false,
  PILOT_ENABLE_IP_AUTOALLOCATE: true,
  ISTIO_DUAL_STACK: false,
  PILOT_ENABLE_GATEWAY_API: true,
  PILOT_ENABLE_ALPHA_GATEWAY_API: false,
  AMBIENT_ENABLE_MULTI_NETWORK: false,
  AMBIENT_ENABLE_MULTI_NETWORK_WAYPOINT: true,
  AMBIENT_ENABLE_MULTI_NETWORK_INGRESS: false,
  PILOT_ENABLE_SENDING_HBONE: true,
  PILOT_ENABLE_SIDECAR_LISTENING_HBONE: true,
  AMBIENT_ENABLE_BAGGAGE: false,
  DISABLE_SHADOW_HOST_SUFFIX: true,
  PILOT_SIDECAR_PICK_BEST_SERVICE_NAMESPACE: true,
  PILOT_ENABLE_STRICT_GATEWAY_MERGING: true,
  PILOT_SPAWN_UPSTREAM_SPAN_FOR_GATEWAY: true,
  PILOT_ENABLE_QUIC_LISTENERS: false,
  ENABLE_GATEWAY_API_INFERENCE_EXTENSION: false,
} as const;

export type Switch = keyof typeof defaults;

/** Switches that are on by default only since a minor (istio/istio `manifests/helm-profiles/compatibility-version-1.2x.yaml`). */
const onSince: Partial<Record<Switch, number>> = {
  DISABLE_SHADOW_HOST_SUFFIX: 28,
  PILOT_SPAWN_UPSTREAM_SPAN_FOR_GATEWAY: 28,
  PILOT_SIDECAR_PICK_BEST_SERVICE_NAMESPACE: 30,
  PILOT_ENABLE_STRICT_GATEWAY_MERGING: 31,
};

export interface Features {
  readonly on: (name: Switch) => boolean;
  /** `PILOT_TRACE_SAMPLING`, percent. */
  readonly traceSampling: number;
  /** `MAX_CONNECTIONS_PER_SOCKET_EVENT_LOOP`; 0 leaves the field out. */
  readonly maxConnectionsPerSocketEvent: number;
  /** `PILOT_GATEWAY_TRANSPORT_SOCKET_CONNECT_TIMEOUT` as proto JSON; absent when 0. */
  readonly transportSocketConnectTimeout: string | undefined;
  /** `PILOT_JWT_ENABLE_REMOTE_JWKS`: who fetches key sets. */
  readonly jwksFetchMode: 'istiod' | 'hybrid' | 'envoy';
}

const truths = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);
const untruths = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False']);

/** Reads switches as istiod reads its environment: what is not a Go boolean or number keeps the default. */
export function readFeatures(env: Readonly<Record<string, string>> = {}, minor: number = Infinity): Features {
  const on = (name: Switch): boolean => {
    const text = env[name];
    if (text === undefined || (!truths.has(text) && !untruths.has(text))) return defaults[name] && minor >= (onSince[name] ?? 0);
    return truths.has(text);
  };
  return {
    on,
    traceSampling: percentage(env['PILOT_TRACE_SAMPLING']) ?? 1,
    maxConnectionsPerSocketEvent: minor < 25 ? 0 : (integer(env['MAX_CONNECTIONS_PER_SOCKET_EVENT_LOOP']) ?? 1),
    transportSocketConnectTimeout: seconds((minor >= 30 ? env['PILOT_GATEWAY_TRANSPORT_SOCKET_CONNECT_TIMEOUT'] : undefined) ?? '15s'),
    jwksFetchMode: fetchMode(env['PILOT_JWT_ENABLE_REMOTE_JWKS']),
  };
}

function integer(text: string | undefined): number | undefined {
  return text !== undefined && /^-?\d+$/.test(text) ? Number(text) : undefined;
}

function percentage(text: string | undefined): number | undefined {
  const value = text === undefined ? Number.NaN : Number(text);
  return Number.isFinite(value) && value >= 0 && value <= 100 ? value : undefined;
}

function seconds(text: string): string | undefined {
  return /^0(?:s|ms|m|h)?$/.test(text) ? undefined : text;
}

function fetchMode(text: string | undefined): Features['jwksFetchMode'] {
  const mode = text?.toLowerCase();
  if (mode === 'true' || mode === 'hybrid') return 'hybrid';
  return mode === 'envoy' ? 'envoy' : 'istiod';
}
