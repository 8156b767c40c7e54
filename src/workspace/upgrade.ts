import { landingChanges, type LandingChange } from '#istio/upgrade/landing-changes.ts';
import { upgradeNotes, type UpgradeNote } from '#istio/upgrade/upgrade-notes.ts';
import type { Landing } from '#istio/mesh.ts';
import { minorOf } from '#istio/minors.ts';
import type { Resource } from '#istio/resource.ts';

/** What another istiod does with the same resources, beside the differences of the listeners. */
export interface Upgrade {
  readonly landings: readonly LandingChange[];
  readonly notes: readonly UpgradeNote[];
}

interface Build {
  readonly istio: string;
  readonly landings: readonly Landing[];
}

/** From the one build of a proxy to the other. */
export function upgradeBetween(resources: readonly Resource[], before: Build, after: Build): Upgrade {
  return {
    landings: landingChanges(before.landings, after.landings),
    notes: upgradeNotes(resources, minorOf(before.istio).minor, minorOf(after.istio).minor),
  };
}
