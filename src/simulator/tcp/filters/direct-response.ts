import { byteStringToBytes } from '#base/bytes.ts';
import { BodyBuffer } from '../../http/body-buffer.ts';
import { dataSource } from '../../router/direct-action.ts';
import type { NetworkFilterType } from '../network-filter.ts';
import { NetworkStatus } from '../network-filter.ts';

/** envoy.filters.network.direct_response: writes its text and closes. */
export const filterType: NetworkFilterType = {
  compile(config) {
    const source = config.message('response');
    const text = source === undefined ? '' : dataSource(source);
    return {
      create: ({ connection }) => ({
        onNewConnection() {
          if (text !== '') connection.write(new BodyBuffer(byteStringToBytes(text)), true);
          connection.info.responseCodeDetails = 'direct_response';
          connection.close('flush');
          return NetworkStatus.StopIteration;
        },
      }),
    };
  },
};
