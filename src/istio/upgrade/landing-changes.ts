import { formatRef, type ResourceRef } from '#envoy/provenance.ts';
import type { Landing } from '../mesh.ts';

/** A plugin or patch that lands under one istiod and not under the other. */
export interface LandingChange {
  readonly resource: ResourceRef;
  /** Index of the configPatch, for EnvoyFilters. */
  readonly patch?: number | undefined;
  readonly now: 'lands' | 'misses';
  /** Why it lands now, or the condition that now fails first. */
  readonly because: string;
}

/** What landed on a proxy before and does not after, and the other way round, in the order of `after`. */
export function landingChanges(before: readonly Landing[], after: readonly Landing[]): readonly LandingChange[] {
  const was = new Map(before.map((landing) => [keyOf(landing), landing.landed]));
  const changed = after.filter((landing) => landing.landed !== (was.get(keyOf(landing)) ?? false));
  const still = new Set(after.map(keyOf));
  const gone = before.filter((landing) => landing.landed && !still.has(keyOf(landing)));
  return [
    ...changed.map(({ resource, patch, landed, reasons }) => ({
      resource,
      patch,
      now: landed ? ('lands' as const) : ('misses' as const),
      because: reasons.at(-1)?.text ?? '',
    })),
    ...gone.map(({ resource, patch }) => ({
      resource,
      patch,
      now: 'misses' as const,
      because: `this istiod does not know ${resource.kind}`,
    })),
  ];
}

const keyOf = ({ resource, patch }: Landing): string => `${formatRef(resource)} ${patch ?? ''}`;
