import type { JsonObject } from '#base/json.ts';
import { openAny } from '../config-reader.ts';
import type { ListenerFilterType } from './listener-filter.ts';

type Load = () => Promise<{ readonly filterType: ListenerFilterType }>;

/** Listener filters by the message of their configuration. */
const registry: Readonly<Record<string, Load>> = {
  'envoy.extensions.filters.listener.http_inspector.v3.HttpInspector': () => import('./filters/http-inspector.ts'),
  'envoy.extensions.filters.listener.original_dst.v3.OriginalDst': () => import('./filters/original-dst.ts'),
  'envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol': () => import('./filters/proxy-protocol.ts'),
  'envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector': () => import('./filters/tls-inspector.ts'),
};

function loaderOf(typedConfig: JsonObject | undefined): Load | undefined {
  const type = typedConfig === undefined ? '' : openAny(typedConfig)['@type'];
  if (typeof type !== 'string') return undefined;
  const name = type.slice(type.lastIndexOf('/') + 1);
  return Object.hasOwn(registry, name) ? registry[name] : undefined;
}

export async function loadListenerFilterType(typedConfig: JsonObject | undefined): Promise<ListenerFilterType | undefined> {
  return (await loaderOf(typedConfig)?.())?.filterType;
}
