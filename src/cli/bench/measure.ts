import type { Result } from '#base/result.ts';
import { fail, ok } from '#base/result.ts';
import type { Scenario, ScenarioRequest } from '#simulator/scenario.ts';
import { buildListener } from '#simulator/scenario/build-listener.ts';
import { requestHeaders } from '#simulator/scenario/client.ts';
import type { Sidecar, SidecarRequest } from '#simulator/simulator.ts';
import { createSidecar } from '#simulator/simulator.ts';
import type { Trace } from '#simulator/trace.ts';
import { bodyBytes, headerPairs } from '#simulator/upstreams/body-spec.ts';
import type { CodeLoader } from '#simulator/wasm/wasm-services.ts';

export interface Measurement {
  readonly requests: number;
  readonly streamsPerSecond: number;
  readonly microsecondsPerStream: number;
  /** In the order of the chain. */
  readonly filters: readonly FilterCost[];
  /** The proxy itself: connection manager, routes, upstreams. */
  readonly rest: Omit<FilterCost, 'name' | 'calls'>;
}

export interface FilterCost {
  readonly name: string;
  /** Calls into the filter, per stream. */
  readonly calls: number;
  readonly microsecondsPerStream: number;
  /** Of the whole stream's time, 0 to 1; what a guest's host calls take belongs to the guest. */
  readonly share: number;
}

const warmUp = 200;
const traced = 300;

/**
 * Sends the requests of a test case over and over through one listener. The whole is measured without a trace; how it is divided among
 * the filters is measured with one, in further streams. Fails when there is nothing to send or the listener would be refused.
 */
export async function measure(scenario: Scenario, modules: CodeLoader, count: number): Promise<Result<Measurement>> {
  const requests = requestsOf(scenario).map(toSidecarRequest);
  if (requests.length === 0) return fail('cli/no-request', 'The case sends no HTTP request, so there is nothing to measure.');
  const started = await startSidecar(scenario, modules, 'none');
  if (!started.ok) return started;
  await sendMany(started.value, requests, Math.min(warmUp, count));
  const total = await sendMany(started.value, requests, count);
  started.value.close();
  const watched = await startSidecar(scenario, modules, 'full');
  if (!watched.ok) return watched;
  const shares = await sharesOf(watched.value, requests, Math.min(traced, count));
  watched.value.close();
  const perStream = (total * 1000) / count;
  return ok({
    requests: count,
    streamsPerSecond: round((count / total) * 1000, 0),
    microsecondsPerStream: round(perStream, 2),
    filters: shares.map(({ name, calls, share }) => ({
      name,
      calls,
      microsecondsPerStream: round(share * perStream, 2),
      share: round(share, 4),
    })),
    rest: restOf(shares, perStream),
  });
}

async function startSidecar(scenario: Scenario, modules: CodeLoader, detail: 'full' | 'none'): Promise<Result<Sidecar>> {
  const clusters = { upstream: scenario.upstream ?? { echo: true }, ...scenario.clusters };
  const sidecar = createSidecar({ listener: buildListener(scenario), clusters, modules, detail });
  const { refused } = await sidecar.start();
  return refused === undefined ? ok(sidecar) : fail('cli/refused', `Envoy would refuse this: ${refused}`);
}

/** Milliseconds for `count` requests, one after the other. */
async function sendMany(sidecar: Sidecar, requests: readonly SidecarRequest[], count: number): Promise<number> {
  let ms = 0;
  for (let i = 0; i < count; i++) {
    const request = requests[i % requests.length];
    if (request !== undefined) ms += (await sidecar.send(request)).measuredMs;
  }
  return ms;
}

interface Share {
  readonly name: string;
  readonly calls: number;
  readonly share: number;
}

async function sharesOf(sidecar: Sidecar, requests: readonly SidecarRequest[], count: number): Promise<readonly Share[]> {
  await sendMany(sidecar, requests, Math.min(warmUp, count));
  const calls = new Map<number, { calls: number; us: number }>();
  let filters: Trace['filters'] = [];
  let totalUs = 0;
  for (let i = 0; i < count; i++) {
    const request = requests[i % requests.length];
    if (request === undefined) continue;
    const trace = await sidecar.send(request);
    ({ filters } = trace);
    totalUs += trace.measuredMs * 1000;
    for (const event of trace.events) {
      if (event.kind !== 'callback' || event.filter === undefined) continue;
      const sum = calls.get(event.filter) ?? { calls: 0, us: 0 };
      calls.set(event.filter, { calls: sum.calls + 1, us: sum.us + (event.tookUs ?? 0) });
    }
  }
  return filters.map(({ index, name }) => {
    const sum = calls.get(index) ?? { calls: 0, us: 0 };
    return { name, calls: round(sum.calls / count, 2), share: totalUs === 0 ? 0 : Math.min(1, sum.us / totalUs) };
  });
}

function restOf(shares: readonly Share[], perStream: number): Measurement['rest'] {
  const share = Math.max(0, 1 - shares.reduce((sum, item) => sum + item.share, 0));
  return { microsecondsPerStream: round(share * perStream, 2), share: round(share, 4) };
}

function requestsOf({ steps, request }: Scenario): readonly ScenarioRequest[] {
  return (steps === undefined ? [request] : steps.map((step) => step.request)).flat().filter((item) => item !== undefined && item !== null);
}

function toSidecarRequest(request: ScenarioRequest): SidecarRequest {
  return {
    headers: requestHeaders(request),
    ...(request.body === undefined ? {} : { body: bodyBytes(request.body) }),
    ...(request.bodyChunks === undefined ? {} : { bodyChunks: request.bodyChunks.map(bodyBytes) }),
    ...(request.trailers === undefined ? {} : { trailers: headerPairs(request.trailers) }),
    ...(request.timeoutMs === undefined ? {} : { timeoutMs: request.timeoutMs }),
  };
}

function round(value: number, digits: number): number {
  const factor = 10 ** digits;
  return Math.round(value * factor) / factor;
}
