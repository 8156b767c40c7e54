import type { HeaderPairs } from '#proxywasm/host.ts';
import { ConfigError } from '../config-error.ts';
import type { ConfigReader } from '../config-reader.ts';
import { compileMutation } from '../format/header-operations.ts';
import type { FormatContext } from '../format/formatter.ts';
import type { Headers } from '../http/headers.ts';
import { lowerName } from '../http/headers.ts';
import { withoutPort } from '../http/host-port.ts';
import { runtimeFraction } from '../matching/fraction.ts';
import type { Proxy } from '../proxy.ts';
import type { UpstreamSink, UpstreamStream } from '../upstreams/clusters.ts';
import type { MirrorPolicy } from './route.ts';

/** `RequestMirrorPolicy`. */
export function compileMirror(config: ConfigReader): MirrorPolicy {
  const [cluster, header] = [config.string('cluster'), config.string('cluster_header')];
  if (cluster !== '' && header !== '') {
    throw new ConfigError(`Only one of cluster '${cluster}' or cluster_header '${header}' in request mirror policy can be specified`);
  }
  const mutations = config.messages('request_headers_mutations').map(compileMutation);
  return {
    cluster,
    clusterHeader: lowerName(header),
    percent: runtimeFraction(config.message('runtime_fraction'), 1),
    shadowSuffix: !config.bool('disable_shadow_host_suffix_append'),
    hostRewrite: config.string('host_rewrite_literal'),
    mutate:
      mutations.length === 0
        ? undefined
        : (headers, context) => {
            for (const mutate of mutations) mutate(headers, context);
          },
  };
}

/** The copies of a request on their way to the clusters that mirror it; what they answer is not looked at (envoy `ShadowWriterImpl`). */
export class Mirrors {
  readonly #streams: { readonly stream: UpstreamStream; readonly end: () => void }[] = [];

  start(
    policies: readonly MirrorPolicy[],
    proxy: Proxy,
    headers: Headers,
    context: FormatContext,
    timeoutMs: number,
    endStream: boolean,
  ): void {
    for (const policy of policies) {
      if (policy.percent < 1 && proxy.random.next() >= policy.percent) continue;
      const name = policy.cluster === '' ? (headers.get(policy.clusterHeader) ?? '') : policy.cluster;
      const cluster = name === '' ? undefined : proxy.clusters.get(name);
      if (cluster === undefined || !cluster.hasHosts) continue;
      const copy = headers.copy();
      policy.mutate?.(copy, context);
      if (policy.hostRewrite !== '') copy.set(':authority', policy.hostRewrite);
      else if (policy.shadowSuffix) copy.set(':authority', shadowHost(copy.get(':authority') ?? ''));
      copy.set('x-envoy-internal', 'true');
      copy.append('x-forwarded-for', proxy.localAddress);
      const sink = new Nowhere();
      const stream = cluster.open(sink);
      const timer = timeoutMs > 0 ? proxy.loop.setTimer(timeoutMs, () => stream.reset()) : undefined;
      sink.onEnd = () => timer?.cancel();
      stream.headers(copy.entries(), endStream);
      if (!endStream) this.#streams.push({ stream, end: sink.onEnd });
    }
  }

  data(bytes: Uint8Array, endStream: boolean): void {
    for (const { stream } of this.#streams) stream.data(bytes, endStream);
    if (endStream) this.#streams.length = 0;
  }

  trailers(trailers: HeaderPairs): void {
    for (const { stream } of this.#streams.splice(0)) stream.trailers(trailers);
  }

  /** The request goes no further: copies that are not complete are cut off. */
  cancel(): void {
    for (const { stream, end } of this.#streams.splice(0)) {
      end();
      stream.reset();
    }
  }
}

/** `a.example:81` → `a.example-shadow:81`. */
function shadowHost(host: string): string {
  const bare = withoutPort(host);
  return `${bare}-shadow${host.slice(bare.length)}`;
}

/** Takes an answer and forgets it. */
class Nowhere implements UpstreamSink {
  onEnd: () => void = () => undefined;

  headers(_: HeaderPairs, endStream: boolean): void {
    if (endStream) this.onEnd();
  }

  data(_: Uint8Array, endStream: boolean): void {
    if (endStream) this.onEnd();
  }

  trailers(): void {
    this.onEnd();
  }

  reset(): void {
    this.onEnd();
  }
}
