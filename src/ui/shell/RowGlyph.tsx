import type { ReactElement } from 'react';
import type { LaneRow } from '#workspace/design.ts';
import { cx } from '../kit/cx.ts';
import { Icon } from '../kit/Icon.tsx';
import type { IconName } from '../kit/icon-paths.ts';
import styles from './RowGlyph.module.css';

/** Who put a filter there, by shape as well as by colour: plugin a filled square, insertion a diamond, built-in an outline. */
export function RowGlyph({ row }: { readonly row: LaneRow }): ReactElement {
  return (
    <span className={cx(styles.glyph, styles[row.kind])} aria-hidden="true">
      <Icon name={iconOf(row)} size={row.kind === 'built-in' ? 13 : 12} />
    </span>
  );
}

function iconOf(row: LaneRow): IconName {
  if (row.kind === 'plugin') return 'plugin';
  if (row.kind === 'envoy-filter') return 'add';
  switch (row.provenance.origin) {
    case 'security':
      return 'shield';
    case 'telemetry':
      return 'chart';
    case 'service':
      return 'service';
    case 'config':
    case 'scenario':
      return 'file';
    case 'istio':
    case 'wasm-plugin':
    case 'traffic-extension':
    case 'envoy-filter':
      return /router$|tcp_proxy$/.test(row.filter.name) ? 'route' : 'sliders';
  }
}
