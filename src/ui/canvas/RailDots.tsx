import type { ReactElement } from 'react';
import { cx } from '../kit/cx.ts';
import { useSelect } from '../kit/use-store.ts';
import { useCanvas } from './canvas-context.ts';
import styles from './RailDots.module.css';

/** Where the row meets the rails: passed by, changed something, or cut the request. The words stand in the row; these only repeat them. */
export function RailDots({ rowId }: { readonly rowId: string }): ReactElement | null {
  const canvas = useCanvas();
  const overlay = useSelect(canvas, (state) => state.overlay?.rows.get(rowId));
  const outdated = useSelect(canvas, (state) => state.outdated);
  if (overlay === undefined) return null;
  const { request, response, localReply, trap } = overlay;
  const isCut = localReply !== undefined || trap !== undefined;
  const dot = (side: string | undefined, changed: boolean, cut: boolean): ReactElement => (
    <i className={cx(styles.dot, side, changed && styles.changed, cut && styles.cut, outdated && styles.outdated)} />
  );
  return (
    <>
      {(request.visited || isCut) && dot(styles.request, request.changes.length > 0, isCut)}
      {response.visited && dot(styles.response, response.changes.length > 0, false)}
    </>
  );
}
