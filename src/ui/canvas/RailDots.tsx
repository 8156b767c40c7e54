import type { ReactElement } from 'react';
import { cx } from '../kit/cx.ts';
import styles from './RailDots.module.css';
import type { RowOverlay } from './trace-overlay.ts';

interface RailDotsProps {
  readonly overlay: RowOverlay | undefined;
  readonly outdated: boolean;
}

/** Where the row meets the rails: passed by, changed something, or cut the request. The words stand in the row; these only repeat them. */
export function RailDots({ overlay, outdated }: RailDotsProps): ReactElement | null {
  if (overlay === undefined) return null;
  const { request, response, localReply, trap } = overlay;
  const isCut = localReply !== undefined || trap !== undefined;
  return (
    <>
      {(request.visited || isCut) && (
        <i
          className={cx(
            styles.dot,
            styles.request,
            request.changes.length > 0 && styles.changed,
            isCut && styles.cut,
            outdated && styles.outdated,
          )}
        />
      )}
      {response.visited && (
        <i className={cx(styles.dot, styles.response, response.changes.length > 0 && styles.changed, outdated && styles.outdated)} />
      )}
    </>
  );
}
