/** Seeded random choices; the same seed gives the same cases on every machine. */
export interface Chance {
  /** From `low` to `high`, both included. */
  int(low: number, high: number): number;
  /** True with that probability. */
  odds(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
  /** Some of the list, in its order. */
  some<T>(list: readonly T[], probability: number): T[];
  /** The value with that probability, else nothing to spread. */
  maybe(probability: number, make: () => object): object;
  times<T>(count: number, make: (index: number) => T): T[];
}

/** mulberry32. */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const int = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  const odds = (probability: number): boolean => next() < probability;
  const pick = <T>(list: readonly T[]): T => {
    const value = list[int(0, list.length - 1)];
    if (value === undefined) throw new Error('nothing to pick from');
    return value;
  };
  return {
    int,
    odds,
    pick,
    some: (list, probability) => list.filter(() => odds(probability)),
    maybe: (probability, make) => (odds(probability) ? make() : {}),
    times: (count, make) => Array.from({ length: count }, (_, index) => make(index)),
  };
}
