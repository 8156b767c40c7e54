import type { Headers } from '../http/headers.ts';

const grpcUnits: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 1e-3, n: 1e-6 };

/** `grpc-timeout` in milliseconds, rounded up; undefined when there is none (envoy `Grpc::Common::getGrpcTimeout`). */
export function grpcTimeoutMs(headers: Headers): number | undefined {
  const found = /^(\d{1,8})([HMSmun])$/.exec(headers.get('grpc-timeout') ?? '');
  if (found === null) return undefined;
  return Math.ceil(Number(found[1]) * (grpcUnits[found[2] ?? ''] ?? 0));
}

/** At most eight digits, in the finest unit that fits (envoy `Grpc::Common::toGrpcTimeout`). */
export function grpcTimeout(ms: number): string {
  let value = ms;
  for (const [unit, next] of [
    ['m', 1000],
    ['S', 60],
    ['M', 60],
  ] as const) {
    if (value <= 99_999_999) return `${value}${unit}`;
    value = Math.floor(value / next);
  }
  return `${Math.min(value, 99_999_999)}H`;
}
