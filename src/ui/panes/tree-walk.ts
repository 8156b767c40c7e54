/** One visible line of a tree. */
export interface TreeLine {
  readonly id: string;
  readonly level: number;
  /** `undefined`: nothing below it. */
  readonly expanded?: boolean | undefined;
}

export type TreeMove = { readonly kind: 'focus'; readonly id: string } | { readonly kind: 'expand' | 'collapse'; readonly id: string };

/** What a key does in a tree (ARIA tree pattern): walk the visible lines, open, close, go to the parent. */
export function treeKey(key: string, lines: readonly TreeLine[], id: string | undefined): TreeMove | undefined {
  const at = lines.findIndex((line) => line.id === id);
  const line = lines[at];
  const focus = (target: TreeLine | undefined): TreeMove | undefined =>
    target === undefined ? undefined : { kind: 'focus', id: target.id };
  switch (key) {
    case 'ArrowDown':
      return focus(lines[at + 1]);
    case 'ArrowUp':
      return focus(lines[at - 1]);
    case 'Home':
      return focus(lines[0]);
    case 'End':
      return focus(lines.at(-1));
    case 'ArrowRight':
      if (line?.expanded === false) return { kind: 'expand', id: line.id };
      return line?.expanded === true && (lines[at + 1]?.level ?? 0) > line.level ? focus(lines[at + 1]) : undefined;
    case 'ArrowLeft':
      if (line?.expanded === true) return { kind: 'collapse', id: line.id };
      return focus(lines.slice(0, Math.max(0, at)).findLast((above) => above.level < (line?.level ?? 0)));
    default:
      return undefined;
  }
}
