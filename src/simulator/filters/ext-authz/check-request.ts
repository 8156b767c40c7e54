import { bytesToUtf8, utf8ToByteString } from '#base/bytes.ts';
import type { JsonObject } from '#base/json.ts';
import { asObject } from '#base/json.ts';
import { hostOf, portOf } from '../../http/connection-info.ts';
import { encodeStruct } from '../../wasm/protobuf-struct.ts';
import { ProtoWriter } from '../../wasm/proto-writer.ts';
import type { CheckAttributes } from './check-attributes.ts';
import { joinHeaders } from './check-attributes.ts';

export interface RequestOptions {
  /** Headers as a list with their bytes, instead of a map. */
  readonly rawHeaders: boolean;
  readonly tlsSession: boolean;
  readonly destinationLabels: JsonObject;
}

/** `service.auth.v3.CheckRequest` on the wire. */
export function encodeCheckRequest(attributes: CheckAttributes, options: RequestOptions): Uint8Array {
  const { stream } = attributes.callbacks;
  const { connection } = stream.info;
  const context = new ProtoWriter()
    .message(
      1,
      peer(
        connection.remoteAddress,
        principal(connection.tls?.peerUriSans, connection.tls?.peerDnsSans, connection.tls?.peerSubject),
        attributes.headers.get('x-envoy-downstream-service-cluster') ?? '',
        {},
      ),
    )
    .message(
      2,
      peer(
        connection.localAddress,
        principal(connection.tls?.localUriSans, connection.tls?.localDnsSans, connection.tls?.localSubject),
        '',
        options.destinationLabels,
      ),
    )
    .message(4, request(attributes, options));
  for (const [key, value] of attributes.contextExtensions) context.message(10, entry(utf8ToByteString(key), utf8ToByteString(value)));
  context.message(11, metadata(attributes.metadata));
  if (options.tlsSession && connection.tls !== undefined) context.message(12, text(new ProtoWriter(), 1, connection.requestedServerName));
  context.message(13, metadata(attributes.routeMetadata));
  return new ProtoWriter().message(1, context).finish();
}

/** A field that is left out when it is empty, as proto3 does. */
function text(writer: ProtoWriter, field: number, value: string): ProtoWriter {
  return value === '' ? writer : writer.byteString(field, value);
}

function entry(key: string, value: string): ProtoWriter {
  return new ProtoWriter().byteString(1, key).byteString(2, value);
}

function peer(address: string, name: string, service: string, labels: JsonObject): ProtoWriter {
  const socket = new ProtoWriter().string(2, hostOf(address)).varint(3, BigInt(portOf(address)));
  const out = text(new ProtoWriter().message(1, new ProtoWriter().message(1, socket)), 2, service);
  for (const [key, value] of Object.entries(labels)) {
    if (typeof value === 'string') out.message(3, entry(utf8ToByteString(key), utf8ToByteString(value)));
  }
  return text(out, 4, utf8ToByteString(name));
}

/** URI name, then DNS name, then subject of a certificate. */
function principal(uris: readonly string[] | undefined, names: readonly string[] | undefined, subject: string | undefined): string {
  return uris?.[0] ?? names?.[0] ?? subject ?? '';
}

function request(attributes: CheckAttributes, options: RequestOptions): ProtoWriter {
  const { stream } = attributes.callbacks;
  const { info } = stream;
  const time = new ProtoWriter().varint(1, info.startNs / 1_000_000_000n).varint(2, info.startNs % 1_000_000_000n);
  const header = (name: string): string => attributes.headers.get(name) ?? '';
  const http = text(text(new ProtoWriter(), 1, String(info.connection.id)), 2, header(':method'));
  if (!options.rawHeaders) for (const [name, value] of joinHeaders(attributes.selected)) http.message(3, entry(name, value));
  text(text(text(http, 4, header(':path')), 5, header(':authority')), 6, header(':scheme'));
  if (info.bytesReceived > 0) http.varint(9, BigInt(info.bytesReceived));
  text(http, 10, info.protocol);
  if (attributes.body !== undefined) {
    if (attributes.bodyAsBytes) http.bytes(12, attributes.body);
    else http.string(11, bytesToUtf8(attributes.body));
  }
  if (options.rawHeaders) {
    const map = new ProtoWriter();
    for (const [name, value] of attributes.selected) map.message(1, new ProtoWriter().byteString(1, name).byteString(3, value));
    http.message(13, map);
  }
  return new ProtoWriter().message(1, time).message(2, http);
}

function metadata(namespaces: JsonObject): ProtoWriter {
  const out = new ProtoWriter();
  for (const [key, value] of Object.entries(namespaces)) {
    out.message(1, new ProtoWriter().string(1, key).bytes(2, encodeStruct(asObject(value))));
  }
  return out;
}
