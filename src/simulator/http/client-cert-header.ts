import type { ConfigReader } from '../config-reader.ts';
import type { TlsInfo } from './connection-info.ts';

/** One element of `x-forwarded-client-cert` (envoy `ConnectionManagerUtility::mutateXfccRequestHeader`). */
export function xfccOf(tls: TlsInfo, details: ConfigReader | undefined): string {
  const parts: string[] = tls.localUriSans.map((uri) => `By=${uri}`);
  if (tls.peerDigest !== '') parts.push(`Hash=${tls.peerDigest}`);
  if (details?.bool('subject') === true) parts.push(`Subject="${tls.peerSubject}"`);
  if (details?.bool('uri') === true) parts.push(...(tls.peerUriSans.length === 0 ? ['URI='] : tls.peerUriSans.map((uri) => `URI=${uri}`)));
  if (details?.bool('dns') === true) parts.push(...tls.peerDnsSans.map((name) => `DNS=${name}`));
  return parts.join(';');
}
