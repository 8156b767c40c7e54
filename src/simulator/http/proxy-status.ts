import type { ConfigReader } from '../config-reader.ts';
import type { Headers } from './headers.ts';
import type { ResponseFlag, StreamInfo } from './stream-info.ts';

/** `ProxyStatusConfig` of a connection manager. */
export interface ProxyStatusOptions {
  readonly name: string;
  readonly showsDetails: boolean;
  readonly showsFlags: boolean;
  readonly setsCode: boolean;
}

export function readProxyStatus(config: ConfigReader, nodeId: string): ProxyStatusOptions {
  const literal = config.string('literal_proxy_name');
  return {
    name: config.bool('use_node_id') ? nodeId : literal === '' ? 'envoy' : literal,
    showsDetails: !config.bool('remove_details'),
    showsFlags: !config.bool('remove_response_flags'),
    setsCode: config.bool('set_recommended_response_code'),
  };
}

/** Errors of RFC 9209 with the status it recommends, by flag (envoy `ProxyStatusUtils::fromStreamInfo`); the first that is set counts. */
const errors: readonly (readonly [ResponseFlag, string, number])[] = [
  ['LH', 'destination_unavailable', 503],
  ['UH', 'destination_unavailable', 503],
  ['UT', 'http_response_timeout', 504],
  ['LR', 'connection_timeout', 504],
  ['UR', 'connection_terminated', 502],
  ['UF', 'connection_refused', 502],
  ['UC', 'connection_terminated', 502],
  ['UO', 'connection_limit_reached', 503],
  ['NR', 'destination_not_found', 500],
  ['RL', 'connection_limit_reached', 503],
  ['RLSE', 'connection_limit_reached', 503],
  ['URX', 'destination_unavailable', 503],
  ['SI', 'http_response_timeout', 504],
  ['IH', 'http_request_error', 400],
  ['DPE', 'http_request_error', 400],
  ['UMSDR', 'http_response_timeout', 504],
  ['NFCF', 'proxy_configuration_error', 500],
  ['UPE', 'http_protocol_error', 502],
  ['NC', 'destination_unavailable', 503],
  ['OM', 'connection_limit_reached', 503],
];

/** Adds `proxy-status` to the answer of a stream in which something went wrong (envoy `ActiveStream::encodeHeaders`). */
export function addProxyStatus(headers: Headers, info: StreamInfo, options: ProxyStatusOptions): void {
  const found = errors.find(([flag]) => info.hasFlag(flag));
  if (found === undefined) return;
  const details = [
    ...(options.showsDetails && info.responseCodeDetails !== undefined ? [info.responseCodeDetails] : []),
    ...(options.showsFlags ? [info.flagsText] : []),
  ];
  const shown = details.length === 0 ? '' : `; details="${details.join('; ')}"`;
  headers.append('proxy-status', `${options.name}; error=${found[1]}${shown}`, ', ');
  if (options.setsCode) headers.set(':status', String(found[2]));
}
