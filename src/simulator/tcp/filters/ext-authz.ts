import { utf8ToByteString } from '#base/bytes.ts';
import type { JsonObject } from '#base/json.ts';
import { asObject } from '#base/json.ts';
import { ConfigError } from '../../config-error.ts';
import type { ConfigReader } from '../../config-reader.ts';
import { hostOf, portOf } from '../../http/connection-info.ts';
import type { StreamInfo } from '../../http/stream-info.ts';
import { decodeStruct, encodeStruct } from '../../wasm/protobuf-struct.ts';
import { ProtoMessage } from '../../wasm/proto-message.ts';
import { ProtoWriter } from '../../wasm/proto-writer.ts';
import type { Proxy } from '../../proxy.ts';
import { callUnary } from '../../upstreams/grpc-client.ts';
import type { GrpcServiceTarget } from '../../upstreams/grpc-service.ts';
import { compileGrpcService } from '../../upstreams/grpc-service.ts';
import type { NetworkCallbacks, NetworkFilter, NetworkFilterType, NetworkStatus as NetworkResult } from '../network-filter.ts';
import { NetworkStatus } from '../network-filter.ts';

const NAMESPACE = 'envoy.filters.network.ext_authz';
const DEFAULT_TIMEOUT_MS = 200;
const PERMISSION_DENIED = 7;
const UNAUTHENTICATED = 16;
const names = ['cx_closed', 'denied', 'disabled', 'error', 'failure_mode_allowed', 'ok', 'total'] as const;

interface Options {
  readonly prefix: string;
  readonly service: GrpcServiceTarget;
  readonly allowOnFailure: boolean;
  readonly namespaces: readonly string[];
}

/** envoy.filters.network.ext_authz: asks a service at the first bytes (envoy `source/extensions/filters/network/ext_authz/ext_authz.cc`). */
export const filterType: NetworkFilterType = {
  compile(config, { proxy }) {
    const options = readOptions(config);
    for (const name of names) proxy.stats.counter(options.prefix + name);
    proxy.stats.gauge(`${options.prefix}active`);
    return { create: (callbacks) => new ExtAuthzFilter(callbacks, options, proxy) };
  },
};

function readOptions(config: ConfigReader): Options {
  config.ignore('transport_api_version', 'include_peer_certificate', 'include_tls_session');
  const service = config.message('grpc_service');
  if (service === undefined) throw new ConfigError('ExtAuthzValidationError.GrpcService: value is required');
  return {
    prefix: `ext_authz.${config.string('stat_prefix')}.`,
    service: compileGrpcService(service),
    allowOnFailure: config.bool('failure_mode_allow'),
    namespaces: config.strings('metadata_context_namespaces'),
  };
}

class ExtAuthzFilter implements NetworkFilter {
  readonly #callbacks: NetworkCallbacks;
  readonly #options: Options;
  readonly #proxy: Proxy;
  #state: 'new' | 'asking' | 'allowed' = 'new';
  #call: { cancel(): void } | undefined;

  constructor(callbacks: NetworkCallbacks, options: Options, proxy: Proxy) {
    this.#callbacks = callbacks;
    this.#options = options;
    this.#proxy = proxy;
  }

