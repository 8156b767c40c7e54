/**
 * The numbers of the Proxy-Wasm ABI (proxy-wasm-cpp-host `include/proxy-wasm/sdk.h`, `proxy_wasm_common.h`) and of Envoy's filter
 * statuses (envoy `envoy/http/filter.h`, `envoy/network/filter.h`) that the contexts answer with.
 */
export type AbiVersion = '0.1.0' | '0.2.0' | '0.2.1';

/** Exports that tell a module's ABI version; the first one in export order decides (cpp-host `BytecodeUtil::getAbiVersion`). */
export const abiMarkers: ReadonlyMap<string, AbiVersion> = new Map([
  ['proxy_abi_version_0_1_0', '0.1.0'],
  ['proxy_abi_version_0_2_0', '0.2.0'],
  ['proxy_abi_version_0_2_1', '0.2.1'],
]);

/** Marker of Higress's own ABI: 0.2.1 and more (higress-group/proxy-wasm-go-sdk `proxywasm/internal`). Envoy refuses it. */
export const higressMarker = 'proxy_abi_version_0_2_100';

export const WasmResult = {
  Ok: 0,
  NotFound: 1,
  BadArgument: 2,
  SerializationFailure: 3,
  ParseFailure: 4,
  BadExpression: 5,
  InvalidMemoryAccess: 6,
  Empty: 7,
  CasMismatch: 8,
  ResultMismatch: 9,
  InternalFailure: 10,
  BrokenConnection: 11,
  Unimplemented: 12,
} as const;

export const MapType = {
  RequestHeaders: 0,
  RequestTrailers: 1,
  ResponseHeaders: 2,
  ResponseTrailers: 3,
  GrpcReceiveInitialMetadata: 4,
  GrpcReceiveTrailingMetadata: 5,
  HttpCallResponseHeaders: 6,
  HttpCallResponseTrailers: 7,
} as const;

export const BufferType = {
  HttpRequestBody: 0,
  HttpResponseBody: 1,
  NetworkDownstreamData: 2,
  NetworkUpstreamData: 3,
  HttpCallResponseBody: 4,
  GrpcReceiveBuffer: 5,
  VmConfiguration: 6,
  PluginConfiguration: 7,
  CallData: 8,
} as const;

export const StreamType = { Request: 0, Response: 1, Downstream: 2, Upstream: 3 } as const;

export const LogLevel = { Trace: 0, Debug: 1, Info: 2, Warn: 3, Error: 4, Critical: 5, Off: 6 } as const;

export const CloseType = { Unknown: 0, Local: 1, Remote: 2 } as const;

/** Envoy's `Http::FilterHeadersStatus`, in the ABI's numbers. The ABI's ContinueAndEndStream (2) reaches Envoy as Continue. */
export const FilterHeadersStatus = {
  Continue: 0,
  StopIteration: 1,
  StopAllIterationAndBuffer: 3,
  StopAllIterationAndWatermark: 4,
} as const;
export type FilterHeadersStatus = (typeof FilterHeadersStatus)[keyof typeof FilterHeadersStatus];

export const FilterDataStatus = {
  Continue: 0,
  StopIterationAndBuffer: 1,
  StopIterationAndWatermark: 2,
  StopIterationNoBuffer: 3,
} as const;
export type FilterDataStatus = (typeof FilterDataStatus)[keyof typeof FilterDataStatus];

export const FilterTrailersStatus = { Continue: 0, StopIteration: 1 } as const;
export type FilterTrailersStatus = (typeof FilterTrailersStatus)[keyof typeof FilterTrailersStatus];

/** Envoy's `Network::FilterStatus`. */
export const FilterStatus = { Continue: 0, StopIteration: 1 } as const;
export type FilterStatus = (typeof FilterStatus)[keyof typeof FilterStatus];

/** The bytes of linear memory a VM may have: 1 GiB (cpp-host `include/proxy-wasm/limits.h`). */
export const maxMemoryBytes = 0x4000_0000;
export const pageBytes = 65_536;
