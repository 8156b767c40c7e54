import { asNumber, asObject, asString, isObject, type JsonObject } from '#base/json.ts';
import { message, unlessDefault } from '../proto-json.ts';
import type { ProxyView } from '../registry/proxy-view.ts';
import type { Snapshot } from '../snapshot.ts';

/** Best practice of Envoy for proxies at the edge, for what the settings leave open. */
const edge: JsonObject = {
  listenerPerConnectionBufferLimitBytes: 32768,
  httpIdleTimeout: '3600s',
  httpStreamIdleTimeout: '300s',
  httpRequestTimeout: '300s',
  httpRequestHeadersTimeout: '60s',
  httpMaxConcurrentStreams: 100,
  http2InitialStreamWindowSize: 65536,
  http2InitialConnectionWindowSize: 1048576,
  httpHeadersWithUnderscoresAction: 'HEADERS_WITH_UNDERSCORES_REJECT_REQUEST',
  httpMergeSlashes: true,
  httpPathWithEscapedSlashesAction: 'UNESCAPE_AND_REDIRECT',
};

/** `ProxyConfig.connectionSettings` of the proxy (istio/istio `pilot/pkg/networking/core/connection_settings.go`; 1.31). */
export function connectionSettings(proxy: ProxyView, snapshot: Snapshot): JsonObject | undefined {
  const own = proxy.proxyConfig['connectionSettings'] ?? snapshot.mesh.defaultConfig['connectionSettings'];
  if (!isObject(own) || snapshot.minor.minor < 31) return undefined;
  return own['profile'] === 'EDGE' && proxy.type === 'router' ? { ...edge, ...own } : own;
}

const underscores: Readonly<Record<string, string>> = {
  HEADERS_WITH_UNDERSCORES_REJECT_REQUEST: 'REJECT_REQUEST',
  HEADERS_WITH_UNDERSCORES_DROP_HEADER: 'DROP_HEADER',
};

/** The fields of a connection manager that the settings change; `fields` are those it has so far. */
export function connectionFields(proxy: ProxyView, snapshot: Snapshot, fields: JsonObject): JsonObject {
  const settings = connectionSettings(proxy, snapshot);
  if (settings === undefined) return {};
  const text = (name: string): string | undefined => asString(settings[name]);
  const size = (name: string): number | undefined => {
    const value = asNumber(settings[name]);
    return value === undefined || value < 0 ? undefined : value;
  };
  const action = text('httpHeadersWithUnderscoresAction');
  const slashes = text('httpPathWithEscapedSlashesAction');
  const common = message({
    ...asObject(fields['commonHttpProtocolOptions']),
    ...message({
      idleTimeout: text('httpIdleTimeout'),
      maxConnectionDuration: text('httpMaxConnectionDuration'),
      maxStreamDuration: text('httpMaxStreamDuration'),
      headersWithUnderscoresAction: underscores[action ?? ''],
    }),
  });
  const http2 = message({
    maxConcurrentStreams: size('httpMaxConcurrentStreams'),
    initialStreamWindowSize: size('http2InitialStreamWindowSize'),
    initialConnectionWindowSize: size('http2InitialConnectionWindowSize'),
  });
  return message({
    commonHttpProtocolOptions: Object.keys(common).length > 0 ? common : undefined,
    http2ProtocolOptions: Object.keys(http2).length > 0 ? { ...asObject(fields['http2ProtocolOptions']), ...http2 } : undefined,
    streamIdleTimeout: text('httpStreamIdleTimeout'),
    requestTimeout: text('httpRequestTimeout'),
    requestHeadersTimeout: text('httpRequestHeadersTimeout'),
    drainTimeout: text('httpDrainTimeout'),
    mergeSlashes: typeof settings['httpMergeSlashes'] === 'boolean' ? unlessDefault(settings['httpMergeSlashes']) : undefined,
    pathWithEscapedSlashesAction: slashes === undefined || slashes === 'PATH_WITH_ESCAPED_SLASHES_UNSPECIFIED' ? undefined : slashes,
  });
}
