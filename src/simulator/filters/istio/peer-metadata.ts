import { asObject } from '#base/json.ts';
import type { JsonObject } from '#base/json.ts';
import type { ConfigReader } from '../../config-reader.ts';
import type { ActiveFilter } from '../../http/active-filter.ts';
import type { HeadersStatus as HeadersResult, HttpFilter } from '../../http/filter.ts';
import { HeadersStatus } from '../../http/filter.ts';
import type { Headers } from '../../http/headers.ts';
import type { FilterContext, HttpFilterType } from '../filter-type.ts';
import type { Workload } from './workload.ts';
import { decodeWorkload, encodeWorkload, peerState, workloadOf } from './workload.ts';

interface Methods {
  readonly byHeaders: boolean;
  readonly skipExternal: boolean;
}

interface PeerOptions {
  readonly nodeId: string;
  readonly value: string;
  readonly additional: readonly string[];
  readonly discoverDownstream: Methods;
  readonly discoverUpstream: Methods;
  readonly tellDownstream: Methods;
  readonly tellUpstream: Methods;
}

export const DOWNSTREAM_PEER = 'downstream_peer';
export const UPSTREAM_PEER = 'upstream_peer';
const ID_HEADER = 'x-envoy-peer-metadata-id';
const VALUE_HEADER = 'x-envoy-peer-metadata';

/**
 * istio.peer_metadata, `istio.metadata_exchange` of HTTP chains (istio/proxy `source/extensions/filters/http/peer_metadata/filter.cc`): workloads tell each
 * other who they are. Written after the source; a plain Envoy does not have it.
 */
export const filterType: HttpFilterType = {
  compile(config, context) {
    const options = readOptions(config, context);
    return {
      create: (callbacks) => new PeerMetadataFilter(callbacks, options),
      note: 'after Istio’s source, not checked against a real proxy; workloads found by address (workload_discovery) are not simulated',
    };
  },
};

function readOptions(config: ConfigReader, { proxy }: FilterContext): PeerOptions {
  config.ignore('shared_with_upstream');
  const additional = config.strings('additional_labels');
  const methods = (name: string): Methods => {
    const list = config.messages(name);
    const headers = list.find((method) => method.has('istio_headers'));
    for (const method of list) method.accept();
    return { byHeaders: headers !== undefined, skipExternal: headers?.message('istio_headers')?.bool('skip_external_clusters') ?? false };
  };
  return {
    nodeId: proxy.nodeId,
    value: encodeWorkload(workloadOf(asObject(proxy.node['metadata']), additional)),
    additional,
    discoverDownstream: methods('downstream_discovery'),
    discoverUpstream: methods('upstream_discovery'),
    tellDownstream: methods('downstream_propagation'),
    tellUpstream: methods('upstream_propagation'),
  };
}

class PeerMetadataFilter implements HttpFilter {
  readonly #callbacks: ActiveFilter;
  readonly #options: PeerOptions;
  #gotId = false;
  #gotValue = false;

  constructor(callbacks: ActiveFilter, options: PeerOptions) {
    this.#callbacks = callbacks;
    this.#options = options;
  }

  decodeHeaders(headers: Headers): HeadersResult {
    const { discoverDownstream, tellUpstream, nodeId, value } = this.#options;
    this.#gotId = discoverDownstream.byHeaders && headers.has(ID_HEADER);
    this.#gotValue = discoverDownstream.byHeaders && headers.has(VALUE_HEADER);
    this.#discover(discoverDownstream, headers, DOWNSTREAM_PEER);
    if (tellUpstream.byHeaders && !this.#isExternal(tellUpstream)) {
      headers.replace(ID_HEADER, nodeId);
      headers.replace(VALUE_HEADER, value);
      this.#callbacks.stream.observer?.note('peer-metadata', 'The upstream is told which workload asks');
    }
    return HeadersStatus.Continue;
  }

  encodeHeaders(headers: Headers): HeadersResult {
    const { discoverUpstream, tellDownstream, nodeId, value } = this.#options;
    this.#discover(discoverUpstream, headers, UPSTREAM_PEER);
    if (!tellDownstream.byHeaders || this.#isExternal(tellDownstream)) return HeadersStatus.Continue;
    // Who has said who it is gets to know who answers.
    if (this.#gotId) headers.replace(ID_HEADER, nodeId);
    if (this.#gotValue) headers.replace(VALUE_HEADER, value);
    return HeadersStatus.Continue;
  }

  #discover(methods: Methods, headers: Headers, key: string): void {
    if (!methods.byHeaders) return;
    const { stream } = this.#callbacks;
    const text = headers.get(VALUE_HEADER) ?? '';
    const peer: Workload | undefined = text === '' ? undefined : decodeWorkload(text, this.#options.additional);
    if (peer !== undefined && stream.info.filterState.get(key) === undefined) {
      stream.info.filterState.set(key, peerState(peer));
      stream.observer?.note(
        'peer-metadata',
        `The peer is ${peer.workload || 'a workload without name'} of namespace ${peer.namespace || '(none)'}`,
      );
    }
    headers.remove(ID_HEADER);
    headers.remove(VALUE_HEADER);
  }

  #isExternal({ skipExternal }: Methods): boolean {
    const { info, manager } = this.#callbacks.stream;
    const name = info.clusterName;
    if (name === undefined) return false;
    if (skipExternal && name === 'PassthroughCluster') return true;
    const istio = istioMetadata(manager.proxy.clusters.get(name)?.config);
    return (skipExternal && istio['external'] === true) || istio['disable_mx'] === true;
  }
}

/** `metadata.filter_metadata.istio` of a cluster. */
export function istioMetadata(cluster: JsonObject | undefined): JsonObject {
  const metadata = asObject(cluster?.['metadata']);
  return asObject(asObject(metadata['filter_metadata'] ?? metadata['filterMetadata'])['istio']);
}
