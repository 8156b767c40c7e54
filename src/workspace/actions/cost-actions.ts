import { ok } from '#base/result.ts';
import { filterTitle } from '#envoy/filter-title.ts';
import type { CostRow } from '../cost.ts';
import type { Stores, WorkspaceDependencies } from '../create-workspace.ts';
import type { LaneRow } from '../design.ts';
import { messageOf } from '../request-text.ts';
import type { WorkspaceActions } from '../workspace.ts';
import { jobMaker } from './preview-job.ts';

/** Measures one filter after the other in the worker: side by side they would disturb each other. */
export function costActions(stores: Stores, dependencies: WorkspaceDependencies): Pick<WorkspaceActions, 'compareCost'> {
  const makeJob = jobMaker(stores, dependencies);
  return {
    compareCost: async (onRow) => {
      const job = makeJob();
      if (!job.ok) return job;
      const request = messageOf(stores.runs.getState().request);
      const own = (stores.design.getState().lane?.rows ?? []).filter(({ kind, simulated }) => kind !== 'built-in' && simulated);
      const measure = async (row: LaneRow | undefined, message = request): Promise<CostRow> => {
        const answer = await dependencies.runner.measure({ ...job.value, request: message, filter: row?.index }, () => undefined);
        const named = { title: row?.title, kind: row === undefined ? '' : kindOf(row) };
        if (!answer.ok) return { ...named, cost: undefined, failure: answer.error.message };
        return 'refused' in answer.value ? { ...named, cost: undefined, failure: answer.value.refused } : { ...named, cost: answer.value };
      };
      const rows: CostRow[] = [];
      const note = (row: CostRow): void => {
        rows.push(row);
        onRow(row);
      };
      for (const row of own) note(await measure(row));
      // What the upstream does depends on what it is asked: the chain without a filter gets the request as the first one leaves it.
      const upstream = rows.find(({ cost }) => cost?.upstream !== undefined)?.cost?.upstream;
      note(await measure(undefined, upstream === undefined ? request : { headers: upstream.headers, body: upstream.body }));
      return ok(rows);
    },
  };
}

function kindOf({ filter, extension }: LaneRow): string {
  const config = extension?.typedConfig ?? filter.typedConfig;
  return filterTitle(config === undefined ? filter.name : '', config);
}
