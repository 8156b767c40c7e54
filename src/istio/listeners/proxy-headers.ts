import { asObject, asString, isObject, type JsonObject } from '#base/json.ts';
import type { ListenerClass } from '../policy/telemetry.ts';
import { message, unlessDefault } from '../proto-json.ts';

/** What `ProxyConfig.proxyHeaders` makes of a connection manager (istio/istio `pilot/pkg/networking/util/proxy_headers.go`). */
export interface ProxyHeaders {
  readonly serverName: string;
  readonly serverHeaderTransformation: 'OVERWRITE' | 'PASS_THROUGH';
  readonly forwardedClientCert: string;
  readonly includeRequestAttemptCount: boolean;
  readonly suppressDebugHeaders: boolean;
  readonly generateRequestId: false | undefined;
  readonly skipMetadataHeaders: boolean;
  readonly xForwardedPort: boolean;
  readonly xForwardedHost: boolean;
  readonly setCurrentClientCertDetails: JsonObject | undefined;
}

export function proxyHeaders(proxyConfig: JsonObject, listenerClass: ListenerClass): ProxyHeaders {
  const headers = asObject(proxyConfig['proxyHeaders']);
  const server = asObject(headers['server']);
  const hidden = server['disabled'] === true;
  const own = asString(server['value']) ?? '';
  const fallback = listenerClass === 'outbound' ? '' : 'istio-envoy';
  const disabled = (name: string): boolean => asObject(headers[name])['disabled'] === true;
  const enabled = (name: string): boolean => asObject(headers[name])['enabled'] === true;
  const xfcc = asString(headers['forwardedClientCert']) ?? 'UNDEFINED';
  const details = headers['setCurrentClientCertDetails'];
  return {
    serverName: hidden ? '' : own === '' ? fallback : own,
    serverHeaderTransformation: hidden ? 'PASS_THROUGH' : 'OVERWRITE',
    forwardedClientCert: xfcc === 'UNDEFINED' ? 'APPEND_FORWARD' : xfcc,
    includeRequestAttemptCount: !disabled('attemptCount'),
    suppressDebugHeaders: disabled('envoyDebugHeaders'),
    generateRequestId: disabled('requestId') ? false : undefined,
    skipMetadataHeaders: asString(asObject(headers['metadataExchangeHeaders'])['mode']) === 'IN_MESH',
    xForwardedPort: enabled('xForwardedPort'),
    xForwardedHost: enabled('xForwardedHost'),
    setCurrentClientCertDetails: isObject(details) ? details : undefined,
  };
}

/** The fields every connection manager takes from them. */
export function serverFields(headers: ProxyHeaders): JsonObject {
  return message({
    serverName: unlessDefault(headers.serverName),
    serverHeaderTransformation: headers.serverHeaderTransformation === 'OVERWRITE' ? undefined : headers.serverHeaderTransformation,
    generateRequestId: headers.generateRequestId,
  });
}

/** `SANITIZE` is Envoy's default. */
export function forwardClientCert(value: string): string | undefined {
  return value === 'SANITIZE' ? undefined : value;
}
