import type { ResponseFlag } from '../http/stream-info.ts';
import type { ResetReason } from '../upstreams/clusters.ts';

/** envoy `Router::Filter::streamResetReasonToResponseFlag`. */
export function resetFlag(reason: ResetReason): ResponseFlag {
  switch (reason) {
    case 'remote connection failure':
      return 'UF';
    case 'connection termination':
      return 'UC';
    case 'local reset':
      return 'LR';
    case 'overflow':
      return 'UO';
    case 'protocol error':
      return 'UPE';
    default:
      return 'UR';
  }
}

/** Body of the reply for a reset before response headers. */
export function resetText(reason: ResetReason, attempts: number): string {
  return `upstream connect error or disconnect/reset before headers. ${attempts > 1 ? 'retried and the latest reset reason' : 'reset reason'}: ${reason}`;
}

/** `upstream_reset_before_response_started{remote_reset}`; the transport's own reason follows after a bar. */
export function resetDetails(reason: ResetReason, started: boolean, transportFailure: string | undefined): string {
  const inner = transportFailure === undefined ? reason : `${reason}|${transportFailure}`;
  return `upstream_reset_${started ? 'after' : 'before'}_response_started{${inner.replaceAll(' ', '_')}}`;
}
