import type { Result } from '#base/result.ts';
import { fail } from '#base/result.ts';
import type { Trace } from '#simulator/trace.ts';
import type { ModuleBytes } from '#workers/preview.client.ts';
import type { StartLog, StartReport } from '#workers/preview.calls.ts';
import type { PreviewPlan } from '#workers/preview-plan.ts';
import { codeReferences } from '#workers/preview-plan.ts';
import { memoLast } from '#base/memo.ts';
import type { Design } from '../design.ts';
import type { Stores, WorkspaceDependencies } from '../create-workspace.ts';
import { findModule } from '../modules.ts';
import { messageOf } from '../request-text.ts';
import { logLimit } from '../runs.ts';
import type { PreviewRequest, RunLog, WorkspaceActions } from '../workspace.ts';

/** Sending a request through the design's chain, in the worker. */
export function previewActions(stores: Stores, dependencies: WorkspaceDependencies): Pick<WorkspaceActions, 'send'> {
  const { design, runs } = stores;
  const planOf = memoLast(makePlan);
  let nextLog = 1;

  const appendLogs = (logs: readonly Omit<RunLog, 'seq'>[]): void => {
    const numbered = logs.map((log) => ({ ...log, seq: nextLog++ }));
    runs.setState((state) => ({ logs: [...state.logs, ...numbered].slice(-logLimit) }));
  };

  const run = async (request: PreviewRequest): Promise<Result<Trace>> => {
    const state = design.getState();
    const { mesh, listener, chain } = state;
    if (mesh === undefined || listener === undefined || chain === undefined) {
      return fail('no-chain', 'There is no filter chain to send through.', 'Add a workload (Deployment or Pod) or open a sample.');
    }
    const chainIndex = chain === listener.defaultFilterChain ? -1 : listener.filterChains.indexOf(chain);
    const plan = planOf(mesh, listener, chainIndex, state.source);
    const modules = modulesOf(state, stores, dependencies);
    const answer = await dependencies.runner.run({ plan, modules, request: messageOf(request) }, (progress) => runs.setState({ progress }));
    if (!answer.ok) return answer;
    const { trace, started } = answer.value;
    appendLogs([...(started?.logs ?? []).map(startLog), ...(trace === undefined ? [] : traceLogs(trace))]);
    return trace === undefined ? refusal(started) : { ok: true, value: trace };
  };

  return {
    send: async (request) => {
      runs.setState({ request, running: true, progress: undefined, failure: undefined });
      const answer = await run(request);
      if (answer.ok) runs.setState({ running: false, progress: undefined, trace: answer.value, failure: undefined, outdated: false });
      else runs.setState({ running: false, progress: undefined, failure: answer.error, outdated: runs.getState().trace !== undefined });
      return answer;
    },
  };
}

/** Why the chain could not start: Envoy's words, and the first errors of the plugin and its runtime. */
function refusal(started: StartReport | undefined): Result<never> {
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
): PreviewPlan {
  const { clusters, node } = source ?? {};
  return {
    listener,
    chain,
    extensions: mesh.extensions,
    routes: mesh.routes,
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
    if (source.kind === 'asset') return [{ url, name: source.entry.name, digest: source.sha256, bytes: () => loadAsset(source.path) }];
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

function startLog({ level, prefix, message, from }: StartLog): Omit<RunLog, 'seq'> {
  return { level, text: from === 'guest' ? guestLine(prefix, message) : message, filter: undefined };
}

/** As the sidecar prints it: `wasm log <plugin> <root id> <vm id>: …`. */
function guestLine(prefix: string, message: string): string {
  return `wasm log${prefix === '' ? '' : ` ${prefix}`}: ${message}`;
}

function traceLogs(trace: Trace): readonly Omit<RunLog, 'seq'>[] {
  return trace.events.flatMap((event) => {
    if (event.kind !== 'log') return [];
    const text = event.from === 'guest' ? guestLine(event.prefix, event.message) : event.message;
    return [{ level: event.level, text, filter: event.filter === undefined ? undefined : trace.filters[event.filter]?.name }];
  });
}
