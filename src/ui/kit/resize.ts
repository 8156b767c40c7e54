interface Sizing {
  readonly orientation: 'vertical' | 'horizontal';
  readonly pane: 'before' | 'after';
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly initial: number;
}

/** The size a key gives to the pane beside a separator; `undefined` when the key means nothing here. */
export function resized(key: string, far: boolean, { orientation, pane, value, min, max, initial }: Sizing): number | undefined {
  const step = (far ? 64 : 16) * (pane === 'before' ? 1 : -1);
  const [back, on] = orientation === 'vertical' ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown'];
  const wanted =
    key === on
      ? value + step
      : key === back
        ? value - step
        : key === 'Home'
          ? min
          : key === 'End'
            ? max
            : key === 'Enter'
              ? initial
              : undefined;
  return wanted === undefined ? undefined : Math.min(max, Math.max(min, wanted));
}
