import type { JsonObject } from '#base/json.ts';
import type { MtlsMode } from '../policy/peer-authentication.ts';
import { message } from '../proto-json.ts';
import type { ListenerProtocol } from '../registry/protocol.ts';

/** How one inbound chain matches and whether it ends TLS (istio/istio `pilot/pkg/networking/core/filterchain_options.go`). */
export interface ChainOption {
  readonly protocol: 'http' | 'tcp';
  readonly transport: 'tls' | 'raw_buffer';
  readonly alpn?: readonly string[] | undefined;
  /** TLS is ended here. */
  readonly tls: boolean;
}

export const mtlsHttpAlpns = ['istio-http/1.0', 'istio-http/1.1', 'istio-h2'];
export const allMtlsAlpns = ['istio', 'istio-peer-exchange', 'istio-http/1.0', 'istio-http/1.1', 'istio-h2'];
const mtlsTcpAlpns = ['istio-peer-exchange', 'istio'];

/** What the HTTP inspector finds in plain text; HTTP/1.0 only when Envoy would accept it. */
export function plaintextHttpAlpns(http10: boolean): readonly string[] {
  return http10 ? ['http/1.0', 'http/1.1', 'h2c'] : ['http/1.1', 'h2c'];
}

/** The chains of a port, in order, by mutual TLS and protocol (`getFilterChainMatchOptions`). */
export function chainOptions(mode: MtlsMode, protocol: ListenerProtocol, http10: boolean): readonly ChainOption[] {
  const kind = protocol === 'http' ? 'http' : protocol === 'auto' ? 'auto' : 'tcp';
  const plain = plaintextHttpAlpns(http10);
  return {
    http: {
      STRICT: [{ protocol: 'http', transport: 'tls', tls: true }],
      PERMISSIVE: [
        { protocol: 'http', transport: 'tls', alpn: allMtlsAlpns, tls: true },
        { protocol: 'http', transport: 'raw_buffer', tls: false },
      ],
      DISABLE: [{ protocol: 'http', transport: 'raw_buffer', tls: false }],
    },
    tcp: {
      STRICT: [{ protocol: 'tcp', transport: 'tls', tls: true }],
      PERMISSIVE: [
        { protocol: 'tcp', transport: 'tls', alpn: allMtlsAlpns, tls: true },
        { protocol: 'tcp', transport: 'tls', tls: false },
        { protocol: 'tcp', transport: 'raw_buffer', tls: false },
      ],
      DISABLE: [{ protocol: 'tcp', transport: 'raw_buffer', tls: false }],
    },
    auto: {
      STRICT: [
        { protocol: 'http', transport: 'tls', alpn: mtlsHttpAlpns, tls: true },
        { protocol: 'tcp', transport: 'tls', tls: true },
      ],
      PERMISSIVE: [
        { protocol: 'http', transport: 'tls', alpn: mtlsHttpAlpns, tls: true },
        { protocol: 'http', transport: 'raw_buffer', alpn: plain, tls: false },
        { protocol: 'tcp', transport: 'tls', alpn: mtlsTcpAlpns, tls: true },
        { protocol: 'tcp', transport: 'raw_buffer', tls: false },
        { protocol: 'tcp', transport: 'tls', tls: false },
      ],
      DISABLE: [
        { protocol: 'http', transport: 'raw_buffer', alpn: plain, tls: false },
        { protocol: 'tcp', transport: 'raw_buffer', tls: false },
      ],
    },
  }[kind][mode] as readonly ChainOption[];
}

export function matchOf(option: ChainOption, port: number): JsonObject {
  return message({ destinationPort: port > 0 ? port : undefined, applicationProtocols: option.alpn, transportProtocol: option.transport });
}
