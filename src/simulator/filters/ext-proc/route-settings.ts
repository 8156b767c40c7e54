import type { ByteString } from '#base/bytes.ts';
import type { ConfigReader } from '../../config-reader.ts';
import { lowerName } from '../../http/headers.ts';
import type { GrpcServiceTarget } from '../../upstreams/grpc-service.ts';
import { compileGrpcService } from '../../upstreams/grpc-service.ts';
import type { Namespaces, ProcConfig } from './config.ts';
import { readNamespaces } from './config.ts';
import type { ProcessingMode } from './processing-mode.ts';
import { readMode } from './processing-mode.ts';
import type { HttpTarget } from './processor-stream.ts';

/** `ExtProcOverrides` of one level. */
export interface RouteOverrides {
  readonly disabled: boolean;
  readonly mode: ProcessingMode | undefined;
  readonly service: GrpcServiceTarget | undefined;
  readonly metadata: readonly (readonly [ByteString, ByteString])[];
  readonly namespaces: Namespaces;
  readonly failureModeAllow: boolean | undefined;
}

export function readRoute(config: ConfigReader): RouteOverrides {
  const overrides = config.message('overrides');
  const mode = overrides?.message('processing_mode');
  const service = overrides?.message('grpc_service');
  overrides?.ignore('request_attributes', 'response_attributes', 'async_mode', 'emit_client_span');
  return {
    disabled: config.bool('disabled'),
    mode: mode === undefined ? undefined : readMode(mode),
    service: service === undefined ? undefined : compileGrpcService(service),
    metadata: (overrides?.messages('grpc_initial_metadata') ?? []).map((header) => [
      lowerName(header.string('key')),
      header.string('value'),
    ]),
    namespaces: readNamespaces(overrides?.message('metadata_options')),
    failureModeAllow: overrides?.has('failure_mode_allow') === true ? overrides.bool('failure_mode_allow') : undefined,
  };
}

/** What holds for one stream: the filter's own configuration under that of the route's levels. */
export interface StreamSettings {
  readonly mode: ProcessingMode;
  readonly service: GrpcServiceTarget | HttpTarget;
  readonly metadata: readonly (readonly [ByteString, ByteString])[];
  readonly forwarded: readonly string[];
  readonly received: readonly string[];
  readonly failureModeAllow: boolean;
}

const NOTHING: ProcessingMode = {
  requestHeaders: 'SKIP',
  responseHeaders: 'SKIP',
  requestBody: 'NONE',
  responseBody: 'NONE',
  requestTrailers: 'SKIP',
  responseTrailers: 'SKIP',
};

/** envoy `Filter::mergePerRouteConfig`. `levels`: the most specific one first. */
export function settingsOf(config: ProcConfig, levels: readonly RouteOverrides[]): StreamSettings {
  const own: StreamSettings = {
    mode: config.mode,
    service: config.service,
    metadata: [],
    forwarded: config.namespaces.forwarded ?? [],
    received: config.namespaces.received ?? [],
    failureModeAllow: config.failureModeAllow,
  };
  const [first] = levels;
  if (first === undefined) return own;
  if (first.disabled) return { ...own, mode: NOTHING };
  // A level that switches the filter off gives no mode, nor do those above it.
  const off = levels.findIndex((level) => level.disabled);
  const withMode = off < 0 ? levels : levels.slice(0, off);
  const metadata = new Map(levels.toReversed().flatMap((level) => level.metadata));
  return {
    mode: withMode.find((level) => level.mode !== undefined)?.mode ?? own.mode,
    service: levels.find((level) => level.service !== undefined)?.service ?? own.service,
    metadata: [...metadata],
    forwarded: levels.find((level) => level.namespaces.forwarded !== undefined)?.namespaces.forwarded ?? own.forwarded,
    received: levels.find((level) => level.namespaces.received !== undefined)?.namespaces.received ?? own.received,
    failureModeAllow: levels.find((level) => level.failureModeAllow !== undefined)?.failureModeAllow ?? own.failureModeAllow,
  };
}
