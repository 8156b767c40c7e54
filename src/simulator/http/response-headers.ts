import { httpDate } from '../format/time-format.ts';
import type { Headers } from './headers.ts';
import type { ManagerOptions } from './manager-options.ts';

const hopByHop = new Set(['connection', 'transfer-encoding', 'upgrade', 'keep-alive', 'proxy-connection']);

/** What the connection manager adds and removes after the last filter (envoy `ActiveStream::encodeHeaders`, `mutateResponseHeaders`). */
export function finishResponseHeaders(headers: Headers, request: Headers | undefined, options: ManagerOptions, nowNs: bigint): void {
  if (!headers.has('date')) headers.set('date', httpDate(nowNs));
  if (options.serverHeader === 'OVERWRITE' || (options.serverHeader === 'APPEND_IF_ABSENT' && !headers.has('server'))) {
    headers.set('server', options.serverName);
  }
  headers.removeAll(hopByHop);
  const id = request?.get('x-request-id');
  if (id !== undefined && (options.alwaysSetRequestIdInResponse || request?.has('x-envoy-force-trace') === true))
    headers.set('x-request-id', id);
  if (options.via !== '') headers.append('via', options.via, ', ');
}

/** What an answer must have, when a filter has taken it away (envoy `HeaderUtility::checkRequiredResponseHeaders`). */
export function requiredHeaderProblem(headers: Headers): string | undefined {
  const status = headers.get(':status');
  return status === undefined || !/^[0-9]{1,10}$/.test(status) ? 'missing required header: :status' : undefined;
}
