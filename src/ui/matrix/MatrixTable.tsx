import type { ReactElement } from 'react';
import { formatRef, type ResourceRef } from '#envoy/provenance.ts';
import type { MatrixCell } from '#istio/matrix.ts';
import type { MatrixRow } from '#workspace/matrix.ts';
import { cx } from '../kit/cx.ts';
import type { Messages } from '../messages/en.ts';
import { useMessages } from '../messages/messages-context.ts';
import styles from './Matrix.module.css';

/** A column keeps its place among the cells of a row when others are filtered away. */
export interface Column {
  readonly resource: ResourceRef;
  readonly index: number;
}

/** The cell whose reason is shown. */
export interface Chosen {
  readonly row: MatrixRow;
  readonly column: ResourceRef;
  readonly cell: MatrixCell;
}

interface MatrixTableProps {
  readonly columns: readonly Column[];
  readonly rows: readonly MatrixRow[];
  /** Every proxy is built: only then can one say that something lands nowhere. */
  readonly isWhole: boolean;
  readonly landsSomewhere: (index: number) => boolean;
  readonly chosen: Chosen | undefined;
  readonly onChoose: (chosen: Chosen) => void;
}

export function MatrixTable({ columns, rows, isWhole, landsSomewhere, chosen, onChoose }: MatrixTableProps): ReactElement {
  const messages = useMessages();
  const texts = messages.matrix;
  return (
    // A scrolling region must be reachable by keyboard.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={styles.scroll} tabIndex={0} role="region" aria-label={texts.title}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{texts.proxy}</th>
            {columns.map(({ resource, index }) => (
              <th key={formatRef(resource)} scope="col" data-tip={formatRef(resource)}>
                <span className={styles.kind}>{resource.kind}</span>
                <span className={styles.name}>{resource.name}</span>
                <span className={styles.kind}>{resource.namespace}</span>
                {isWhole && !landsSomewhere(index) && <span className={styles.nowhere}>{texts.nowhere}</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key}>
              <th scope="row">
                <span className={styles.name}>{proxyName(row)}</span>
                <span className={styles.kind}>{messages.shell.proxyKind[row.proxy.type]}</span>
              </th>
              {columns.map(({ resource, index }) => (
                <td key={formatRef(resource)}>
                  <Cell
                    row={row}
                    column={resource}
                    cell={row.cells[index]}
                    isChosen={chosen?.row.key === row.key && chosen.column === resource}
                    onChoose={onChoose}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface CellProps {
  readonly row: MatrixRow;
  readonly column: ResourceRef;
  readonly cell: MatrixCell | undefined;
  readonly isChosen: boolean;
  readonly onChoose: (chosen: Chosen) => void;
}

function Cell({ row, column, cell, isChosen, onChoose }: CellProps): ReactElement | null {
  const { matrix: texts } = useMessages();
  if (cell === undefined) return null;
  const what = wordsOf(cell, texts);
  return (
    <button
      type="button"
      className={cx(styles.cell, cell.landed && styles.landed, isChosen && styles.chosen)}
      aria-pressed={isChosen}
      aria-label={texts.cell(formatRef(column), proxyName(row), what)}
      onClick={() => onChoose({ row, column, cell })}
    >
      {what}
    </button>
  );
}

function wordsOf(cell: MatrixCell, texts: Messages['matrix']): string {
  if (!cell.landed) return texts.missed;
  const where = cell.chains > 0 ? texts.landed(cell.chains) : texts.landedElsewhere;
  return cell.patches === undefined || cell.patches.landed === cell.patches.all
    ? where
    : `${where} · ${texts.patches(cell.patches.landed, cell.patches.all)}`;
}

export function proxyName({ proxy }: MatrixRow): string {
  return `${proxy.namespace}/${proxy.name}`;
}
