import type { JsonValue } from '#base/json.ts';
import { getIn } from '#base/json.ts';
import { bytesToByteString, utf8ToByteString } from '#base/bytes.ts';
import { hostOf, portOf } from '../http/connection-info.ts';
import { lowerName } from '../http/headers.ts';
import type { Headers } from '../http/headers.ts';
import type { FormatContext, FormatValue, Provider } from './formatter.ts';
import { formatTime } from './time-format.ts';

type Make = (argument: string, limit: number | undefined) => Provider;

const plain =
  (read: (context: FormatContext) => FormatValue): Make =>
  () =>
    read;

/** `X?Y`: the first header, or the second if the first is missing. */
function headerOf(pick: (context: FormatContext) => Headers | undefined): Make {
  return (argument) => {
    const [first = '', second] = argument.split('?');
    const main = lowerName(first);
    const other = second === undefined ? undefined : lowerName(second);
    return (context) => {
      const headers = pick(context);
      return headers?.get(main) ?? (other === undefined ? undefined : headers?.get(other));
    };
  };
}

function text(value: string | undefined): string | undefined {
  return value === undefined || value === '' ? undefined : value;
}

const request = (context: FormatContext): Headers | undefined => context.requestHeaders;
const response = (context: FormatContext): Headers | undefined => context.responseHeaders;

function pathOf(context: FormatContext, options: string): FormatValue {
  const [query = 'WQ', source = 'ORIG_OR_PATH'] = options === '' ? [] : options.split(':');
  const original = context.requestHeaders?.get('x-envoy-original-path');
  const path = context.requestHeaders?.get(':path');
  const value = source === 'ORIG' ? original : source === 'PATH' ? path : (original ?? path);
  return query === 'NQ' ? value?.split('?')[0] : value;
}

function queryParameter(context: FormatContext, name: string): FormatValue {
  const query = (context.requestHeaders?.get(':path') ?? '').split('?')[1] ?? '';
  for (const item of query.split('#')[0]?.split('&') ?? []) {
    const [key, ...value] = item.split('=');
    if (key === name) return value.join('=');
  }
  return undefined;
}

const grpcStatusNames = [
  'OK',
  'Canceled',
  'Unknown',
  'InvalidArgument',
  'DeadlineExceeded',
  'NotFound',
  'AlreadyExists',
  'PermissionDenied',
  'ResourceExhausted',
  'FailedPrecondition',
  'Aborted',
  'OutOfRange',
  'Unimplemented',
  'Internal',
  'Unavailable',
  'DataLoss',
  'Unauthenticated',
];

function metadataAt(root: JsonValue | undefined, path: readonly string[]): FormatValue {
  const value = getIn(root, path);
  return typeof value === 'string' ? utf8ToByteString(value) : value;
}

/** Address commands come in three forms: whole, without port, port only. */
function addressForms(name: string, read: (context: FormatContext) => string | undefined): Readonly<Record<string, Make>> {
  return {
    [name]: plain((context) => text(read(context))),
    [`${name}_WITHOUT_PORT`]: plain((context) => {
      const address = text(read(context));
      return address === undefined ? undefined : hostOf(address);
    }),
    [`${name.replace(/_ADDRESS$/, '')}_PORT`]: plain((context) => {
      const address = text(read(context));
      return address === undefined ? undefined : portOf(address);
    }),
  };
}

function milliseconds(fromNs: bigint, toNs: bigint | undefined): number | undefined {
  return toNs === undefined ? undefined : Math.floor(Number(toNs - fromNs) / 1e6);
}

