import { asString } from '#base/json.ts';
import type { CatalogueEntry } from '#plugins/catalogue/entry.ts';
import { catalogueEntryOf } from '#plugins/catalogue/find-entry.ts';
import type { Design } from './design.ts';
import type { PreviewRequest, RunSubject, RunsState } from './workspace.ts';

/** Log lines kept; older ones are dropped. */
export const logLimit = 2000;

export function initialRuns(request: PreviewRequest): RunsState {
  return { request, answers: {}, running: false, ...noRun, logs: [] };
}

/** Nothing was sent through the chain in view. */
export const noRun = {
  progress: undefined,
  trace: undefined,
  failure: undefined,
  subject: undefined,
  outdated: false,
} as const satisfies Partial<RunsState>;

/** What a run of the chain in view is of. A chain has no identity but its place: the source, the listener, its name and its match. */
export function runSubject({ source, listener, chain, lane }: Design): RunSubject {
  return {
    chain: JSON.stringify([source?.key, listener?.name, chain?.name, chain?.match]),
    titles: (lane?.rows ?? []).map((row) => row.title),
  };
}

/** The request to stand in the form when another proxy comes into view: its own example, as long as nobody changed that of the one before. */
export function followedExample(
  request: PreviewRequest,
  before: Design,
  now: Design,
  catalogue: readonly CatalogueEntry[],
): PreviewRequest {
  const same = before.source?.key === now.source?.key;
  if (same || JSON.stringify(request) !== JSON.stringify(exampleRequest(before, catalogue))) return request;
  return exampleRequest(now, catalogue);
}

/** A request worth sending first: the example of the first plugin of the lane that has one, to the workload's host. */
export function exampleRequest(design: Design, catalogue: readonly CatalogueEntry[]): PreviewRequest {
  const authority =
    design.proxy === undefined ? 'example.com' : `${design.proxy.workload?.name ?? design.proxy.name}.${design.proxy.namespace}`;
  for (const row of design.lane?.rows ?? []) {
    const resource = design.resources.find(
      (item) => item.kind === row.resource?.kind && item.namespace === row.resource.namespace && item.name === row.resource.name,
    );
    const url = asString(resource?.spec['url']);
    const example = url === undefined ? undefined : catalogueEntryOf(url, catalogue)?.requests[0];
    if (example !== undefined)
      return { method: example.method, path: example.path, authority, headers: example.headers, body: example.body ?? '' };
  }
  return { method: 'GET', path: '/headers', authority, headers: [], body: '' };
}
