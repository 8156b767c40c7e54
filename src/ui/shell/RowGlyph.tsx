import type { ReactElement } from 'react';
import type { Origin } from '#envoy/provenance.ts';
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

const originIcons: Readonly<Partial<Record<Origin, IconName>>> = {
  security: 'shield',
  telemetry: 'chart',
  service: 'service',
  config: 'file',
  scenario: 'file',
};

function iconOf(row: LaneRow): IconName {
  if (row.kind === 'plugin') return 'plugin';
  if (row.kind === 'envoy-filter') return 'add';
  return originIcons[row.provenance.origin] ?? (/router$|tcp_proxy$/.test(row.filter.name) ? 'route' : 'sliders');
}
