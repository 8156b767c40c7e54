/**
 * Remembers the last call: the same arguments (by identity) give the same result object. Chains of such functions recompute only
 * what an edit touches, and readers can compare results by identity.
 */
export function memoLast<Args extends readonly unknown[], R>(compute: (...args: Args) => R): (...args: Args) => R {
  let last: { readonly args: Args; readonly result: R } | undefined;
  return (...args) => {
    if (last === undefined || last.args.length !== args.length || !last.args.every((arg, i) => Object.is(arg, args[i]))) {
      last = { args, result: compute(...args) };
    }
    return last.result;
  };
}

/** The previous list when it has the same items in the same order: keeps identity through rebuilding. */
export function keepIdentity<T>(): (next: readonly T[]) => readonly T[] {
  let previous: readonly T[] = [];
  return (next) => {
    if (next.length !== previous.length || next.some((item, i) => !Object.is(item, previous[i]))) previous = next;
    return previous;
  };
}
