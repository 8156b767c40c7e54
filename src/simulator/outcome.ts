import type { StreamInfo } from './http/stream-info.ts';
import type { Outcome } from './trace.ts';

/** How a request ended, as one sentence. */
export function outcomeOf(
  client: { readonly timedOut: boolean; readonly resetReason: string | undefined },
  info: StreamInfo,
  /** A filter or Envoy itself has answered. */
  hasLocalReply: boolean,
): Outcome {
  const details = info.responseCodeDetails ?? '';
  if (client.timedOut) return { kind: 'timeout', text: 'The client gave up waiting: nothing more would have happened.' };
  if (client.resetReason !== undefined)
    return { kind: 'reset', text: `Envoy reset the stream (${client.resetReason})${details === '' ? '' : `: ${details}`}.` };
  if (hasLocalReply || (details !== 'via_upstream' && details !== '')) {
    return { kind: 'local-reply', text: `Envoy answered ${info.responseCode ?? 0} itself${details === '' ? '' : ` (${details})`}.` };
  }
  return { kind: 'response', text: `${info.clusterName ?? 'The upstream'} answered ${info.responseCode ?? 0}.` };
}
