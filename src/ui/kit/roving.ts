/**
 * Which item the key leads to in a group with one tab stop (tabs, menus, trees): wraps round, Home and End go to the ends.
 * `undefined` when the key means nothing here. `at` may be -1 when nothing is focused yet.
 */
export function rovingTarget(key: string, at: number, count: number, axis: 'horizontal' | 'vertical'): number | undefined {
  if (count === 0) return undefined;
  const [back, on] = axis === 'horizontal' ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown'];
  if (key === on) return (at + 1) % count;
  if (key === back) return at <= 0 ? count - 1 : at - 1;
  if (key === 'Home') return 0;
  if (key === 'End') return count - 1;
  return undefined;
}
