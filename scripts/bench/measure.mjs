/**
 * The least CPU time of one run of `work` in microseconds, all threads of the process counted (the collector's, too). Least, because other
 * work on the machine only ever adds: many batches of some 40 ms each, long enough to hold their share of garbage collection. Before
 * them the engine gets time to compile what it wants to.
 */
export function leastCpu(work, { warmUpMs = 400, batches = 25, batchMs = 40 } = {}) {
  const began = performance.now();
  let runs = 0;
  while (performance.now() - began < warmUpMs) {
    work();
    runs++;
  }
  const perBatch = Math.max(1, Math.round((runs * batchMs) / (performance.now() - began)));
  let least = Infinity;
  for (let batch = 0; batch < batches; batch++) {
    const before = process.cpuUsage();
    for (let i = 0; i < perBatch; i++) work();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / perBatch);
  }
  return least;
}

/** The least milliseconds of `work`, which may be asynchronous, over some runs. */
export async function leastMs(work, runs) {
  let least = Infinity;
  for (let i = 0; i < runs; i++) {
    const began = performance.now();
    await work();
    least = Math.min(least, performance.now() - began);
  }
  return least;
}
