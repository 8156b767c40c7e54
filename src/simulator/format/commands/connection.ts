import { hostOf, portOf } from '../../http/connection-info.ts';
import type { FormatContext, FormatValue } from '../formatter.ts';
import type { Command, Commands } from './command.ts';
import { optional, plain, text } from './command.ts';

/** Address commands come in three forms: whole, without port, port only. */
function addressForms(name: string, read: (context: FormatContext) => string | undefined): Commands {
  const part =
    (of: (address: string) => FormatValue) =>
    (context: FormatContext): FormatValue => {
      const address = text(read(context));
      return address === undefined ? undefined : of(address);
    };
  return {
    [name]: plain((context) => text(read(context))),
    [`${name}_WITHOUT_PORT`]: optional(() => part(hostOf)),
    [`${name.replace(/_ADDRESS$/, '')}_PORT`]: plain(part(portOf)),
  };
}

/** Known once a host of the upstream has been chosen. */
function afterChoice(value: FormatValue): Command {
  return plain((context) => (context.info.upstreamHost === undefined ? undefined : value));
}

const never: Command = plain(() => undefined);
const upstream = (context: FormatContext): string | undefined => context.info.upstreamHost;
const hostWithoutPort: Command = plain((context) => {
  const host = upstream(context);
  return host === undefined ? undefined : hostOf(host);
});
const host: Command = plain((context) => text(upstream(context)));

/** The connections of the client and to the upstream. */
export const connectionCommands: Commands = {
  UPSTREAM_CLUSTER: plain((context) => text(context.info.clusterName)),
  UPSTREAM_CLUSTER_RAW: plain((context) => text(context.info.clusterName)),
  UPSTREAM_HOST: host,
  UPSTREAM_HOST_NAME: host,
  UPSTREAM_HOST_NAME_WITHOUT_PORT: hostWithoutPort,
  UPSTREAM_HOSTS_ATTEMPTED: host,
  UPSTREAM_HOST_NAMES_ATTEMPTED: host,
  UPSTREAM_HOSTS_ATTEMPTED_WITHOUT_PORT: hostWithoutPort,
  UPSTREAM_CONNECTION_IDS_ATTEMPTED: afterChoice('1'),
  UPSTREAM_CONNECTION_ID: plain((context) => (upstream(context) === undefined ? 0 : 1)),
  UPSTREAM_CONNECTION_POOL_READY_DURATION: afterChoice(0),
  UPSTREAM_PROTOCOL: afterChoice('HTTP/2'),
  UPSTREAM_DETECTED_CLOSE_TYPE: afterChoice('Normal'),
  UPSTREAM_LOCAL_CLOSE_REASON: never,
  UPSTREAM_TLS_CIPHER: never,
  UPSTREAM_TLS_VERSION: never,
  UPSTREAM_PEER_SUBJECT: never,
  UPSTREAM_TRANSPORT_FAILURE_REASON: plain((context) => text(context.info.upstreamTransportFailure)),
  UPSTREAM_REQUEST_ATTEMPT_COUNT: plain((context) => context.info.attemptCount ?? 0),
  UPSTREAM_HEADER_BYTES_SENT: plain((context) => (upstream(context) === undefined ? 0 : (context.requestHeaders?.byteSize ?? 0))),
  UPSTREAM_WIRE_BYTES_SENT: plain((context) =>
    upstream(context) === undefined ? 0 : (context.requestHeaders?.byteSize ?? 0) + context.info.bytesReceived,
  ),
  UPSTREAM_HEADER_BYTES_RECEIVED: plain((context) => context.info.upstreamHeaderBytes),
  UPSTREAM_DECOMPRESSED_HEADER_BYTES_RECEIVED: plain((context) => context.info.upstreamHeaderBytes),
  UPSTREAM_WIRE_BYTES_RECEIVED: plain((context) => context.info.upstreamHeaderBytes),
  ...addressForms('UPSTREAM_REMOTE_ADDRESS', upstream),
  ...addressForms('UPSTREAM_LOCAL_ADDRESS', (context) => context.info.upstreamLocalAddress),
  ...addressForms('DOWNSTREAM_REMOTE_ADDRESS', (context) => context.info.connection.remoteAddress),
  ...addressForms('DOWNSTREAM_DIRECT_REMOTE_ADDRESS', (context) => context.info.connection.directRemoteAddress),
  ...addressForms('DOWNSTREAM_LOCAL_ADDRESS', (context) => context.info.connection.localAddress),
  ...addressForms('DOWNSTREAM_DIRECT_LOCAL_ADDRESS', (context) => context.info.connection.localAddress),
  DOWNSTREAM_DETECTED_CLOSE_TYPE: plain(() => 'Normal'),
  DOWNSTREAM_LOCAL_CLOSE_REASON: never,
  DOWNSTREAM_TRANSPORT_FAILURE_REASON: never,
  CONNECTION_ID: plain((context) => context.info.connection.id),
  FILTER_CHAIN_NAME: plain((context) => text(context.info.connection.filterChainName)),
  DOWNSTREAM_TLS_VERSION: plain((context) => context.info.connection.tls?.version),
  DOWNSTREAM_TLS_CIPHER: plain((context) => context.info.connection.tls?.cipher),
  DOWNSTREAM_TLS_SESSION_ID: never,
  DOWNSTREAM_PEER_SUBJECT: plain((context) => text(context.info.connection.tls?.peerSubject)),
  DOWNSTREAM_LOCAL_SUBJECT: plain((context) => text(context.info.connection.tls?.localSubject)),
  DOWNSTREAM_PEER_URI_SAN: plain((context) => text(context.info.connection.tls?.peerUriSans.join(','))),
  DOWNSTREAM_LOCAL_URI_SAN: plain((context) => text(context.info.connection.tls?.localUriSans.join(','))),
  DOWNSTREAM_PEER_DNS_SAN: plain((context) => text(context.info.connection.tls?.peerDnsSans.join(','))),
  DOWNSTREAM_LOCAL_DNS_SAN: plain((context) => text(context.info.connection.tls?.localDnsSans.join(','))),
  DOWNSTREAM_PEER_FINGERPRINT_256: plain((context) => text(context.info.connection.tls?.peerDigest)),
  DOWNSTREAM_PEER_FINGERPRINT_1: never,
  DOWNSTREAM_PEER_ISSUER: never,
  DOWNSTREAM_PEER_SERIAL: never,
  DOWNSTREAM_PEER_CERT: never,
  DOWNSTREAM_PEER_CERT_V_START: optional(() => () => undefined),
  DOWNSTREAM_PEER_CERT_V_END: optional(() => () => undefined),
  TLS_JA3_FINGERPRINT: never,
  TLS_JA4_FINGERPRINT: never,
};
