import type { Result } from '#base/result.ts';
import { fail, ok } from '#base/result.ts';
import type { WasmCode } from '#proxywasm/load-module.ts';
import { measureFilter } from '#simulator/filter-cost.ts';
import { runConversation } from '#simulator/preview-conversation.ts';
import type { SidecarConfig } from '#simulator/simulator.ts';
import { Sidecar } from '#simulator/simulator.ts';
import type { TraceEvent } from '#simulator/trace.ts';
import type { ModuleCode, PreviewCalls, StartLog } from './preview.calls.ts';
import type { PreviewPlan } from './preview-plan.ts';
import type { Port } from './rpc.ts';
import { serve } from './rpc.ts';

/** The node a preview shows to plugins that ask for `xds.node`. */
const node = { id: 'preview', cluster: 'preview', metadata: {} };

let sidecar: Sidecar | undefined;

serve<PreviewCalls>(self as unknown as Port, {
  configure: async ({ plan, modules }) => {
    sidecar?.close();
    const next = new Sidecar(configOf(plan, modules));
    const started = await next.start();
    sidecar = started.refused === undefined ? next : undefined;
    return ok({ logs: started.events.flatMap(startLog), refused: started.refused });
  },
  send: async ({ headers, body }) => {
    if (sidecar === undefined) return fail('not-configured', 'The chain was not started before the request.');
    return ok(await sidecar.send({ headers, body }));
  },
  measure: async ({ plan, modules, request, filter }) =>
    ok(await measureFilter({ ...configOf(plan, modules), listener: plan.listener }, filter, request)),
  converse: async ({ plan, modules, conversation }) => {
    const { refused, started, trace } = await runConversation(configOf(plan, modules), conversation);
    return ok({ started: { refused, logs: started.flatMap(startLog) }, trace });
  },
});

function configOf(plan: PreviewPlan, modules: readonly ModuleCode[]): SidecarConfig {
  const codes = new Map(modules.map(({ url, code }): [string, Result<WasmCode, never>] => [url, ok(code)]));
  const clusters = plan.clusters === undefined ? undefined : new Set(plan.clusters);
  return {
    listener: plan.listener,
    chain: plan.chain,
    extensions: plan.extensions,
    routes: plan.routes,
    clusters: plan.answers,
    // Streams are answered by the built-in httpbin; in a conversation a cluster is a scripted TCP server besides.
    otherClusters: (name) => (clusters === undefined || clusters.has(name) ? { httpbin: 'any-path' } : undefined),
    modules: (source) => codes.get(source.kind === 'file' ? source.filename : source.kind === 'remote' ? source.uri : ''),
    node: plan.node ?? node,
    startNs: BigInt(Date.now()) * 1_000_000n,
  };
}

function startLog(event: TraceEvent): readonly StartLog[] {
  return event.kind === 'log' ? [{ level: event.level, prefix: event.prefix, message: event.message, from: event.from }] : [];
}
