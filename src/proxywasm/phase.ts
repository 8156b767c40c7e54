/** Host functions are permitted up to a phase; calling one in a later phase traps with `restricted_callback` (cpp-host `startVm`, `allocMemory`). */
export const Phase = { Running: 0, Starting: 1, Allocating: 2 } as const;
export type Phase = (typeof Phase)[keyof typeof Phase];
