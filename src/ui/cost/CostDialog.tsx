import { useEffect, useState } from 'react';
import type { ReactElement } from 'react';
import type { FilterCost } from '#simulator/filter-cost.ts';
import { envoyFigures, sameResult } from '#workspace/cost.ts';
import type { CostRow } from '#workspace/cost.ts';
import { Button } from '../kit/Button.tsx';
import { Dialog } from '../kit/Dialog.tsx';
import { useWorkspace } from '../kit/workspace-context.ts';
import { useMessages } from '../messages/messages-context.ts';
import styles from './Cost.module.css';

/** Each plugin and inserted filter of the chain alone, many times: what a stream costs, and whether they make the same of it. */
export function CostDialog(): ReactElement {
  const { actions } = useWorkspace();
  const messages = useMessages();
  const words = messages.cost;
  const [rows, setRows] = useState<readonly CostRow[]>([]);
  const [run, setRun] = useState(1);
  const [failure, setFailure] = useState<string>();
  const [isDone, setDone] = useState(false);

  useEffect(() => {
    let current = true;
    void actions
      .compareCost((row) => current && setRows((before) => [...before, row]))
      .then((answer) => {
        if (!current) return;
        setDone(true);
        if (!answer.ok) setFailure(answer.error.message);
      });
    return () => {
      current = false;
    };
  }, [actions, run]);

  const again = (): void => {
    setRows([]);
    setDone(false);
    setFailure(undefined);
    setRun(run + 1);
  };
  return (
    <Dialog title={words.title} closeLabel={messages.common.close} size="large" onClose={() => actions.setView({ dialog: undefined })}>
      <div className={styles.cost}>
        <p>{words.about}</p>
        {failure !== undefined && <p role="alert">{failure}</p>}
        <CostTable rows={rows} />
        <div className={styles.bar}>
          <p role="status">{isDone ? words.done(rows.length - 1) : words.measuring}</p>
          <Button size="small" disabled={!isDone} onClick={again}>
            {words.again}
          </Button>
        </div>
        <p className={styles.quiet}>{words.envoy(envoyFigures.wasm, envoyFigures.lua)}</p>
      </div>
    </Dialog>
  );
}

function CostTable({ rows }: { readonly rows: readonly CostRow[] }): ReactElement {
  const words = useMessages().cost;
  const base = rows.find(({ title }) => title === undefined)?.cost;
  const most = Math.max(...rows.map(({ cost }) => cost?.usPerStream ?? 0));
  const first = rows.find(({ title, cost }) => title !== undefined && cost !== undefined)?.cost;
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">{words.filter}</th>
          <th scope="col">{words.perStream}</th>
          <th scope="col">{words.alone}</th>
          <th scope="col">{words.result}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ title, kind, cost, failure }) => (
          <tr key={title ?? ''}>
            <th scope="row">
              {title ?? words.none} <span className={styles.quiet}>{title === undefined ? words.noneText : kind}</span>
            </th>
            {cost === undefined ? (
              <td colSpan={3}>{failure}</td>
            ) : (
              <>
                <td data-tip={words.streams(cost.streams)}>
                  <span className={styles.bars} style={{ width: `${(cost.usPerStream / most) * 60}%` }} aria-hidden="true" />
                  {words.micros(cost.usPerStream)}
                </td>
                <td>{title === undefined || base === undefined ? '' : words.micros(Math.max(0, cost.usPerStream - base.usPerStream))}</td>
                <td>{resultText(cost, title === undefined ? undefined : first, words)}</td>
              </>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function resultText(cost: FilterCost, first: FilterCost | undefined, words: ReturnType<typeof useMessages>['cost']): string {
  const status = cost.response === undefined ? words.noResponse : String(cost.response.status);
  if (first === undefined || first === cost) return status;
  return `${status}, ${sameResult(first, cost) ? words.same : words.differs}`;
}
