/** A seeded stream of random numbers: the same seed gives the same run. */
export interface Random {
  /** At least 0, below 1. */
  next(): number;
  /** Fills `bytes`. */
  fill(bytes: Uint8Array): void;
}

/** xoshiro128** seeded by splitmix32: small, fast, good enough for sampling decisions; not for secrets. */
export function seededRandom(seed: number): Random {
  let mix = seed >>> 0;
  const word = (): number => {
    mix = (mix + 0x9e3779b9) >>> 0;
    let z = mix;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) >>> 0;
  };
  const state = new Uint32Array([word(), word(), word(), word()]);
  const rotl = (x: number, k: number): number => ((x << k) | (x >>> (32 - k))) >>> 0;
  const nextU32 = (): number => {
    const [a = 0, b = 0, c = 0, d = 0] = state;
    const result = Math.imul(rotl(Math.imul(b, 5) >>> 0, 7), 9) >>> 0;
    const t = (b << 9) >>> 0;
    const c2 = c ^ a;
    const d2 = d ^ b;
    state[1] = b ^ c2;
    state[0] = a ^ d2;
    state[2] = c2 ^ t;
    state[3] = rotl(d2 >>> 0, 11);
    return result;
  };
  return {
    next: () => nextU32() / 4294967296,
    fill: (bytes) => {
      for (let i = 0; i < bytes.length; i++) bytes[i] = nextU32() & 0xff;
    },
  };
}
