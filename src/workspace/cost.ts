import type { FilterCost } from '#simulator/filter-cost.ts';
import type { HeaderList, TraceRequest, TraceResponse } from '#simulator/trace.ts';

/** What the request of the preview costs in one filter alone. */
export interface CostRow {
  /** undefined: the chain with the router alone, which every other row has in it too. */
  readonly title: string | undefined;
  /** The usual name of the filter: Wasm, Lua … */
  readonly kind: string;
  readonly cost: FilterCost | undefined;
  /** Why there is none. */
  readonly failure?: string | undefined;
}

/** What a real Envoy 1.40 takes for the same rewrite, in microseconds a stream: `docs/benchmarks.md`, "The same rewrite". */
export const envoyFigures = { wasm: 31, lua: 25 } as const;

/** Headers that time alone changes. */
const volatile = new Set(['date', 'x-envoy-upstream-service-time', 'x-request-id']);

/** Did two filters make the same of the request: what the upstream got, and what the client got, in any order of headers? */
export function sameResult(a: FilterCost, b: FilterCost): boolean {
  return messageText(a.response) === messageText(b.response) && messageText(a.upstream) === messageText(b.upstream);
}

function messageText(message: TraceResponse | TraceRequest | undefined): string {
  if (message === undefined) return '';
  return JSON.stringify([headerLines(message.headers), [...message.body], headerLines(message.trailers)]);
}

function headerLines(headers: HeaderList): readonly string[] {
  return headers
    .filter(([name]) => !volatile.has(name))
    .map(([name, value]) => `${name}: ${value}`)
    .toSorted();
}
