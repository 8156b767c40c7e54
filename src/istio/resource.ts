import type { JsonObject } from '#base/json.ts';
import type { ResourceRef } from '#envoy/provenance.ts';
import type { YamlDocument } from '#yaml/tree.ts';

/** One Kubernetes object with the place it came from. Nothing of it is lost: `raw` is the object as read. */
export interface Resource extends ResourceRef {
  readonly apiVersion: string;
  readonly group: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** RFC 3339, when the object has one. */
  readonly creationTimestamp?: string | undefined;
  readonly resourceVersion: string;
  readonly spec: JsonObject;
  readonly raw: JsonObject;
  /** Where it stands; `itemPath` is `['items', 3]` for the members of a List. Absent for objects made by the program. */
  readonly origin?: ResourceOrigin | undefined;
}

export interface ResourceOrigin {
  readonly file: string;
  readonly document: YamlDocument;
  readonly itemPath: readonly (string | number)[];
}

/** The proxy for which istiod builds: what the agent in the pod reports about itself. */
export interface Proxy {
  readonly type: 'sidecar' | 'router' | 'waypoint';
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly ip: string;
  /** Empty: it reports none. Absent: that of the istiod that builds. */
  readonly istioVersion?: string | undefined;
  readonly metadata: JsonObject;
  /** The workload it was found from. */
  readonly workload?: ResourceRef | undefined;
}
