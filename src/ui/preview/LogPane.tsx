import { useEffect, useRef, useState } from 'react';
import type { ReactElement } from 'react';
import { byteStringToUtf8 } from '#base/bytes.ts';
import { Button } from '../kit/Button.tsx';
import { EmptyState } from '../kit/EmptyState.tsx';
import { Select } from '../kit/Select.tsx';
import { TextField } from '../kit/TextField.tsx';
import { useSelect } from '../kit/use-store.ts';
import { useWorkspace } from '../kit/workspace-context.ts';
import { useMessages } from '../messages/messages-context.ts';
import styles from './Log.module.css';

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'critical'] as const;

/** The plugins' log lines as the sidecar prints them, newest last. */
export function LogPane(): ReactElement {
  const workspace = useWorkspace();
  const messages = useMessages().preview.log;
  const logs = useSelect(workspace.runs, (runs) => runs.logs);
  const [search, setSearch] = useState('');
  const [level, setLevel] = useState<(typeof levels)[number]>('trace');
  const end = useRef<HTMLLIElement>(null);
  useEffect(() => {
    end.current?.scrollIntoView({ block: 'nearest' });
  }, [logs]);
  if (logs.length === 0) return <EmptyState icon="list" title={messages.empty} text={messages.emptyText} />;
  const shown = logs.filter((log) => rank(log.level) >= rank(level) && log.text.toLowerCase().includes(search.toLowerCase()));
  return (
    <div className={styles.log}>
      <div className={styles.bar}>
        <TextField
          label={messages.filter}
          hideLabel
          icon="search"
          type="search"
          placeholder={messages.filter}
          value={search}
          onChange={setSearch}
        />
        <Select
          label={messages.level}
          hideLabel
          value={level}
          options={levels.map((value) => ({ value, label: value }))}
          onChange={setLevel}
        />
        <Button size="small" variant="ghost" onClick={() => workspace.runs.setState({ logs: [] })}>
          {messages.clear}
        </Button>
      </div>
      {/* A scrolling region must be reachable by keyboard. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <ol className={styles.lines} aria-label={messages.label} tabIndex={0}>
        {shown.map((log) => (
          <li key={log.seq} data-level={log.level}>
            <span className={styles.level}>{log.level}</span>
            <span>{byteStringToUtf8(log.text)}</span>
          </li>
        ))}
        <li ref={end} aria-hidden="true" />
      </ol>
    </div>
  );
}

function rank(level: string): number {
  return levels.findIndex((item) => item === level);
}
