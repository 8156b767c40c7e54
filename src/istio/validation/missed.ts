import type { Diagnostic } from '#base/diagnostic.ts';
import { formatRef } from '#envoy/provenance.ts';
import type { Landing } from '../mesh.ts';
import type { Resource } from '../resource.ts';
import { locate } from './context.ts';
import { finding } from './rules.ts';

/**
 * Plugins and patches that are on no proxy at all, with the condition that failed where they came furthest. `landings` are those of
 * every proxy of the mesh. What reads wrongly has an error of its own and is left out.
 */
export function missedEverywhere(
  resources: readonly Resource[],
  landings: readonly (readonly Landing[])[],
  known: readonly Diagnostic[] = [],
): readonly Diagnostic[] {
  const judged = new Set(landings.flat().flatMap((landing) => (landing.patch === undefined ? [] : [formatRef(landing.resource)])));
  const best = new Map<string, Landing>();
  for (const landing of landings.flat()) {
    // An EnvoyFilter that is not for a proxy has one landing there, not one a patch.
    if (landing.patch === undefined && judged.has(formatRef(landing.resource))) continue;
    const key = `${formatRef(landing.resource)} ${landing.patch ?? ''}`;
    const other = best.get(key);
    const isBetter = landing.landed === other?.landed ? landing.reasons.length > other.reasons.length : landing.landed;
    if (other === undefined || isBetter) best.set(key, landing);
  }
  const byName = new Map(resources.map((resource) => [formatRef(resource), resource]));
  return [...best.values()].flatMap((landing) => {
    const resource = byName.get(formatRef(landing.resource));
    if (landing.landed || resource === undefined || isWrong(resource, known)) return [];
    const why = landing.reasons.at(-1)?.text ?? 'istiod cannot read it';
    const args = { count: landings.length, why: why.replace(/\.$/, '') };
    if (landing.patch === undefined) return [finding('istio/plugin-hits-nothing', args, locate(resource, ['metadata', 'name']))];
    const at = locate(resource, ['spec', 'configPatches', landing.patch, 'applyTo']);
    return [finding('istio/patch-hits-nothing', { ...args, patch: landing.patch + 1 }, at)];
  });
}

/** Is there an error in the text of this resource? */
function isWrong({ origin }: Resource, known: readonly Diagnostic[]): boolean {
  const range = origin?.document.range;
  return known.some(
    ({ severity, at }) =>
      severity === 'error' &&
      at !== undefined &&
      range !== undefined &&
      at.file === origin?.file &&
      at.range.start >= range.start &&
      at.range.end <= range.end,
  );
}
