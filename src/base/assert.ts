/** Throws when an invariant of our own code is broken. Never for user input. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`Broken invariant: ${message}`);
}

/** The value, or an exception when it is absent although our own code promised it. */
export function mustExist<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new Error(`Broken invariant: ${what} is absent`);
  return value;
}

/** Ends a `switch` over a union: does not compile while a member is not handled. */
export function assertUnreachable(value: never): never {
  throw new Error(`Broken invariant: unexpected ${JSON.stringify(value)}`);
}
