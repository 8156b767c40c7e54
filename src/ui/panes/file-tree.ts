import { asArray, asNumber, asString, getIn } from '#base/json.ts';
import type { Severity } from '#base/diagnostic.ts';
import type { ResourceRef } from '#envoy/provenance.ts';
import { formatRef, sameRef } from '#envoy/provenance.ts';
import type { Resource } from '#istio/resource.ts';
import type { Design } from '#workspace/design.ts';
import type { WorkspaceDocument } from '#workspace/document.ts';

/** The workspace's files with what they hold, ready to list. */
export interface TreeFile {
  readonly fileId: string;
  readonly name: string;
  readonly problems: number;
  readonly worst: Severity | undefined;
  readonly resources: readonly TreeResource[];
  /** A saved configuration: its size in bytes. */
  readonly dumpSize?: number | undefined;
}

export interface TreeResource {
  /** Unique in the tree. */
  readonly id: string;
  readonly ref: ResourceRef;
  readonly group: 'plugin' | 'envoy-filter' | 'other';
  /** `AUTHN 10` for plugins; the number of patches for EnvoyFilters. */
  readonly tag: string | number | undefined;
  /** A plugin or patch that is not in any chain of the chosen proxy. */
  readonly misses: boolean;
}

type Derived = Pick<Design, 'resources' | 'mesh' | 'diagnostics'>;

export function fileTree(document: WorkspaceDocument, { resources, mesh, diagnostics }: Derived): readonly TreeFile[] {
  const problems = diagnostics.filter(({ severity }) => severity === 'error' || severity === 'warning');
  const headOf = ({ id, name }: { readonly id: string; readonly name: string }): Omit<TreeFile, 'resources'> => {
    const own = problems.filter((item) => item.at?.file === name);
    // Diagnostics are sorted, errors first.
    return { fileId: id, name, problems: own.length, worst: own[0]?.severity };
  };
  const files = document.files.map((file): TreeFile => ({
    ...headOf(file),
    resources: resources
      .filter((resource) => resource.origin?.file === file.name)
      .toSorted((a, b) => placeOf(a) - placeOf(b))
      .map((resource, order) => ({
        id: `${file.id} ${order} ${formatRef(resource)}`,
        ref: { kind: resource.kind, namespace: resource.namespace, name: resource.name },
        group: groupOf(resource.kind),
        tag: tagOf(resource),
        misses:
          mesh !== undefined &&
          groupOf(resource.kind) !== 'other' &&
          !mesh.landings.some((landing) => landing.landed && sameRef(landing.resource, resource)),
      })),
  }));
  return [...files, ...document.dumps.map((dump): TreeFile => ({ ...headOf(dump), resources: [], dumpSize: dump.size }))];
}

function placeOf({ origin }: Resource): number {
  const item = origin?.itemPath.at(-1);
  return (origin?.document.range.start ?? 0) + (typeof item === 'number' ? (item + 1) / 1e6 : 0);
}

function groupOf(kind: string): TreeResource['group'] {
  if (kind === 'WasmPlugin' || kind === 'TrafficExtension') return 'plugin';
  return kind === 'EnvoyFilter' ? 'envoy-filter' : 'other';
}

function tagOf({ kind, spec }: Resource): string | number | undefined {
  const group = groupOf(kind);
  if (group === 'envoy-filter') return asArray(getIn(spec, ['configPatches'])).length;
  if (group === 'other') return undefined;
  const phase = asString(spec['phase']);
  const parts = [phase === 'UNSPECIFIED_PHASE' ? undefined : phase, asNumber(spec['priority'])].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join(' ');
}
