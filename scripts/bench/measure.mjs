/**
 * The least CPU time of one run of `work` in microseconds, all threads of the process counted (the collector's, too). Least, because other
 * work on the machine only ever adds: many batches of some 40 ms each, long enough to hold their share of garbage collection. Before
 * them the engine gets time to compile what it wants to.
 */
export function leastCpu(work, { warmUpMs = 500, batches = 25, batchMs = 40 } = {}) {
  const began = performance.now();
  while (performance.now() - began < warmUpMs) work();
  let least = Infinity;
  let runs = 1;
  for (let batch = 0; batch < batches;) {
    const before = process.cpuUsage();
    for (let i = 0; i < runs; i++) work();
    const { user, system } = process.cpuUsage(before);
    const us = user + system;
    // a batch that was too short measures the clock: the next one is longer
    if (us < batchMs * 500) runs *= 2;
    else {
      batch++;
      least = Math.min(least, us / runs);
    }
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
