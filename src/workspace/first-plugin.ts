import type { Design } from './design.ts';
import type { ViewState } from './view.ts';

/** What a visitor most likely wants to see first. */
export function firstPlugin({ lane }: Design): ViewState['selection'] {
  const resource = [...(lane?.rows ?? []), ...(lane?.networkFilters ?? [])].find((row) => row.kind === 'plugin')?.resource;
  return resource === undefined ? undefined : { kind: 'resource', resource };
}
