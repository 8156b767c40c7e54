import { utf8ToByteString } from '#base/bytes.ts';
import type { ByteString } from '#base/bytes.ts';
import type { JsonObject, JsonValue } from '#base/json.ts';
import { asObject, asString, isObject } from '#base/json.ts';
import { ProtoWriter } from './proto-writer.ts';
import { encodeStruct } from './protobuf-struct.ts';
import type { PropertyValue } from './property-value.ts';
import { int, jsonValue, string } from './property-value.ts';

/** A `config.core.v3.Metadata` message over maps by filter name. */
export function metadataMessage(filterMetadata: Iterable<readonly [string, JsonObject]>): PropertyValue {
  const entries = [...filterMetadata];
  return {
    kind: 'message',
    get(name) {
      if (name === 'filter_metadata')
        return { kind: 'map', entries: entries.map(([key, value]) => [utf8ToByteString(key), jsonValue(value)]) };
      return name === 'typed_filter_metadata' ? { kind: 'map', entries: [] } : undefined;
    },
    encode() {
      const out = new ProtoWriter();
      for (const [key, value] of entries) out.message(1, new ProtoWriter().string(1, key).bytes(2, encodeStruct(value)));
      return out.finish();
    },
  };
}

/** The metadata of something that is configured, from its JSON (`filter_metadata` in either spelling); undefined if it has none. */
export function configuredMetadata(value: JsonValue | undefined): PropertyValue | undefined {
  if (!isObject(value)) return undefined;
  const map = asObject(value['filter_metadata'] ?? value['filterMetadata']);
  return metadataMessage(Object.entries(map).flatMap(([key, item]): [string, JsonObject][] => (isObject(item) ? [[key, item]] : [])));
}

/** A `config.core.v3.Locality`. */
export function localityMessage(value: JsonValue | undefined): PropertyValue {
  const locality = asObject(value);
  const text = (snake: string, camel: string): string => asString(locality[snake] ?? locality[camel]) ?? '';
  const fields = { region: text('region', 'region'), zone: text('zone', 'zone'), sub_zone: text('sub_zone', 'subZone') };
  return {
    kind: 'message',
    get: (name) => fieldOf(fields, name),
    encode() {
      const out = new ProtoWriter();
      if (fields.region !== '') out.string(1, fields.region);
      if (fields.zone !== '') out.string(2, fields.zone);
      if (fields.sub_zone !== '') out.string(3, fields.sub_zone);
      return out.finish();
    },
  };
}

function fieldOf(fields: Readonly<Record<string, string>>, name: ByteString): PropertyValue | undefined {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  return value === undefined ? undefined : string(utf8ToByteString(value));
}

const AGENT = 'envoy';
const MAJOR = 1;
const MINOR = 40;

/** The node of the proxy, as `xds.node` shows it. */
export function nodeMessage(node: JsonObject): PropertyValue {
  const id = asString(node['id']) ?? '';
  const cluster = asString(node['cluster']) ?? '';
  const metadata = asObject(node['metadata']);
  const fields: Readonly<Record<string, () => PropertyValue>> = {
    id: () => string(utf8ToByteString(id)),
    cluster: () => string(utf8ToByteString(cluster)),
    metadata: () => jsonValue(metadata),
    locality: () => localityMessage(node['locality']),
    user_agent_name: () => string(AGENT),
    user_agent_build_version: () => buildVersion,
    client_features: () => ({ kind: 'list', items: [] }),
  };
  return {
    kind: 'message',
    get: (name) => (Object.hasOwn(fields, name) ? fields[name]?.() : undefined),
    encode() {
      const locality = localityMessage(node['locality']);
      const out = new ProtoWriter().string(1, id).string(2, cluster).bytes(3, encodeStruct(metadata));
      if (locality.kind === 'message') out.bytes(4, locality.encode());
      return out.string(6, AGENT).message(8, new ProtoWriter().message(1, versionMessage())).finish();
    },
  };
}

function versionMessage(): ProtoWriter {
  return new ProtoWriter().varint(1, BigInt(MAJOR)).varint(2, BigInt(MINOR));
}

const semantic: PropertyValue = {
  kind: 'message',
  get: (name) => (name === 'major_number' ? int(MAJOR) : name === 'minor_number' ? int(MINOR) : name === 'patch' ? int(0) : undefined),
  encode: () => versionMessage().finish(),
};

const buildVersion: PropertyValue = {
  kind: 'message',
  get: (name) => (name === 'version' ? semantic : undefined),
  encode: () => new ProtoWriter().message(1, versionMessage()).finish(),
};