  onData(): NetworkResult {
    if (this.#state === 'new') this.#ask();
    return this.#state === 'allowed' ? NetworkStatus.Continue : NetworkStatus.StopIteration;
  }

  onEvent(): void {
    if (this.#call === undefined) return;
    this.#call.cancel();
    this.#call = undefined;
    this.#active(-1n);
  }

  #ask(): void {
    this.#state = 'asking';
    this.#count('total');
    this.#active(1n);
    const { info } = this.#callbacks.connection;
    const { service, namespaces } = this.#options;
    const context = { info, requestHeaders: undefined, nowNs: this.#proxy.loop.nowNs, environment: this.#proxy.environment };
    const request = service.request(this.#proxy, 'envoy.service.auth.v3.Authorization', 'Check', context);
    const timed = request.timeoutMs === 0 ? { ...request, timeoutMs: DEFAULT_TIMEOUT_MS } : request;
    this.#callbacks.note('request', `asks the authorization service of cluster ${service.cluster}; the bytes wait`);
    let answered = false;
    const call = callUnary(this.#proxy, timed, checkRequest(info, namespaces), (answer) => {
      answered = true;
      this.#call = undefined;
      this.#active(-1n);
      this.#decide('message' in answer ? ProtoMessage.read(answer.message) : undefined);
    });
    if (!answered) this.#call = call;
  }

  #decide(answer: ProtoMessage | undefined): void {
    const { connection } = this.#callbacks;
    if (answer !== undefined) {
      const metadata = decodeStruct(answer.bytes(4));
      if (Object.keys(metadata).length > 0) connection.info.setDynamicMetadata(NAMESPACE, metadata);
    }
    const status = answer?.message(1).number(1);
    const verdict = status === 0 ? 'ok' : status === undefined ? 'error' : 'denied';
    this.#count(verdict);
    const isAllowed = verdict === 'ok' || (verdict === 'error' && this.#options.allowOnFailure);
    this.#callbacks.note(verdict, wordsOf(verdict, isAllowed, status));
    if (!isAllowed) {
      this.#count('cx_closed');
      connection.info.setFlag('UAEX');
      connection.close('no-flush', verdict === 'denied' ? 'ext_authz_denied' : 'ext_authz_error');
      return;
    }
    this.#state = 'allowed';
    if (verdict === 'error') this.#count('failure_mode_allowed');
    this.#callbacks.continueReading();
  }

  #count(name: (typeof names)[number]): void {
    this.#proxy.stats.counter(this.#options.prefix + name).add(1n);
  }

  #active(by: bigint): void {
    this.#proxy.stats.gauge(`${this.#options.prefix}active`).add(by);
  }
}

function wordsOf(verdict: 'ok' | 'denied' | 'error', isAllowed: boolean, status: number | undefined): string {
  if (verdict === 'ok') return 'allowed: the bytes go on';
  if (verdict === 'error')
    return isAllowed ? 'the service failed: let through, as configured' : 'the service failed: the connection is closed';
  const why = status === PERMISSION_DENIED ? 'permission denied' : status === UNAUTHENTICATED ? 'unauthenticated' : `status ${status ?? 0}`;
  return `denied (${why}): the connection is closed`;
}

/** `CheckRequest` of a connection (envoy `CheckRequestUtils::createTcpCheck`): both peers and metadata. */
function checkRequest(info: StreamInfo, namespaces: readonly string[]): Uint8Array {
  const { connection } = info;
  const known: Record<string, JsonObject> = {};
  for (const name of namespaces) {
    const value = info.dynamicMetadata.get(name);
    if (value !== undefined) known[name] = value;
  }
  const metadata = new ProtoWriter();
  for (const [name, value] of Object.entries(known))
    metadata.message(1, new ProtoWriter().string(1, name).bytes(2, encodeStruct(asObject(value))));
  const context = new ProtoWriter()
    .message(1, peer(connection.remoteAddress, connection.tls?.peerUriSans?.[0] ?? connection.tls?.peerSubject ?? ''))
    .message(2, peer(connection.localAddress, connection.tls?.localUriSans?.[0] ?? connection.tls?.localSubject ?? ''));
  if (namespaces.length > 0) context.message(11, metadata);
  return new ProtoWriter().message(1, context).finish();
}

function peer(address: string, principal: string): ProtoWriter {
  const socket = new ProtoWriter().string(2, hostOf(address)).varint(3, BigInt(portOf(address)));
  const out = new ProtoWriter().message(1, new ProtoWriter().message(1, socket));
  return principal === '' ? out : out.byteString(4, utf8ToByteString(principal));
}
