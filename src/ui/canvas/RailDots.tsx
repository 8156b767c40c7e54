import type { CSSProperties, ReactElement } from 'react';
import { cx } from '../kit/cx.ts';
import { useSelect } from '../kit/use-store.ts';
import { useWorkspace } from '../kit/workspace-context.ts';
import { useCanvas } from './canvas-context.ts';
import styles from './RailDots.module.css';

interface RailDotsProps {
  readonly rowId: string;
  readonly layer: 'network' | 'http';
  /** Place in the chain: the dots appear in the order of the request, then back up in that of the response. */
  readonly index: number;
}

/** The whole way there and back, however long the chain. */
const WALK_MS = 700;

/** Where the row meets the rails: passed by, changed something, or cut the request. The words stand in the row; these only repeat them. */
export function RailDots({ rowId, layer, index }: RailDotsProps): ReactElement | null {
  const canvas = useCanvas();
  const { overlay, run, outdated } = useSelect(canvas, (state) => ({
    overlay: state.overlay?.rows.get(rowId),
    run: state.run,
    outdated: state.outdated,
  }));
  const count = useSelect(useWorkspace().design, ({ lane }) => (layer === 'http' ? lane?.rows : lane?.networkFilters)?.length ?? 1);
  if (overlay === undefined) return null;
  const { request, response, localReply, trap } = overlay;
  const isCut = localReply !== undefined || trap !== undefined;
  const dot = (side: string | undefined, step: number, changed: boolean, cut: boolean): ReactElement => (
    <i
      key={`${side ?? ''} ${run}`}
      className={cx(styles.dot, side, changed && styles.changed, cut && styles.cut, outdated && styles.outdated)}
      style={{ '--after': `${Math.round((step / (2 * count)) * WALK_MS)}ms` } as CSSProperties}
    />
  );
  return (
    <>
      {(request.visited || isCut) && dot(styles.request, index, request.changes.length > 0, isCut)}
      {response.visited && dot(styles.response, 2 * count - index, response.changes.length > 0, false)}
    </>
  );
}
