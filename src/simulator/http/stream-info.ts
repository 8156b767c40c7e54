import type { JsonObject } from '#base/json.ts';
import type { ConnectionInfo } from './connection-info.ts';
import { hostOf } from './connection-info.ts';
import { FilterStates } from './filter-state.ts';

/** Response flags by their bits (envoy `envoy/stream_info/stream_info.h` `CoreResponseFlag`), short form. */
export const responseFlags = [
  'LH',
  'UH',
  'UT',
  'LR',
  'UR',
  'UF',
  'UC',
  'UO',
  'NR',
  'DI',
  'FI',
  'RL',
  'UAEX',
  'RLSE',
  'DC',
  'URX',
  'SI',
  'IH',
  'DPE',
  'UMSDR',
  'RFCF',
  'NFCF',
  'DT',
  'UPE',
  'NC',
  'OM',
  'DF',
  'DO',
  'DR',
  'UDO',
] as const;
export type ResponseFlag = (typeof responseFlags)[number];

export type Protocol = 'HTTP/1.0' | 'HTTP/1.1' | 'HTTP/2';

/** What Envoy knows about one stream besides its headers (envoy `StreamInfo`): read by access logs, formatters, properties. */
export class StreamInfo {
  connection: ConnectionInfo;
  readonly startNs: bigint;
  endNs: bigint | undefined;
  responseCode: number | undefined;
  responseCodeDetails: string | undefined;
  connectionTerminationDetails: string | undefined;
  routeName = '';
  virtualHostName = '';
  /** Cluster of the chosen route, if it exists. */
  clusterName: string | undefined;
  upstreamHost: string | undefined;
  upstreamLocalAddress: string | undefined;
  upstreamTransportFailure: string | undefined;
  /** Size of the response headers as the upstream sent them. */
  upstreamHeaderBytes = 0;
  attemptCount: number | undefined;
  protocol: Protocol = 'HTTP/1.1';
  bytesReceived = 0;
  bytesSent = 0;
  /** When the last byte of the request had been received, the first of the response came, and so on. */
  requestEndNs: bigint | undefined;
  firstUpstreamByteNs: bigint | undefined;
  lastUpstreamByteNs: bigint | undefined;
  upstreamStartNs: bigint | undefined;
  #dynamicMetadata: Map<string, JsonObject> | undefined;
  readonly filterState: FilterStates;
  #flags = 0;
  #flagsText = '';

  constructor(connection: ConnectionInfo, startNs: bigint, filterState = new FilterStates(connection.filterState)) {
    this.connection = connection;
    this.startNs = startNs;
    this.filterState = filterState;
  }

  /** `filter_metadata`: name space → JSON value. Few streams have any. */
  get dynamicMetadata(): Map<string, JsonObject> {
    return (this.#dynamicMetadata ??= new Map());
  }

  /** Who counts as the client where `x-forwarded-for` says so (envoy `setDownstreamRemoteAddress`); such an address has no port. */
  setClient(address: string): void {
    if (address === hostOf(this.connection.remoteAddress)) return;
    this.connection = { ...this.connection, remoteAddress: address.includes(':') ? `[${address}]:0` : `${address}:0` };
  }

  setFlag(flag: ResponseFlag): void {
    const bit = 1 << responseFlags.indexOf(flag);
    if ((this.#flags & bit) !== 0) return;
    this.#flags |= bit;
    this.#flagsText = this.#flagsText === '' ? flag : `${this.#flagsText},${flag}`;
  }

  hasFlag(flag: ResponseFlag): boolean {
    return (this.#flags & (1 << responseFlags.indexOf(flag))) !== 0;
  }

  /** `UF,URX` in the order in which they were set, or `-`. */
  get flagsText(): string {
    return this.#flagsText === '' ? '-' : this.#flagsText;
  }

  get flagBits(): number {
    return this.#flags;
  }

  /** Merges `values` into the metadata of a filter (envoy `setDynamicMetadata`: `Struct::MergeFrom`, so lists and structs are merged by key). */
  setDynamicMetadata(namespace: string, values: JsonObject): void {
    this.dynamicMetadata.set(namespace, { ...this.dynamicMetadata.get(namespace), ...values });
  }
}
