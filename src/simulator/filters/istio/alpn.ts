import { asObject } from '#base/json.ts';
import { enumName } from '../../format/header-operations.ts';
import type { ActiveFilter } from '../../http/active-filter.ts';
import type { HeadersStatus as HeadersResult, HttpFilter } from '../../http/filter.ts';
import { HeadersStatus } from '../../http/filter.ts';
import type { HttpFilterType } from '../filter-type.ts';

const protocols = ['HTTP10', 'HTTP11', 'HTTP2'] as const;
type UpstreamProtocol = (typeof protocols)[number];

/** istio.alpn (istio/proxy `source/extensions/filters/http/alpn/alpn_filter.cc`): which protocols TLS to the upstream offers. Written after the source. */
export const filterType: HttpFilterType = {
  compile(config) {
    const overrides = new Map(
      config
        .messages('alpn_override')
        .map((pair) => [enumName(pair.raw('upstream_protocol'), protocols) ?? 'HTTP10', pair.strings('alpn_override')] as const),
    );
    return {
      create: (callbacks) => new AlpnFilter(callbacks, overrides),
      note: 'after Istio’s source, not checked against a real proxy',
    };
  },
};

class AlpnFilter implements HttpFilter {
  readonly #callbacks: ActiveFilter;
  readonly #overrides: ReadonlyMap<UpstreamProtocol, readonly string[]>;

  constructor(callbacks: ActiveFilter, overrides: ReadonlyMap<UpstreamProtocol, readonly string[]>) {
    this.#callbacks = callbacks;
    this.#overrides = overrides;
  }

  decodeHeaders(): HeadersResult {
    const { stream } = this.#callbacks;
    stream.routes.get();
    const name = stream.info.clusterName;
    if (name === undefined) return HeadersStatus.Continue;
    const offered = this.#overrides.get(this.#upstreamProtocol(name)) ?? [];
    if (offered.length === 0) return HeadersStatus.Continue;
    stream.info.filterState.set('envoy.network.application_protocols', { bytes: undefined, readOnly: true, type: 1 });
    stream.observer?.note('alpn', `TLS to ${name} offers ${offered.join(', ')}`);
    return HeadersStatus.Continue;
  }

  /** HTTP/1.1 unless the cluster says otherwise. */
  #upstreamProtocol(name: string): UpstreamProtocol {
    const { info, manager } = this.#callbacks.stream;
    const config = manager.proxy.clusters.get(name)?.config ?? {};
    const extensions = asObject(config['typed_extension_protocol_options'] ?? config['typedExtensionProtocolOptions']);
    const options = asObject(extensions['envoy.extensions.upstreams.http.v3.HttpProtocolOptions']);
    if ((options['use_downstream_protocol_config'] ?? options['useDownstreamProtocolConfig']) !== undefined)
      return info.protocol === 'HTTP/2' ? 'HTTP2' : info.protocol === 'HTTP/1.0' ? 'HTTP10' : 'HTTP11';
    const explicit = asObject(options['explicit_http_config'] ?? options['explicitHttpConfig']);
    const isHttp2 =
      (config['http2_protocol_options'] ?? explicit['http2_protocol_options'] ?? explicit['http2ProtocolOptions']) !== undefined;
    return isHttp2 ? 'HTTP2' : 'HTTP11';
  }
}
