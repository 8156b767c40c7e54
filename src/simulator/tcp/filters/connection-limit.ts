import { runtimeEnabled } from '../../matching/fraction.ts';
import type { NetworkFilterType } from '../network-filter.ts';
import { NetworkStatus } from '../network-filter.ts';

/** envoy.filters.network.connection_limit: closes what comes above the limit, at once or after a delay. */
export const filterType: NetworkFilterType = {
  compile(config, { proxy }) {
    const prefix = `connection_limit.${config.string('stat_prefix')}`;
    const most = config.number('max_connections', 0);
    const delayMs = config.duration('delay') ?? 0;
    const enabled = runtimeEnabled(config.message('runtime_enabled'));
    const active = proxy.stats.gauge(`${prefix}.active_connections`);
    const limited = proxy.stats.counter(`${prefix}.limited_connections`);
    return {
      create({ connection, note }) {
        let counted = false;
        let rejected = false;
        return {
          onNewConnection() {
            if (!enabled) return NetworkStatus.Continue;
            if (active.value < BigInt(most)) {
              active.add(1n);
              counted = true;
              return NetworkStatus.Continue;
            }
            rejected = true;
            limited.add(1n);
            note('limit', `${most} connections are open already: this one is closed`);
            if (delayMs > 0) proxy.loop.setTimer(delayMs, () => connection.close('no-flush'));
            else connection.close('no-flush');
            return NetworkStatus.StopIteration;
          },
          onData: () => (rejected ? NetworkStatus.StopIteration : NetworkStatus.Continue),
          onEvent() {
            if (counted) active.add(-1n);
          },
        };
      },
    };
  },
};
