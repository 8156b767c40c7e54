import type { JsonObject } from '#base/json.ts';
import type { Result } from '#base/result.ts';
import { fail, ok } from '#base/result.ts';
import type { WasmCode } from '#proxywasm/load-module.ts';
import { loadModule } from '#proxywasm/load-module.ts';
import type { FilterCost, RefusedCost } from '#simulator/filter-cost.ts';
import type { Trace } from '#simulator/trace.ts';
import type { ConversationReport, ModuleCode, PreviewCalls, RequestMessage, StartReport } from './preview.calls.ts';
import type { LoadProgress } from './load-progress.ts';
import type { PreviewPlan } from './preview-plan.ts';
import type { Client } from './rpc.ts';
import { connect } from './rpc.ts';

/** The part of `Worker` that is used, so that tests can give something else. */
export interface WorkerLike {
  postMessage(message: unknown, transfer?: Transferable[]): void;
  onmessage: ((event: MessageEvent) => void) | null;
  onerror?: ((event: ErrorEvent) => void) | null;
  terminate(): void;
}

/** The bytes of a module, by the url of its resource. */
export interface ModuleBytes {
  readonly url: string;
  readonly name: string;
  /** Equal digest = equal bytes: compiled once. */
  readonly digest: string;
  /** `onRead` hears how far a download is. */
  bytes(onRead: (read: number, total: number | undefined) => void): Promise<Result<Uint8Array<ArrayBuffer>>>;
}

export interface PreviewJob {
  readonly plan: PreviewPlan;
  readonly modules: readonly ModuleBytes[];
  readonly request: RequestMessage;
}

/** A trace; or, when the plugins could not be started, what Envoy would say about the listener. */
export interface PreviewAnswer {
  readonly trace: Trace | undefined;
  /** Present when this run had to start the chain anew. */
  readonly started: StartReport | undefined;
}

export interface ConversationJob {
  readonly plan: PreviewPlan;
  readonly modules: readonly ModuleBytes[];
  readonly conversation: readonly JsonObject[];
}

export interface MeasureJob extends PreviewJob {
  readonly filter: number | undefined;
}

export interface PreviewRunner {
  /** Runs one request. The chain is started anew only when plan or modules changed; VMs keep their state otherwise, as in Envoy. */
  run(job: PreviewJob, onProgress: (progress: LoadProgress) => void): Promise<Result<PreviewAnswer>>;
  /** Runs one scripted connection in a proxy of its own: the same script gives the same trace. */
  converse(job: ConversationJob, onProgress: (progress: LoadProgress) => void): Promise<Result<ConversationReport>>;
  /** What streams through one filter alone cost, in a proxy of its own. */
  measure(job: MeasureJob, onProgress: (progress: LoadProgress) => void): Promise<Result<FilterCost | RefusedCost>>;
  dispose(): void;
}

export interface RunnerOptions {
  readonly spawn: () => WorkerLike;
  /** How long a guest may hold the worker before it is killed. */
  readonly timeoutMs: number;
}

interface Sidecar {
  readonly worker: WorkerLike;
  readonly client: Client<PreviewCalls>;
  /** What it runs: the identity of plan and modules. */
  plan: PreviewPlan | undefined;
  modulesKey: string;
}

/**
 * Owns the preview worker. A guest that never returns blocks only the worker: after `timeoutMs` the worker is terminated, everything
 * pending is answered with `guest-timeout`, and a warm spare takes over (Chromium stops a spinning thread only seconds later).
 */
