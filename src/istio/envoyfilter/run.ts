import type { JsonObject } from '#base/json.ts';
import { formatRef, sameRef, type Provenance, type Reason } from '#envoy/provenance.ts';
import { checksOf, checkText, wantedBy } from './checks.ts';
import type { MergeContext } from './merge.ts';
import { PatchPanic } from './panic.ts';
import type { ApplyTo, Patch, PatchContext } from './patch.ts';
import type { SharedFilters } from './shared-filters.ts';
import type { Trail } from './trail.ts';

const SOURCE = 'istio/istio pilot/pkg/networking/core/envoyfilter/listener_patch.go';

/** What all stages of patching one group of objects share. */
export interface PatchRun {
  readonly context: PatchContext;
  /** Patches of this proxy in istiod's order, by what they apply to. */
  readonly patches: (applyTo: ApplyTo) => readonly Patch[];
  readonly trail: Trail;
  readonly merge: MergeContext;
  /** Why the EnvoyFilter of a patch is for this proxy. */
  readonly selected: (patch: Patch) => readonly Reason[];
}

/** The same for listeners. */
export interface ListenerRun extends PatchRun {
  readonly shared: SharedFilters;
}

const standing = new WeakMap<Patch, readonly Reason[]>();

/** Why a patch came to act, up to the operation itself. */
function standingReasons(run: PatchRun, patch: Patch): readonly Reason[] {
  let reasons = standing.get(patch);
  if (reasons === undefined) {
    const passed = checksOf(patch).map((check): Reason => {
      return {
        code: check,
        text: checkText(check, true, { x: wantedBy(patch, check) ?? '', applyTo: patch.applyTo, operation: patch.operation }),
        source: SOURCE,
      };
    });
    reasons = [...run.selected(patch), ...passed];
    standing.set(patch, reasons);
  }
  return reasons;
}

function operationReason(patch: Patch, effect: string): Reason {
  const text = `patch ${patch.index} of ${formatRef(patch.resource)} ${effect} (${patch.operation})`;
  return { code: patch.operation.toLowerCase().replaceAll('_', '-'), text, source: SOURCE };
}

/** Of something a patch put in. */
export function patchedIn(run: PatchRun, patch: Patch, effect: string): Provenance {
  const { kind, namespace, name } = patch.resource;
  return {
    origin: 'envoy-filter',
    resource: { kind, namespace, name },
    priority: typeof patch.resource.spec['priority'] === 'number' ? patch.resource.spec['priority'] : undefined,
    reasons: [...standingReasons(run, patch), operationReason(patch, effect)],
  };
}

/** Of something that was there and that a patch changed. */
export function patchedOver(provenance: Provenance, patch: Patch, effect: string): Provenance {
  const { kind, namespace, name } = patch.resource;
  const own = { kind, namespace, name };
  const known = provenance.contributors ?? (provenance.resource === undefined ? [] : [provenance.resource]);
  const contributors = known.some((ref) => sameRef(ref, own)) ? known : [...known, own];
  return { ...provenance, contributors, reasons: [...provenance.reasons, operationReason(patch, effect)] };
}

/** The patch's value; istiod panics when there is none. */
export function valueOf(patch: Patch): JsonObject {
  if (patch.value === undefined) {
    throw new PatchPanic('value-missing', `patch ${patch.index} of ${formatRef(patch.resource)} has no value for ${patch.operation}`);
  }
  return patch.value;
}
