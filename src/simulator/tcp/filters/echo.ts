import type { NetworkFilterType } from '../network-filter.ts';
import { NetworkStatus } from '../network-filter.ts';

/** envoy.filters.network.echo. */
export const filterType: NetworkFilterType = {
  compile: () => ({
    create: ({ connection }) => ({
      onData(data, endStream) {
        connection.write(data, endStream);
        return NetworkStatus.StopIteration;
      },
    }),
  }),
};
