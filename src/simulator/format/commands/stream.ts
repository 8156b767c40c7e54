import { ConfigError } from '../../config-error.ts';
import type { FormatContext } from '../formatter.ts';
import { formatTime } from '../time-format.ts';
import type { Command, Commands } from './command.ts';
import { optional, plain, required, text } from './command.ts';
import { flagNames } from '../../http/flag-names.ts';

const LOCAL = '%Y-%m-%dT%H:%M:%E3S%z';

function milliseconds(fromNs: bigint | undefined, toNs: bigint | undefined): number | undefined {
  return fromNs === undefined || toNs === undefined ? undefined : Number((toNs - fromNs) / 1_000_000n);
}

function time(read: (context: FormatContext) => bigint, byDefault = ''): Command {
  return optional((pattern) => (context) => formatTime(read(context), pattern === '' ? byDefault : pattern));
}

/** When the last byte of the request went to the upstream. */
function sentNs({ info }: FormatContext): bigint | undefined {
  const { upstreamStartNs, requestEndNs } = info;
  if (upstreamStartNs === undefined || requestEndNs === undefined) return undefined;
  return upstreamStartNs > requestEndNs ? upstreamStartNs : requestEndNs;
}

/** The points in time `COMMON_DURATION` knows. */
const points: Readonly<Record<string, (context: FormatContext) => bigint | undefined>> = {
  DS_RX_BEG: ({ info }) => info.startNs,
  DS_RX_END: ({ info }) => info.requestEndNs,
  US_CX_BEG: ({ info }) => info.upstreamStartNs,
  US_CX_END: ({ info }) => info.upstreamStartNs,
  US_HS_END: () => undefined,
  US_TX_BEG: ({ info }) => info.upstreamStartNs,
  US_TX_END: sentNs,
  US_RX_BEG: ({ info }) => info.firstUpstreamByteNs,
  US_RX_BODY_BEG: ({ info }) => info.firstUpstreamByteNs,
  US_RX_END: ({ info }) => info.lastUpstreamByteNs,
  DS_TX_BEG: ({ info }) => info.firstUpstreamByteNs,
  DS_TX_END: ({ info }) => info.endNs,
};
const units: Readonly<Record<string, bigint>> = { ms: 1_000_000n, us: 1000n, ns: 1n };

function commonDuration(argument: string): (context: FormatContext) => number | undefined {
  const [from = '', to = '', unit = 'ms'] = argument.split(':');
  const begin = points[from];
  const end = points[to];
  const scale = units[unit];
  if (scale === undefined) throw new ConfigError(`Invalid common duration precision: ${unit}.`);
  if (begin === undefined || end === undefined) throw new ConfigError(`Invalid common duration configuration: ${argument}.`);
  return (context) => {
    const [fromNs, toNs] = [begin(context), end(context)];
    return fromNs === undefined || toNs === undefined ? undefined : Number((toNs - fromNs) / scale);
  };
}

const never: Command = plain(() => undefined);
const zero: Command = plain(() => 0);

/** What becomes of the stream: times, sizes, outcome. Bytes on the wire are those of headers before compression. */
export const streamCommands: Commands = {
  START_TIME: time((context) => context.info.startNs),
  START_TIME_LOCAL: time((context) => context.info.startNs, LOCAL),
  EMIT_TIME: time((context) => context.nowNs),
  EMIT_TIME_LOCAL: time((context) => context.nowNs, LOCAL),
  DURATION: plain((context) => milliseconds(context.info.startNs, context.info.endNs ?? context.nowNs)),
  REQUEST_DURATION: plain((context) => milliseconds(context.info.startNs, context.info.requestEndNs)),
  REQUEST_TX_DURATION: plain((context) => milliseconds(context.info.startNs, sentNs(context))),
  RESPONSE_DURATION: plain((context) => milliseconds(context.info.startNs, context.info.firstUpstreamByteNs)),
  RESPONSE_TX_DURATION: plain((context) => milliseconds(context.info.firstUpstreamByteNs, context.info.endNs)),
  DOWNSTREAM_HANDSHAKE_DURATION: never,
  ROUNDTRIP_DURATION: never,
  COMMON_DURATION: required(commonDuration, false),
  PROTOCOL: plain((context) => context.info.protocol),
  RESPONSE_CODE: plain((context) => context.info.responseCode ?? 0),
  RESPONSE_CODE_DETAILS: optional(() => (context) => context.info.responseCodeDetails?.replaceAll(/[ \t\n\r\v\f]/g, '_')),
  CONNECTION_TERMINATION_DETAILS: plain((context) => text(context.info.connectionTerminationDetails)),
  RESPONSE_FLAGS: plain((context) => context.info.flagsText),
  RESPONSE_FLAGS_LONG: plain((context) => {
    const { flagsText } = context.info;
    return flagsText === '-'
      ? '-'
      : flagsText
          .split(',')
          .map((flag) => flagNames[flag] ?? flag)
          .join(',');
  }),
  CUSTOM_FLAGS: never,
  ACCESS_LOG_TYPE: plain(() => 'NotSet'),
  ROUTE_NAME: plain((context) => text(context.info.routeName)),
  VIRTUAL_CLUSTER_NAME: never,
  BYTES_RECEIVED: plain((context) => context.info.bytesReceived),
  BYTES_SENT: plain((context) => context.info.bytesSent),
  BYTES_RETRANSMITTED: zero,
  PACKETS_RETRANSMITTED: zero,
  DOWNSTREAM_HEADER_BYTES_RECEIVED: plain((context) => context.requestHeaders?.byteSize ?? 0),
  DOWNSTREAM_WIRE_BYTES_RECEIVED: plain((context) => (context.requestHeaders?.byteSize ?? 0) + context.info.bytesReceived),
  DOWNSTREAM_HEADER_BYTES_SENT: plain((context) => (context.info.endNs === undefined ? 0 : (context.responseHeaders?.byteSize ?? 0))),
  DOWNSTREAM_WIRE_BYTES_SENT: plain((context) =>
    context.info.endNs === undefined ? 0 : (context.responseHeaders?.byteSize ?? 0) + context.info.bytesSent,
  ),
  TRACE_ID: never,
  SPAN_ID: never,
  HOSTNAME: plain((context) => context.environment.hostname),
  ENVIRONMENT: required((name) => (context) => context.environment.variables.get(name) ?? '-'),
  UNIQUE_ID: plain((context) => context.environment.uniqueId()),
};
