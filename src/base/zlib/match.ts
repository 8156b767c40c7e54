/** A place and where the same bytes stood before. */
export interface Match {
  start: number;
  length: number;
  at: number;
  /** Where it was found; `at` may be moved to the left later. */
  foundAt: number;
}

/** Whether the last eight bytes that a longer match would have are the same: then the quick levels look no further. */
export function endsAlike(m: Uint8Array, a: number, b: number, best: number): boolean {
  for (let i = best - 7; i <= best; i++) if (m[a + i] !== m[b + i]) return false;
  return true;
}
