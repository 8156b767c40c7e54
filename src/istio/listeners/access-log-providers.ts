import { asArray, asNumber, asObject, asString, isObject, type JsonObject } from '#base/json.ts';
import { message, typed, unlessDefault } from '../proto-json.ts';
import { isAtLeast, type ProxyView } from '../registry/proxy-view.ts';
import { lookUpProviderService } from '../registry/service-registry.ts';
import { compareText } from '../resource-order.ts';
import type { Snapshot } from '../snapshot.ts';
import { fileAccessLog, formatters, textFormat } from './access-log-format.ts';

/** What metadata exchange knows of the other side, by the filter state keys of new and of older proxies. */
const peerState = ['upstream_peer', 'downstream_peer'];
const olderPeerState = ['wasm.upstream_peer', 'wasm.upstream_peer_id', 'wasm.downstream_peer', 'wasm.downstream_peer_id'];
export const everyPeerState = [...peerState, ...olderPeerState];

/** The log of a mesh provider; `undefined` when it cannot log or its service is not known (istio/istio `pilot/pkg/model/telemetry_logging.go telemetryAccessLog`). */
export function providerLog(provider: JsonObject, proxy: ProxyView, snapshot: Snapshot): JsonObject | undefined {
  const file = provider['envoyFileAccessLog'];
  if (isObject(file)) return fileAccessLog(asString(provider['name']) ?? '', file, snapshot);
  const found = (['envoyHttpAls', 'envoyTcpAls', 'envoyOtelAls'] as const).find((kind) => isObject(provider[kind]));
  if (found === undefined) return undefined;
  const own = asObject(provider[found]);
  const host = lookUpProviderService(snapshot, asString(own['service']) ?? '');
  if (host === undefined) return undefined;
  // before 1.25 the keys follow the version of the proxy
  const byProxy = isAtLeast(proxy, 24) ? peerState : olderPeerState;
  const chosen = asArray(own['filterStateObjectsToLog']);
  const isOld = snapshot.minor.minor < 25;
  const common = (name: string, state: readonly string[]): JsonObject => ({
    logName: (asString(own['logName']) ?? '') || name,
    grpcService: { envoyGrpc: { clusterName: `outbound|${asNumber(own['port']) ?? 0}||${host}`, authority: host } },
    transportApiVersion: 'V3',
    filterStateObjectsToLog: chosen.length > 0 ? chosen : isOld ? byProxy : state,
  });
  if (found === 'envoyTcpAls') return grpcLog(false, common('tcp_envoy_accesslog', peerState));
  if (found === 'envoyOtelAls') return otelLog(own, common('otel_envoy_accesslog', everyPeerState), snapshot);
  const headers = (name: string): JsonObject[string] => unlessDefault(asArray(own[name]));
  return grpcLog(
    true,
    common('http_envoy_accesslog', peerState),
    message({
      additionalRequestHeadersToLog: headers('additionalRequestHeadersToLog'),
      additionalResponseHeadersToLog: headers('additionalResponseHeadersToLog'),
      additionalResponseTrailersToLog: headers('additionalResponseTrailersToLog'),
    }),
  );
}

export function grpcLog(isHttp: boolean, commonConfig: JsonObject, more: JsonObject = {}): JsonObject {
  return {
    name: isHttp ? 'envoy.access_loggers.http_grpc' : 'envoy.tcp_grpc_access_log',
    typedConfig: typed(`envoy.extensions.access_loggers.grpc.v3.${isHttp ? 'Http' : 'Tcp'}GrpcAccessLogConfig`, { commonConfig, ...more }),
  };
}

/** `openTelemetryLog`. */
function otelLog(own: JsonObject, commonConfig: JsonObject, snapshot: Snapshot): JsonObject {
  const format = asObject(own['logFormat']);
  const text = (asString(format['text']) ?? '') || textFormat;
  const labels = Object.entries(asObject(format['labels'])).sort(([a], [b]) => compareText(a, b));
  const texts = labels.map(([, value]) => asString(value) ?? '');
  return {
    name: 'envoy.access_loggers.open_telemetry',
    typedConfig: typed(
      'envoy.extensions.access_loggers.open_telemetry.v3.OpenTelemetryAccessLogConfig',
      message({
        commonConfig,
        disableBuiltinLabels: true,
        body: { stringValue: text },
        attributes:
          labels.length === 0 ? undefined : { values: labels.map(([key], index) => ({ key, value: { stringValue: texts[index] ?? '' } })) },
        formatters: formatters([text, ...texts].join('\n'), snapshot),
      }),
    ),
  };
}
