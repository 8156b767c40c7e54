import { useState, type ReactElement } from 'react';
import { formatRef, type ResourceRef } from '#envoy/provenance.ts';
import { Button } from '../kit/Button.tsx';
import { Dialog } from '../kit/Dialog.tsx';
import { EmptyState } from '../kit/EmptyState.tsx';
import { TextField } from '../kit/TextField.tsx';
import { useWorkspace } from '../kit/workspace-context.ts';
import { useMessages } from '../messages/messages-context.ts';
import styles from './Matrix.module.css';
import { MatrixTable, proxyName, type Chosen, type Column } from './MatrixTable.tsx';
import { useMatrix } from './use-matrix.ts';

/** As many as a table can hold and a person can read. */
const mostRows = 100;
const mostColumns = 40;

/** Every proxy × every plugin: where it is, and why not elsewhere. */
export function MatrixDialog(): ReactElement {
  const workspace = useWorkspace();
  const messages = useMessages();
  const texts = messages.matrix;
  const matrix = useMatrix();
  const [proxies, setProxies] = useState('');
  const [plugins, setPlugins] = useState('');
  const [chosen, setChosen] = useState<Chosen>();
  const close = (): void => workspace.actions.setView({ dialog: undefined });
  const open = ({ row, column }: Chosen): void => {
    workspace.actions.setView({ proxy: row.key, listener: undefined, chain: undefined, dialog: undefined });
    workspace.actions.select({ kind: 'resource', resource: column });
  };
  const columns = matchingColumns(matrix?.columns ?? [], plugins);
  const rows = (matrix?.rows ?? []).filter((row) => holds(row.key, proxies));
  const isEmpty = matrix !== undefined && (matrix.columns.length === 0 || matrix.of === 0);
  return (
    <Dialog title={texts.title} closeLabel={messages.common.close} size="large" onClose={close}>
      <div className={styles.matrix}>
        {isEmpty ? (
          <EmptyState icon="layers" title={texts.empty} text={texts.emptyText} />
        ) : (
          <>
            <p className={styles.about}>{texts.about}</p>
            <div className={styles.filters}>
              <TextField label={texts.proxies} type="search" placeholder={texts.filter} value={proxies} onChange={setProxies} />
              <TextField label={texts.plugins} type="search" placeholder={texts.filter} value={plugins} onChange={setPlugins} />
              <Progress done={matrix?.rows.length ?? 0} all={matrix?.of ?? 0} />
            </div>
            <MatrixTable
              columns={columns.slice(0, mostColumns)}
              rows={rows.slice(0, mostRows)}
              isWhole={matrix !== undefined && matrix.rows.length === matrix.of}
              landsSomewhere={(index) => matrix?.rows.some((row) => row.cells[index]?.landed === true) ?? false}
              chosen={chosen}
              onChoose={setChosen}
            />
            {(rows.length > mostRows || columns.length > mostColumns) && (
              <p className={styles.about}>{texts.more(Math.max(0, rows.length - mostRows), Math.max(0, columns.length - mostColumns))}</p>
            )}
            <Why chosen={chosen} onOpen={open} />
          </>
        )}
      </div>
    </Dialog>
  );
}

function matchingColumns(columns: readonly ResourceRef[], text: string): readonly Column[] {
  return columns.map((resource, index) => ({ resource, index })).filter(({ resource }) => holds(formatRef(resource), text));
}

function holds(name: string, part: string): boolean {
  return name.toLowerCase().includes(part.trim().toLowerCase());
}

function Progress({ done, all }: { readonly done: number; readonly all: number }): ReactElement | null {
  const texts = useMessages().matrix;
  if (done === all) return null;
  return (
    <p className={styles.progress} role="status">
      {texts.progress(done, all)}
    </p>
  );
}

interface WhyProps {
  readonly chosen: Chosen | undefined;
  readonly onOpen: (chosen: Chosen) => void;
}

function Why({ chosen, onOpen }: WhyProps): ReactElement {
  const texts = useMessages().matrix;
  return (
    <section className={styles.why} aria-live="polite">
      {chosen === undefined ? (
        <p className={styles.about}>{texts.choose}</p>
      ) : (
        <>
          <div>
            <strong>{nameOf(chosen)}</strong>
            <ol>
              {chosen.cell.reasons.map((reason) => (
                <li key={reason}>{reason}</li>
              ))}
            </ol>
          </div>
          <Button onClick={() => onOpen(chosen)}>{texts.open}</Button>
        </>
      )}
    </section>
  );
}

function nameOf({ column, row }: Chosen): string {
  return `${formatRef(column)} · ${proxyName(row)}`;
}
