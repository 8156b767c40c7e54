import type { Headers } from './headers.ts';

const MAXIMUM_LENGTH = 256;

/** The URL of a request as the client asked for it (envoy `Http::Utility::buildOriginalUri`): the path is cut at 256 bytes. */
export function originalUri(headers: Headers): string {
  const path = headers.get('x-envoy-original-path') ?? headers.get(':path') ?? '';
  return `${headers.get(':scheme') ?? ''}://${headers.get(':authority') ?? ''}${path.slice(0, MAXIMUM_LENGTH)}`;
}
