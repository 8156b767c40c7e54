import { byteStringToBytes } from '#base/bytes.ts';
import type { NetworkFilterType } from '../network-filter.ts';
import { NetworkStatus } from '../network-filter.ts';

/** envoy.filters.network.sni_cluster: the server name becomes the name of tcp_proxy's cluster. */
export const filterType: NetworkFilterType = {
  compile: () => ({
    create: ({ connection, note }) => ({
      onNewConnection() {
        const name = connection.info.connection.requestedServerName;
        note('cluster', name === '' ? 'there is no server name: the cluster stays' : `the server name ${name} becomes the cluster`);
        if (name !== '')
          connection.info.filterState.set('envoy.tcp_proxy.cluster', { bytes: byteStringToBytes(name), readOnly: true, type: 1 });
        return NetworkStatus.Continue;
      },
    }),
  }),
};
