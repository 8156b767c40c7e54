import { base64ToBytes, bytesToBase64, utf8ToByteString } from '#base/bytes.ts';
import type { ByteString } from '#base/bytes.ts';
import type { JsonObject, JsonValue } from '#base/json.ts';
import { asObject, asString } from '#base/json.ts';
import type { FilterStateObject } from '../../http/filter-state.ts';
import { decodeStruct, encodeStruct } from '../../wasm/protobuf-struct.ts';

/** What Istio's proxies tell each other about a workload (istio/proxy `extensions/common/metadata_object.h`). */
export interface Workload {
  readonly instance: string;
  readonly namespace: string;
  readonly workload: string;
  readonly cluster: string;
  readonly owner: string;
  readonly canonicalName: string;
  readonly canonicalRevision: string;
  readonly app: string;
  readonly version: string;
  readonly labels: Readonly<Record<string, string>>;
}

const CANONICAL_NAME = 'service.istio.io/canonical-name';
const CANONICAL_REVISION = 'service.istio.io/canonical-revision';

/** From the metadata of a node, or from what a peer has sent. */
export function workloadOf(metadata: JsonObject, additional: readonly string[] = []): Workload {
  const labels = asObject(metadata['LABELS']);
  const text = (value: JsonValue | undefined): string => asString(value) ?? '';
  return {
    instance: text(metadata['NAME']),
    namespace: text(metadata['NAMESPACE']),
    workload: text(metadata['WORKLOAD_NAME']),
    cluster: text(metadata['CLUSTER_ID']),
    owner: text(metadata['OWNER']),
    canonicalName: text(labels[CANONICAL_NAME]),
    canonicalRevision: text(labels[CANONICAL_REVISION]),
    app: text(labels['app']),
    version: text(labels['version']),
    labels: Object.fromEntries(additional.flatMap((name) => (text(labels[name]) === '' ? [] : [[name, text(labels[name])]]))),
  };
}

/** The value of `x-envoy-peer-metadata`: a Struct with its keys in order, as base64. */
export function encodeWorkload(workload: Workload): string {
  const labels: Record<string, string> = {
    ...workload.labels,
    app: workload.app,
    version: workload.version,
    [CANONICAL_NAME]: workload.canonicalName,
    [CANONICAL_REVISION]: workload.canonicalRevision,
  };
  const fields: Record<string, JsonValue> = {
    CLUSTER_ID: workload.cluster,
    NAME: workload.instance,
    NAMESPACE: workload.namespace,
    OWNER: workload.owner,
    WORKLOAD_NAME: workload.workload,
  };
  return bytesToBase64(encodeStruct(ordered({ ...withoutEmpty(fields), LABELS: ordered(withoutEmpty(labels)) })));
}

/** Undefined when the text is no workload. */
export function decodeWorkload(text: ByteString, additional: readonly string[]): Workload | undefined {
  const bytes = base64ToBytes(text.replace(/=+$/, ''));
  return bytes === undefined ? undefined : workloadOf(decodeStruct(bytes), additional);
}

/** `filter_state.downstream_peer` and `upstream_peer`. */
export function peerState(workload: Workload): FilterStateObject {
  const texts: Record<string, string> = {
    name: workload.instance,
    namespace: workload.namespace,
    workload: workload.workload,
    cluster: workload.cluster,
    service: workload.canonicalName,
    revision: workload.canonicalRevision,
    app: workload.app,
    version: workload.version,
  };
  const fields = Object.fromEntries(Object.entries(texts).map(([key, value]) => [key, utf8ToByteString(value)]));
  return { bytes: encodeStruct(ordered(withoutEmpty(texts))), readOnly: false, type: 3, fields };
}

function withoutEmpty(values: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
}

function ordered(values: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(values).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
