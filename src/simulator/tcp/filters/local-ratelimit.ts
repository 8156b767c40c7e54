import { runtimeEnabled } from '../../matching/fraction.ts';
import { TokenBucket } from '../../token-bucket.ts';
import type { NetworkFilterType } from '../network-filter.ts';
import { NetworkStatus } from '../network-filter.ts';

/** envoy.filters.network.local_ratelimit: one token for each new connection. */
export const filterType: NetworkFilterType = {
  compile(config, { proxy }) {
    config.ignore('share_key');
    const limited = proxy.stats.counter(`local_rate_limit.${config.string('stat_prefix')}.rate_limited`);
    const bucket = config.message('token_bucket');
    const enabled = runtimeEnabled(config.message('runtime_enabled'));
    const tokens = new TokenBucket(
      () => proxy.loop.nowNs,
      bucket?.number('max_tokens', 0) ?? 0,
      bucket?.number('tokens_per_fill', 1) ?? 1,
      bucket?.duration('fill_interval') ?? 1000,
    );
    return {
      create: ({ connection, note }) => ({
        onNewConnection() {
          if (!enabled || tokens.take()) return NetworkStatus.Continue;
          limited.add(1n);
          note('rate limited', 'no token is left for this connection: it is closed');
          connection.info.setFlag('URX');
          connection.close('no-flush');
          return NetworkStatus.StopIteration;
        },
      }),
    };
  },
};
