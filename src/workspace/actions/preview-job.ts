import { memoLast } from '#base/memo.ts';
import type { Result } from '#base/result.ts';
import { fail, ok } from '#base/result.ts';
import type { Trace } from '#simulator/trace.ts';
import type { StartLog, StartReport } from '#workers/preview.calls.ts';
import type { ModuleBytes } from '#workers/preview.client.ts';
import type { PreviewPlan } from '#workers/preview-plan.ts';
import { codeReferences } from '#workers/preview-plan.ts';
import type { Stores, WorkspaceDependencies } from '../create-workspace.ts';
import type { Design } from '../design.ts';
import { findModule } from '../modules.ts';
import { readAnswers } from '../answers/read-answers.ts';
import { logLimit } from '../runs.ts';
import type { RunLog } from '../workspace.ts';

export interface PreparedJob {
  readonly plan: PreviewPlan;
  readonly modules: readonly ModuleBytes[];
}

/** What a run of the chain in view needs; fails when there is none. The plan is the same object until the design changes. */
export function jobMaker(stores: Stores, dependencies: WorkspaceDependencies): () => Result<PreparedJob> {
  const planOf = memoLast(makePlan);
  const answersOf = memoLast(readAnswers);
  return () => {
    const state = stores.design.getState();
    const { mesh, listener, chain } = state;
    if (mesh === undefined || listener === undefined || chain === undefined) {
      return fail('no-chain', 'There is no filter chain to send through.', 'Add a workload (Deployment or Pod) or open a sample.');
    }
    const chainIndex = chain === listener.defaultFilterChain ? -1 : listener.filterChains.indexOf(chain);
    const answers = answersOf(stores.runs.getState().answers);
    if (!answers.ok) return answers;
    return ok({ plan: planOf(mesh, listener, chainIndex, state.source, answers.value), modules: modulesOf(state, stores, dependencies) });
  };
}

/** Adds lines to the log of all runs. */
export function appendLogs(runs: Stores['runs'], logs: readonly Omit<RunLog, 'seq'>[]): void {
  runs.setState((state) => {
    const first = (state.logs.at(-1)?.seq ?? 0) + 1;
    return { logs: [...state.logs, ...logs.map((log, i) => ({ ...log, seq: first + i }))].slice(-logLimit) };
  });
}

/** Why the chain could not start: Envoy's words, and the first errors of the plugin and its runtime. */
export function refusal(started: StartReport | undefined): Result<never> {
  const errors = (started?.logs ?? []).filter((log) => log.level === 'error' || log.level === 'critical').map((log) => log.message.trim());
  const message = [started?.refused ?? 'The chain could not be started.', ...new Set(errors)].slice(0, 4).join('\n');
  return fail(
    'listener-refused',
    message,
    'Envoy keeps the listener it had before, or has none at start-up. The log has everything that was said.',
  );
}

function makePlan(
  mesh: NonNullable<Design['mesh']>,
  listener: NonNullable<Design['listener']>,
  chain: number,
  source: Design['source'],
  answers: PreviewPlan['answers'],
): PreviewPlan {
  const { clusters, node } = source ?? {};
  return {
    listener,
    chain,
    extensions: mesh.extensions,
    routes: mesh.routes,
    answers,
    ...(clusters === undefined ? {} : { clusters }),
    ...(node === undefined ? {} : { node: { id: node.id, cluster: node.cluster, metadata: node.metadata } }),
  };
}

function modulesOf(
  { chain, mesh }: Design,
  { document }: Stores,
  { storage, loadAsset, catalogue }: WorkspaceDependencies,
): readonly ModuleBytes[] {
  if (chain === undefined || mesh === undefined) return [];
  const own = document.getState().document.modules;
  return codeReferences(chain, mesh.extensions).flatMap(({ url, filter }): ModuleBytes[] => {
    const source = findModule(url, own, catalogue, filter);
    if (source === undefined) return [];
    if (source.kind === 'asset')
      return [{ url, name: source.entry.name, digest: source.sha256, bytes: (onRead) => loadAsset(source.path, onRead) }];
    const { name, digest } = source.module;
    const bytes = async (): Promise<Result<Uint8Array<ArrayBuffer>>> => {
      const found = await storage.loadModule(digest);
      return found === undefined
        ? fail('module-lost', `The bytes of ${name} are not in this browser's storage any more.`, 'Drop the file again.')
        : { ok: true, value: found };
    };
    return [{ url, name, digest, bytes }];
  });
}

/** A line of a plugin's start. */
export function startLog({ level, prefix, message, from }: StartLog): Omit<RunLog, 'seq'> {
  return { level, text: from === 'guest' ? guestLine(prefix, message) : message, filter: undefined };
}

/** As the sidecar prints it: `wasm log <plugin> <root id> <vm id>: …`. */
function guestLine(prefix: string, message: string): string {
  return `wasm log${prefix === '' ? '' : ` ${prefix}`}: ${message}`;
}

/** The lines of a trace, with the names of their filters. */
export function traceLogs(trace: Pick<Trace, 'events' | 'filters'>): readonly Omit<RunLog, 'seq'>[] {
  return trace.events.flatMap((event) => {
    if (event.kind !== 'log') return [];
    const text = event.from === 'guest' ? guestLine(event.prefix, event.message) : event.message;
    return [{ level: event.level, text, filter: event.filter === undefined ? undefined : trace.filters[event.filter]?.name }];
  });
}
