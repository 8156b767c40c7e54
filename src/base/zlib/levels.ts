/** How hard a level looks for matches. */
export interface Level {
  /** A match of this length is good enough to look less hard for a longer one. */
  readonly good: number;
  readonly lazy: number;
  /** A match of this length is taken at once. */
  readonly nice: number;
  /** How many places are tried. */
  readonly chain: number;
}

const standard: Level = { good: 8, lazy: 16, nice: 128, chain: 128 };

/** Levels 1…9 (zlib-ng `configuration_table`). */
const levels: readonly Level[] = [
  { good: 0, lazy: 0, nice: 0, chain: 0 },
  { good: 4, lazy: 4, nice: 8, chain: 4 },
  { good: 4, lazy: 6, nice: 16, chain: 6 },
  { good: 4, lazy: 12, nice: 32, chain: 24 },
  { good: 8, lazy: 16, nice: 32, chain: 32 },
  standard,
  { good: 8, lazy: 32, nice: 128, chain: 256 },
  { good: 32, lazy: 128, nice: 258, chain: 1024 },
  { good: 32, lazy: 258, nice: 258, chain: 4096 },
];

export function levelOf(level: number): Level {
  return levels[level - 1] ?? standard;
}
