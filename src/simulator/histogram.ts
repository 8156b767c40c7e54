/** The quantiles Envoy publishes, in per cent. */
const published = [0, 25, 50, 75, 90, 95, 99, 99.5, 99.9, 100];

interface Bin {
  readonly left: number;
  readonly width: number;
  count: number;
}

/**
 * Quantiles of samples as Envoy's histograms give them (libcircllhist, log-linear bins of two digits, type 1 quantiles, the samples of a bin spread
 * evenly inside it; compared with Envoy 1.40). All null while there is no sample.
 */
export function quantiles(samples: readonly bigint[]): Readonly<Record<string, number | null>> {
  const bins = binsOf(samples);
  return Object.fromEntries(
    published.map((percent) => [`P${percent}`, samples.length === 0 ? null : quantile(bins, samples.length, percent / 100)]),
  );
}

function quantile(bins: readonly Bin[], total: number, share: number): number {
  const rank = Math.max(1, Math.ceil(total * share));
  let below = 0;
  for (const { left, width, count } of bins) {
    if (below + count >= rank) return left + (width * (rank - below)) / (count + 1);
    below += count;
  }
  return 0;
}

function binsOf(samples: readonly bigint[]): readonly Bin[] {
  const bins: Bin[] = [];
  for (const sample of samples.map(Number).toSorted((a, b) => a - b)) {
    const bin = binOf(sample);
    const last = bins.at(-1);
    if (last !== undefined && last.left === bin.left && last.width === bin.width) last.count++;
    else bins.push(bin);
  }
  return bins;
}

function binOf(value: number): Bin {
  if (value <= 0) return { left: 0, width: 0, count: 1 };
  const width = 10 ** (Math.floor(Math.log10(value)) - 1);
  return { left: Math.floor(value / width) * width, width, count: 1 };
}
