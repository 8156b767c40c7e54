import type { Hint } from './any-message.ts';

/** One of the values. */
export const oneOf =
  (...values: readonly unknown[]): Hint =>
  (chance) =>
    chance.pick(values);

/** A list of some of the values, at least one. */
export const someOf =
  (...values: readonly unknown[]): Hint =>
  (chance) => {
    const chosen = chance.some(values, 0.4);
    return chosen.length > 0 ? chosen : [chance.pick(values)];
  };

/** The field stays away. */
export const never: Hint = () => undefined;

export const duration = oneOf('5s', '0.250s', '90s', '1m30s', '2ms');
