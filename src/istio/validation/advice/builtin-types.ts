/** The types of the filters istiod generates, by filter name (istio/istio pilot/pkg/xds/filters/filters.go). */
export const builtinTypes: ReadonlyMap<string, readonly string[]> = new Map([
  ['envoy.filters.http.router', ['envoy.extensions.filters.http.router.v3.Router']],
  ['envoy.filters.http.fault', ['envoy.extensions.filters.http.fault.v3.HTTPFault']],
  ['envoy.filters.http.cors', ['envoy.extensions.filters.http.cors.v3.Cors']],
  ['envoy.filters.http.rbac', ['envoy.extensions.filters.http.rbac.v3.RBAC']],
  ['envoy.filters.http.ext_authz', ['envoy.extensions.filters.http.ext_authz.v3.ExtAuthz']],
  ['envoy.filters.http.jwt_authn', ['envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication']],
  ['envoy.filters.http.grpc_stats', ['envoy.extensions.filters.http.grpc_stats.v3.FilterConfig']],
  ['envoy.filters.http.grpc_web', ['envoy.extensions.filters.http.grpc_web.v3.GrpcWeb']],
  ['istio.alpn', ['istio.envoy.config.filter.http.alpn.v2alpha1.FilterConfig']],
  ['istio.stats', ['stats.PluginConfig']],
  ['istio.metadata_exchange', ['udpa.type.v1.TypedStruct']],
  ['envoy.filters.network.http_connection_manager', ['envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager']],
  ['envoy.filters.network.tcp_proxy', ['envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy']],
  ['envoy.filters.network.rbac', ['envoy.extensions.filters.network.rbac.v3.RBAC']],
]);