/** Each command by its name: `make(argument)` gives the function that reads the value. */
export const commands: Readonly<Record<string, Make>> = {
  REQ: headerOf(request),
  RESP: headerOf(response),
  TRAILER: headerOf((context) => context.responseTrailers),
  REQ_WITHOUT_QUERY: (argument, limit) => {
    const read = headerOf(request)(argument, limit);
    return (context) => {
      const value = read(context);
      return typeof value === 'string' ? value.split('?')[0] : value;
    };
  },
  PATH: (argument) => (context) => pathOf(context, argument),
  QUERY_PARAM: (argument) => (context) => queryParameter(context, argument),
  LOCAL_REPLY_BODY: plain((context) => context.localReplyBody),
  START_TIME: (argument) => (context) => formatTime(context.info.startNs, argument),
  PROTOCOL: plain((context) => context.info.protocol),
  RESPONSE_CODE: plain((context) => context.info.responseCode ?? 0),
  RESPONSE_CODE_DETAILS: plain((context) => text(context.info.responseCodeDetails)),
  CONNECTION_TERMINATION_DETAILS: plain((context) => text(context.info.connectionTerminationDetails)),
  RESPONSE_FLAGS: plain((context) => context.info.flagsText),
  ROUTE_NAME: plain((context) => text(context.info.routeName)),
  VIRTUAL_HOST_NAME: plain((context) => text(context.info.virtualHostName)),
  VIRTUAL_CLUSTER_NAME: plain(() => undefined),
  UPSTREAM_CLUSTER: plain((context) => text(context.info.clusterName)),
  UPSTREAM_CLUSTER_RAW: plain((context) => text(context.info.clusterName)),
  UPSTREAM_HOST_NAME: plain((context) => text(context.info.upstreamHost)),
  UPSTREAM_HOST: plain((context) => text(context.info.upstreamHost)),
  UPSTREAM_TRANSPORT_FAILURE_REASON: plain((context) => text(context.info.upstreamTransportFailure)),
  UPSTREAM_REQUEST_ATTEMPT_COUNT: plain((context) => context.info.attemptCount ?? 0),
  ...addressForms('UPSTREAM_REMOTE_ADDRESS', (context) => context.info.upstreamHost),
  ...addressForms('UPSTREAM_LOCAL_ADDRESS', (context) => context.info.upstreamLocalAddress),
  ...addressForms('DOWNSTREAM_REMOTE_ADDRESS', (context) => context.info.connection.remoteAddress),
  ...addressForms('DOWNSTREAM_DIRECT_REMOTE_ADDRESS', (context) => context.info.connection.directRemoteAddress),
  ...addressForms('DOWNSTREAM_LOCAL_ADDRESS', (context) => context.info.connection.localAddress),
  BYTES_RECEIVED: plain((context) => context.info.bytesReceived),
  BYTES_SENT: plain((context) => context.info.bytesSent),
  DURATION: plain((context) => milliseconds(context.info.startNs, context.info.endNs)),
  REQUEST_DURATION: plain((context) => milliseconds(context.info.startNs, context.info.requestEndNs)),
  RESPONSE_DURATION: plain((context) => milliseconds(context.info.startNs, context.info.firstUpstreamByteNs)),
  REQUESTED_SERVER_NAME: plain((context) => text(context.info.connection.requestedServerName)),
  CONNECTION_ID: plain((context) => context.info.connection.id),
  FILTER_CHAIN_NAME: plain((context) => text(context.info.connection.filterChainName)),
  DOWNSTREAM_TLS_VERSION: plain((context) => context.info.connection.tls?.version),
  DOWNSTREAM_TLS_CIPHER: plain((context) => context.info.connection.tls?.cipher),
  DOWNSTREAM_PEER_SUBJECT: plain((context) => context.info.connection.tls?.peerSubject),
  DOWNSTREAM_LOCAL_SUBJECT: plain((context) => context.info.connection.tls?.localSubject),
  DOWNSTREAM_PEER_URI_SAN: plain((context) => text(context.info.connection.tls?.peerUriSans.join(','))),
  DOWNSTREAM_LOCAL_URI_SAN: plain((context) => text(context.info.connection.tls?.localUriSans.join(','))),
  DOWNSTREAM_PEER_DNS_SAN: plain((context) => text(context.info.connection.tls?.peerDnsSans.join(','))),
  DOWNSTREAM_LOCAL_DNS_SAN: plain((context) => text(context.info.connection.tls?.localDnsSans.join(','))),
  DOWNSTREAM_PEER_FINGERPRINT_256: plain((context) => context.info.connection.tls?.peerDigest),
  HOSTNAME: plain((context) => context.environment.hostname),
  ENVIRONMENT: (argument) => (context) => context.environment.variables.get(argument),
  DYNAMIC_METADATA: (argument) => {
    const [namespace = '', ...path] = argument.split(':');
    return (context) => metadataAt(context.info.dynamicMetadata.get(namespace), path);
  },
  METADATA: (argument) => {
    const [kind = '', namespace = '', ...path] = argument.split(':');
    return (context) => {
      if (kind === 'DYNAMIC') return metadataAt(context.info.dynamicMetadata.get(namespace), path);
      return metadataAt(context.environment.metadata?.(kind, context.info), ['filterMetadata', namespace, ...path]);
    };
  },
  CLUSTER_METADATA: (argument) => {
    const path = argument.split(':');
    return (context) => metadataAt(context.environment.metadata?.('CLUSTER', context.info), ['filterMetadata', ...path]);
  },
  UPSTREAM_METADATA: (argument) => {
    const path = argument.split(':');
    return (context) => metadataAt(context.environment.metadata?.('UPSTREAM_HOST', context.info), ['filterMetadata', ...path]);
  },
  FILTER_STATE: (argument) => {
    const key = argument.split(':')[0] ?? '';
    return (context) => {
      const found = context.info.filterState.get(key);
      return found?.bytes === undefined ? undefined : bytesToByteString(found.bytes);
    };
  },
  GRPC_STATUS: (argument) => (context) => {
    const number = grpcStatus(context);
    if (number === undefined) return undefined;
    const name = grpcStatusNames[number];
    if (argument === 'NUMBER') return number;
    if (argument === 'SNAKE_STRING') return name?.replaceAll(/(?<=[a-z])[A-Z]/g, (c) => `_${c}`).toUpperCase() ?? String(number);
    return name ?? String(number);
  },
  GRPC_STATUS_NUMBER: plain(grpcStatus),
  STREAM_ID: plain((context) => context.requestHeaders?.get('x-request-id')),
  TRACE_ID: plain(() => undefined),
};

function grpcStatus(context: FormatContext): number | undefined {
  const value = context.responseTrailers?.get('grpc-status') ?? context.responseHeaders?.get('grpc-status');
  return value === undefined || !/^\d+$/.test(value) ? undefined : Number(value);
}
