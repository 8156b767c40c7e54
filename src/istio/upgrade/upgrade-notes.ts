import type { ResourceRef } from '#envoy/provenance.ts';
import type { Resource } from '../resource.ts';
import { refOf } from '../registry/service.ts';
import { behaviourChanges, type BehaviourChange } from './behaviour-changes.ts';

/** A change of behaviour between two minors that concerns these resources, though their listeners may look the same. */
export interface UpgradeNote {
  readonly code: string;
  /** The minor it came with: `1.26`. */
  readonly since: string;
  readonly text: string;
  /** What to do about it. */
  readonly advice: string;
  readonly source: string;
  /** The resources it concerns. */
  readonly resources: readonly ResourceRef[];
}

/** What changes for these resources when istiod goes from minor `from` to `to` (or back), oldest change first. */
export function upgradeNotes(resources: readonly Resource[], from: number, to: number): readonly UpgradeNote[] {
  const [low, high] = from < to ? [from, to] : [to, from];
  return behaviourChanges
    .filter(({ since }) => since > low && since <= high)
    .map((change) => noteOf(change, resources))
    .filter(({ resources: concerned }) => concerned.length > 0);
}

function noteOf({ code, since, text, advice, source, concerns }: BehaviourChange, resources: readonly Resource[]): UpgradeNote {
  return { code, since: `1.${since}`, text, advice, source, resources: resources.filter((item) => concerns(item, resources)).map(refOf) };
}
