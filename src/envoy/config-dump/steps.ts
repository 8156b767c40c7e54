/** Takes all steps of a generator at once and gives its result; for callers that need not share their thread. */
export function runSteps<T>(steps: Generator<unknown, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/**
 * Takes steps for at most `budgetMs` at a time and waits for `pause` in between, so that a page stays alive while it reads 50 MB.
 * `now` is a clock in milliseconds.
 */
export async function runStepsPolitely<P, T>(
  steps: Generator<P, T>,
  options: { readonly budgetMs: number; readonly now: () => number; readonly pause: (progress: P) => Promise<void> },
): Promise<T> {
  let until = options.now() + options.budgetMs;
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (options.now() < until) continue;
    await options.pause(step.value);
    until = options.now() + options.budgetMs;
  }
}