export function createPreviewRunner({ spawn, timeoutMs }: RunnerOptions): PreviewRunner {
  const compiled = new Map<string, Promise<Result<WasmCode>>>();
  let spare: Sidecar | undefined = start(spawn());
  let current: Sidecar | undefined;

  const kill = (sidecar: Sidecar): void => {
    sidecar.worker.terminate();
    sidecar.client.dispose({
      code: 'guest-timeout',
      message: `A plugin held the worker for more than ${timeoutMs / 1000} s and was stopped.`,
      help: 'It most likely loops for ever. In Envoy it would block the worker thread, and with it every connection on it.',
    });
    if (current === sidecar) current = undefined;
  };

  /** The answer of a call, or the failure after the guest was stopped. */
  const guarded = async <T>(sidecar: Sidecar, call: Promise<Result<T>>): Promise<Result<T>> => {
    const timer = setTimeout(() => kill(sidecar), timeoutMs);
    const answer = await call;
    clearTimeout(timer);
    return answer;
  };

  const compile = async (
    modules: readonly ModuleBytes[],
    onProgress: (progress: LoadProgress) => void,
  ): Promise<Result<readonly ModuleCode[]>> => {
    const codes: ModuleCode[] = [];
    for (const module of modules) {
      let pending = compiled.get(module.digest);
      if (pending === undefined) {
        pending = load(module, onProgress);
        compiled.set(module.digest, pending);
      }
      const code = await pending;
      if (!code.ok) {
        compiled.delete(module.digest);
        return fail(code.error.code, `${module.name}: ${code.error.message}`, code.error.help);
      }
      codes.push({ url: module.url, code: code.value });
    }
    return ok(codes);
  };

  /** The worker in use, the spare one if there is none. */
  const use = (): Sidecar => {
    current ??= spare ?? start(spawn());
    if (spare === current) spare = undefined;
    return current;
  };

  const configured = async (
    job: PreviewJob,
    onProgress: (progress: LoadProgress) => void,
  ): Promise<Result<{ sidecar: Sidecar; started: StartReport | undefined }>> => {
    const modulesKey = job.modules.map((module) => `${module.url} ${module.digest}`).join('\n');
    if (current !== undefined && current.plan === job.plan && current.modulesKey === modulesKey)
      return ok({ sidecar: current, started: undefined });
    const codes = await compile(job.modules, onProgress);
    if (!codes.ok) return codes;
    const sidecar = use();
    sidecar.plan = undefined;
    onProgress({ step: 'starting', name: job.modules.map(({ name }) => name).join(', ') });
    const started = await guarded(sidecar, sidecar.client.call('configure', { plan: job.plan, modules: codes.value }));
    spare ??= start(spawn());
    if (!started.ok) return started;
    sidecar.plan = job.plan;
    sidecar.modulesKey = modulesKey;
    return ok({ sidecar, started: started.value });
  };

  return {
    run: async (job, onProgress) => {
      const ready = await configured(job, onProgress);
      if (!ready.ok) return ready;
      const { sidecar, started } = ready.value;
      if (started?.refused !== undefined) {
        sidecar.plan = undefined;
        return ok({ trace: undefined, started });
      }
      const trace = await guarded(sidecar, sidecar.client.call('send', job.request));
      return trace.ok ? ok({ trace: trace.value, started }) : trace;
    },
    measure: async ({ plan, modules, request, filter }, onProgress) => {
      const codes = await compile(modules, onProgress);
      if (!codes.ok) return codes;
      const sidecar = use();
      const answer = await guarded(sidecar, sidecar.client.call('measure', { plan, modules: codes.value, request, filter }));
      spare ??= start(spawn());
      return answer;
    },
    converse: async ({ plan, modules, conversation }, onProgress) => {
      const codes = await compile(modules, onProgress);
      if (!codes.ok) return codes;
      const sidecar = use();
      const answer = await guarded(sidecar, sidecar.client.call('converse', { plan, modules: codes.value, conversation }));
      spare ??= start(spawn());
      return answer;
    },
    dispose: () => {
      for (const sidecar of [current, spare]) if (sidecar !== undefined) kill(sidecar);
      current = undefined;
      spare = undefined;
    },
  };
}

function start(worker: WorkerLike): Sidecar {
  const client = connect<PreviewCalls>(worker);
  worker.onerror = (event) => client.dispose({ code: 'worker-failed', message: `The preview worker failed: ${event.message}` });
  return { worker, client, plan: undefined, modulesKey: '' };
}

async function load(module: ModuleBytes, onProgress: (progress: LoadProgress) => void): Promise<Result<WasmCode>> {
  const { name } = module;
  onProgress({ step: 'reading', name });
  const bytes = await module.bytes((read, total) => onProgress({ step: 'reading', name, read, total }));
  if (!bytes.ok) return bytes;
  onProgress({ step: 'compiling', name, total: bytes.value.length });
  return loadModule(bytes.value);
}
