import { asObject, isObject, type JsonObject, type JsonPath } from '#base/json.ts';
import { decodeSpec } from '../../api/decode.ts';
import { isServed, specMessage } from '../../api/messages.ts';
import type { Minor } from '../../minors.ts';
import { compareText } from '../../resource-order.ts';
import type { Resource } from '../../resource.ts';
import { writtenNamespace } from '../crd/check-crd.ts';

/** What an analyzer says about a resource, in istioctl's words (istio/istio pkg/config/analysis/msg/messages.yaml). */
export interface Finding {
  readonly code: AnalyzerCode;
  readonly resource: Resource;
  readonly text: string;
  /** From the object's root. */
  readonly path: JsonPath;
}

/** The messages of the analyzers here, with istioctl's level. */
export const analyzerLevels = {
  IST0002: 'Warning',
  IST0101: 'Error',
  IST0102: 'Info',
  IST0103: 'Warning',
  IST0109: 'Error',
  IST0110: 'Error',
  IST0111: 'Error',
  IST0112: 'Error',
  IST0116: 'Warning',
  IST0123: 'Warning',
  IST0127: 'Warning',
  IST0128: 'Warning',
  IST0129: 'Warning',
  IST0132: 'Warning',
  IST0134: 'Warning',
  IST0137: 'Warning',
  IST0140: 'Warning',
  IST0144: 'Warning',
  IST0145: 'Error',
  IST0157: 'Warning',
  IST0159: 'Error',
  IST0160: 'Error',
  IST0162: 'Warning',
  IST0166: 'Warning',
  IST0167: 'Warning',
  IST0173: 'Error',
  IST0174: 'Warning',
  IST0177: 'Warning',
} as const;

export type AnalyzerCode = keyof typeof analyzerLevels;

/** An object with its spec as istiod reads it. */
export interface Analyzed {
  readonly resource: Resource;
  readonly spec: JsonObject;
  /** The namespace that the object itself names. */
  readonly namespace: string;
  /** `namespace/name`. */
  readonly name: string;
}

/** The objects the analyzers look at. */
export class AnalyzedMesh {
  readonly #byKind = new Map<string, Analyzed[]>();

  constructor(resources: readonly Resource[], minor: Minor) {
    // Of objects with one name the last counts.
    const last = new Map(resources.map((one) => [`${one.group}/${one.kind} ${one.namespace}/${one.name}`, one]));
    for (const resource of last.values()) {
      const spec = readSpec(resource, minor);
      if (spec === undefined) continue;
      const namespace = writtenNamespace(resource);
      const name = namespace === '' ? resource.name : `${namespace}/${resource.name}`;
      const list = this.#byKind.get(resource.kind);
      const one = { resource, spec, namespace, name };
      if (list === undefined) this.#byKind.set(resource.kind, [one]);
      else list.push(one);
    }
  }

  of(kind: string): readonly Analyzed[] {
    return this.#byKind.get(kind) ?? [];
  }
}

const coreKinds: ReadonlySet<string> = new Set(['/Service', '/Pod', '/Namespace', '/Secret', '/ConfigMap', 'apps/Deployment']);

function readSpec(resource: Resource, minor: Minor): JsonObject | undefined {
  if (coreKinds.has(`${resource.group}/${resource.kind}`)) return asObject(resource.raw['spec']);
  const message = isServed(resource.apiVersion, resource.kind, minor.minor) ? specMessage(resource.kind) : undefined;
  const decoded = message === undefined ? undefined : decodeSpec(message, resource.raw['spec'], minor.minor).value;
  return isObject(decoded) ? decoded : undefined;
}

/** Labels as Kubernetes prints a selector: `a=b,c=d`. */
export function selectorText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .sort(([a], [b]) => compareText(a, b))
    .map(([key, value]) => `${key}=${value}`)
    .join();
}

/** A list as Go prints it. */
export function goList(items: readonly (string | number)[]): string {
  return `[${items.join(' ')}]`;
}
