import { byteStringToBytes } from '#base/bytes.ts';
import type { ByteString } from '#base/bytes.ts';
import { parseAddress } from '../matching/ip.ts';

/** An object of the filter state. */
export interface FilterStateObject {
  /** As it prints itself; undefined where Envoy's object has no such form. */
  readonly bytes: Uint8Array | undefined;
  readonly readOnly: boolean;
  /** `0` bytes, `1` string, `2` flatbuffers, `3` protobuf, as `declare_property` counts. */
  readonly type: number;
  /** Parts that can be asked for by name (envoy `Object::getField`). */
  readonly fields?: Readonly<Record<string, ByteString | number>> | undefined;
}

/** The objects of a stream over those of its connection (envoy `source/common/stream_info/filter_state_impl.cc`). */
export class FilterStates {
  readonly parent: FilterStates | undefined;
  #objects: Map<string, FilterStateObject> | undefined;

  constructor(parent?: FilterStates) {
    this.parent = parent;
  }

  get(name: string): FilterStateObject | undefined {
    return this.#objects?.get(name) ?? this.parent?.get(name);
  }

  set(name: string, object: FilterStateObject): void {
    (this.#objects ??= new Map()).set(name, object);
  }

  entries(): Iterable<readonly [string, FilterStateObject]> {
    return this.#objects ?? [];
  }
}

type Factory = (text: ByteString) => FilterStateObject | undefined;

const object = (text: ByteString, fields?: FilterStateObject['fields']): FilterStateObject => ({
  bytes: byteStringToBytes(text),
  readOnly: true,
  type: 1,
  fields,
});

const anyText: Factory = (text) => object(text);
const withoutForm: Factory = () => ({ bytes: undefined, readOnly: true, type: 1 });
const number: Factory = (text) => (/^\d{1,20}$/.test(text) ? object(text) : undefined);
const ip: Factory = (text) => (parseAddress(text) === undefined ? undefined : object(text.includes(':') ? `[${text}]:0` : `${text}:0`));
const flag: Factory = (text) => (text === 'true' || text === 'false' ? object(text) : undefined);

const socketAddress: Factory = (text) => {
  const [, bracketed, plain, port = ''] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined || parseAddress(host) === undefined || Number(port) > 65535) return undefined;
  return object(text, { ip: host, port: Number(port) });
};

/** The objects that can be made from text (envoy `docs/root/configuration/advanced/well_known_filter_state.rst`). */
const factories: Readonly<Record<string, Factory>> = {
  'envoy.string': anyText,
  'envoy.hashable_string': anyText,
  'envoy.bool': flag,
  'envoy.network.ip': ip,
  'envoy.network.upstream_server_name': anyText,
  'envoy.network.application_protocols': withoutForm,
  'envoy.network.upstream_subject_alt_names': anyText,
  'envoy.network.network_namespace': anyText,
  'envoy.network.transport_socket.original_dst_address': socketAddress,
  'envoy.filters.listener.original_dst.local_ip': socketAddress,
  'envoy.filters.listener.original_dst.remote_ip': socketAddress,
  'envoy.tcp_proxy.cluster': anyText,
  'envoy.tcp_proxy.disable_tunneling': (text) => object(String(text === 'true')),
  'envoy.tcp_proxy.per_connection_idle_timeout_ms': number,
  'envoy.upstream.dynamic_host': anyText,
  'envoy.upstream.dynamic_port': (text) => (/^\d{1,5}$/.test(text) && Number(text) <= 65535 ? object(text) : undefined),
  'envoy.ratelimit.hits_addend': number,
};

/** Makes an object with the factory of that name: `unknown` if there is none, `invalid` if the text does not fit. */
export function makeFilterStateObject(factory: string, text: ByteString): FilterStateObject | 'unknown' | 'invalid' {
  return Object.hasOwn(factories, factory) ? (factories[factory]?.(text) ?? 'invalid') : 'unknown';
}
