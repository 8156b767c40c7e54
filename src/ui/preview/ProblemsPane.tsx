import type { ReactElement } from 'react';
import type { Diagnostic } from '#base/diagnostic.ts';
import { lineStarts, positionAt } from '#base/text-range.ts';
import { EmptyState } from '../kit/EmptyState.tsx';
import { Button } from '../kit/Button.tsx';
import { Icon } from '../kit/Icon.tsx';
import { useSelect } from '../kit/use-store.ts';
import { useWorkspace } from '../kit/workspace-context.ts';
import { useMessages } from '../messages/messages-context.ts';
import styles from './Problems.module.css';

/** Every diagnostic of the workspace, errors first; each leads to its place and offers its fixes. */
export function ProblemsPane(): ReactElement {
  const workspace = useWorkspace();
  const messages = useMessages().preview.problems;
  const diagnostics = useSelect(workspace.design, (design) => design.diagnostics);
  if (diagnostics.length === 0) return <EmptyState icon="check" title={messages.empty} text={messages.emptyText} />;
  return (
    <ul className={styles.problems} aria-label={messages.label}>
      {diagnostics.map((diagnostic) => (
        <li key={`${diagnostic.code} ${diagnostic.at?.file} ${diagnostic.at?.range.start} ${diagnostic.message}`}>
          <Problem diagnostic={diagnostic} />
        </li>
      ))}
    </ul>
  );
}

const icons = { error: 'error', warning: 'warning', info: 'info', hint: 'info' } as const;

function Problem({ diagnostic }: { readonly diagnostic: Diagnostic }): ReactElement {
  const workspace = useWorkspace();
  const messages = useMessages().preview.problems;
  const { at, severity, message, help, code, fixes = [] } = diagnostic;
  const file = useSelect(workspace.document, (state) => state.document.files.find((item) => item.name === at?.file));
  const line = file === undefined || at === undefined ? undefined : positionAt(lineStarts(file.text), at.range.start).line;
  const dump = useSelect(workspace.document, (state) => state.document.dumps.find((item) => item.name === at?.file));
  const go = (): void => {
    if (dump !== undefined) workspace.actions.select({ kind: 'file', fileId: dump.id });
    if (file !== undefined)
      workspace.actions.setView({ selection: { kind: 'file', fileId: file.id, ...(at === undefined ? {} : { at: at.range.start }) } });
  };
  return (
    <>
      <button type="button" className={styles.problem} data-severity={severity} onClick={go}>
        <Icon name={icons[severity]} size={14} />
        <span className="visually-hidden">{messages.severity[severity]}</span>
        <span className={styles.text}>
          {message}
          {help !== undefined && <span className={styles.help}>{help}</span>}
        </span>
        <span className={styles.code}>{code}</span>
        <span className={styles.place}>{file === undefined || line === undefined ? dump?.name : messages.go(file.name, line)}</span>
      </button>
      {fixes.map((fix) => {
        const target = fix.file;
        return (
          <Button
            key={fix.title}
            size="small"
            onClick={() => {
              const found = workspace.document.getState().document.files.find((item) => item.name === target);
              if (found !== undefined) workspace.actions.applyEdits(found.id, fix.edits, fix.title);
            }}
          >
            {messages.fix(fix.title)}
          </Button>
        );
      })}
    </>
  );
}
