import { asArray, asNumber, asObject, asString, isObject, type JsonObject } from '#base/json.ts';
import type { TypedConfig } from '#envoy/listener.ts';
import { message, typed, unlessDefault } from '../proto-json.ts';
import { isAtLeast, type ProxyView } from '../registry/proxy-view.ts';
import { lookUpProviderService } from '../registry/service-registry.ts';
import type { Service } from '../registry/service.ts';
import type { Snapshot } from '../snapshot.ts';

export interface TracingProvider {
  /** Fields of the connection manager's `tracing`. */
  readonly fields: JsonObject;
  /** The tracer decides itself which requests to sample. */
  readonly customSampler: boolean;
}

/** The tracer of a mesh provider; `undefined` when it cannot trace or its service is not known (`tracing.go configureFromProviderConfig`). */
export function tracingProvider(
  provider: JsonObject,
  proxy: ProxyView,
  snapshot: Snapshot,
  service?: Service,
): TracingProvider | undefined {
  const kinds = ['zipkin', 'datadog', 'skywalking', 'opentelemetry', ...(snapshot.minor.lightstep ? ['lightstep'] : [])];
  const found = kinds.find((kind) => isObject(provider[kind]));
  if (found === undefined) return undefined;
  const own = asObject(provider[found]);
  const host = lookUpProviderService(snapshot, asString(own['service']) ?? '');
  if (host === undefined) return undefined;
  const cluster = `outbound|${asNumber(own['port']) ?? 0}||${host}`;
  const make = { zipkin, datadog, skywalking, opentelemetry, lightstep }[found];
  if (make === undefined) return undefined;
  // spans of a waypoint were named after the destination
  const namedAfter = snapshot.minor.minor < 30 && proxy.type === 'waypoint' ? service?.hostname : undefined;
  const spawn = (proxy.type === 'router' && gatewaysSpawn(snapshot)) || found === 'skywalking';
  return {
    customSampler: found === 'opentelemetry' && isObject(own['dynatraceSampler']),
    fields: message({
      spawnUpstreamSpan: spawn ? true : undefined,
      provider: {
        name: `envoy.tracers.${found === 'lightstep' ? 'opentelemetry' : found}`,
        typedConfig: make(own, host, cluster, proxy, namedAfter),
      },
      maxPathTagLength: found === 'skywalking' ? undefined : unlessDefault(asNumber(own['maxTagLength'])),
    }),
  };
}

/** Do gateways have a span of their own? Since 1.31 without a switch. */
function gatewaysSpawn({ minor, features }: Snapshot): boolean {
  return minor.minor >= 31 || features.on('PILOT_SPAWN_UPSTREAM_SPAN_FOR_GATEWAY');
}

function zipkin(own: JsonObject, host: string, cluster: string, proxy: ProxyView): TypedConfig {
  const path = asString(own['path']) ?? '';
  const endpoint = path === '' ? '/api/v2/spans' : path;
  const headers = asArray(own['headers']).filter(isObject);
  const service = isAtLeast(proxy, 29)
    ? {
        collectorService: message({
          httpUri: { uri: `http://${host}${endpoint}`, cluster, timeout: asString(own['timeout']) ?? '5s' },
          requestHeadersToAdd: headers.length === 0 ? undefined : headers.map(headerOption),
        }),
      }
    : { collectorCluster: cluster, collectorEndpoint: endpoint, collectorHostname: host };
  return typed('envoy.config.trace.v3.ZipkinConfig', {
    ...service,
    collectorEndpointVersion: 'HTTP_JSON',
    traceId128bit: own['enable64bitTraceId'] === true ? undefined : true,
    sharedSpanContext: false,
    traceContextOption:
      isAtLeast(proxy, 28) && own['traceContextOption'] === 'USE_B3_WITH_W3C_PROPAGATION' ? 'USE_B3_WITH_W3C_PROPAGATION' : undefined,
  });
}

/** Lightstep takes OpenTelemetry (`otelLightStepConfig`). */
function lightstep(own: JsonObject, host: string, cluster: string): TypedConfig {
  return typed('envoy.config.trace.v3.OpenTelemetryConfig', {
    grpcService: {
      envoyGrpc: { clusterName: cluster, authority: host },
      initialMetadata: [message({ key: 'lightstep-access-token', value: unlessDefault(asString(own['accessToken']) ?? '') })],
    },
  });
}

function datadog(_own: JsonObject, host: string, cluster: string, _proxy: ProxyView, serviceName?: string): TypedConfig {
  return typed('envoy.config.trace.v3.DatadogConfig', { collectorCluster: cluster, serviceName, collectorHostname: host });
}

function skywalking(_own: JsonObject, host: string, cluster: string): TypedConfig {
  return typed('envoy.config.trace.v3.SkyWalkingConfig', { grpcService: { envoyGrpc: { clusterName: cluster, authority: host } } });
}

const environmentDetector = {
  name: 'envoy.tracers.opentelemetry.resource_detectors.environment',
  typedConfig: typed('envoy.extensions.tracers.opentelemetry.resource_detectors.v3.EnvironmentResourceDetectorConfig'),
};
const dynatraceDetector = {
  name: 'envoy.tracers.opentelemetry.resource_detectors.dynatrace',
  typedConfig: typed('envoy.extensions.tracers.opentelemetry.resource_detectors.v3.DynatraceResourceDetectorConfig'),
};

function opentelemetry(own: JsonObject, host: string, cluster: string, proxy: ProxyView, namedAfter?: string): TypedConfig {
  const semantic = own['serviceAttributeEnrichment'] === 'OTEL_SEMANTIC_CONVENTIONS';
  const detectors = asObject(own['resourceDetectors']);
  const chosen = [
    ...(isObject(detectors['environment']) || semantic ? [environmentDetector] : []),
    ...(isObject(detectors['dynatrace']) ? [dynatraceDetector] : []),
  ];
  const http = own['http'];
  const grpc = asObject(own['grpc']);
  const metadata = asArray(grpc['initialMetadata']).filter(isObject);
  const exporter = isObject(http)
    ? {
        httpService: message({
          httpUri: message({ uri: `${host}${leadingSlash(asString(http['path']) ?? '')}`, cluster, timeout: asString(http['timeout']) }),
          requestHeadersToAdd: unlessDefault(asArray(http['headers']).filter(isObject).map(headerOption)),
        }),
      }
    : {
        grpcService: message({
          envoyGrpc: { clusterName: cluster, authority: host },
          timeout: asString(grpc['timeout']),
          initialMetadata: metadata.length === 0 ? undefined : metadata.map(header),
        }),
      };
  return typed('envoy.config.trace.v3.OpenTelemetryConfig', {
    ...exporter,
    serviceName: semantic ? serviceName(proxy) : namedAfter,
    resourceDetectors: unlessDefault(chosen),
  });
}

function serviceName(proxy: ProxyView): string {
  return (
    [
      proxy.annotations['resource.opentelemetry.io/service.name'],
      proxy.labels['app.kubernetes.io/instance'],
      proxy.labels['app.kubernetes.io/name'],
      asString(proxy.metadata['WORKLOAD_NAME']),
    ].find((name) => name !== undefined && name !== '') ?? proxy.name
  );
}

function leadingSlash(path: string): string {
  return path === '' || path.startsWith('/') ? path : `/${path}`;
}

function header(entry: JsonObject): JsonObject {
  return message({ key: unlessDefault(entry['name']), value: unlessDefault(entry['value']) });
}

function headerOption(entry: JsonObject): JsonObject {
  return { appendAction: 'OVERWRITE_IF_EXISTS_OR_ADD', header: header(entry) };
}
