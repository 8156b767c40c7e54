import { useEffect, useState, type ReactElement } from 'react';
import type { Failure } from '#base/result.ts';
import type { ModuleReport } from '#plugins/xray/module-report.ts';
import type { ModuleFile } from '#workspace/document.ts';
import { Icon } from '../kit/Icon.tsx';
import { Skeleton } from '../kit/Skeleton.tsx';
import { useWorkspace } from '../kit/workspace-context.ts';
import type { Messages } from '../messages/en.ts';
import { useMessages } from '../messages/messages-context.ts';
import styles from './Modules.module.css';

/** What is inside a module, read when it is asked for. */
export function ModuleXray({ module }: { readonly module: ModuleFile }): ReactElement {
  const { xray: words } = useMessages().panes.modules;
  const [open, setOpen] = useState(false);
  return (
    <details className={styles.xray} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{words.title}</summary>
      {open && <Contents key={module.digest} module={module} />}
    </details>
  );
}

function Contents({ module }: { readonly module: ModuleFile }): ReactElement {
  const { actions } = useWorkspace();
  const { panes, common } = useMessages();
  const words = panes.modules.xray;
  const [report, setReport] = useState<ModuleReport>();
  const [failure, setFailure] = useState<Failure>();
  useEffect(() => {
    let wanted = true;
    void actions.inspectModule(module.id).then((result) => {
      if (!wanted) return;
      if (result.ok) setReport(result.value);
      else setFailure(result.error);
    });
    return () => void (wanted = false);
  }, [actions, module.id]);
  if (failure !== undefined) {
    return (
      <p role="alert">
        {failure.message} {failure.help}
      </p>
    );
  }
  if (report === undefined) return <Skeleton label={words.title} />;
  return (
    <>
      <Findings findings={report.findings} />
      <dl className={styles.facts}>
        {facts(report, words, common).map(([name, text]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <Names title={words.capabilities} names={report.capabilities.map(({ title, description }) => [title, description])} />
      {report.callbacks.length > 0 && (
        <>
          <h3>{words.callbacks}</h3>
          <p>{report.callbacks.map(({ title }) => title).join(', ')}</p>
        </>
      )}
    </>
  );
}

type Words = Messages['panes']['modules']['xray'];

function facts(report: ModuleReport, words: Words, { bytes }: Messages['common']): readonly (readonly [string, string])[] {
  const { abi, sdk, kinds, memory, envoyStart } = report;
  const origin = [sdk.language, sdk.compiler, sdk.sdk].filter((part) => part !== undefined).join(', ');
  return [
    [words.abi, abi ?? words.noAbi],
    [words.builtWith, origin === '' ? words.unknown : origin],
    [words.canBe, kinds.length === 0 ? words.noKind : kinds.map((kind) => words.kinds[kind]).join(', ')],
    [
      words.memory,
      memory === undefined ? words.noMemory : words.memoryText(bytes(memory.initialBytes), memory.maxBytes && bytes(memory.maxBytes)),
    ],
    [words.ready, words.readyText(envoyStart.milliseconds)],
  ];
}

function Names({ title, names }: { readonly title: string; readonly names: readonly (readonly [string, string])[] }): ReactElement | null {
  if (names.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <ul className={styles.names}>
        {names.map(([name, about]) => (
          <li key={about} data-tip={about}>
            {name}
          </li>
        ))}
      </ul>
    </>
  );
}

const icons = { error: 'error', warning: 'warning', info: 'info', hint: 'info' } as const;

function Findings({ findings }: Pick<ModuleReport, 'findings'>): ReactElement | null {
  if (findings.length === 0) return null;
  return (
    <ul className={styles.findings}>
      {findings.map(({ code, severity, message, help }) => (
        <li key={code + message} data-severity={severity}>
          <Icon name={icons[severity]} size={13} />
          <span>
            {message}
            {help !== undefined && <small>{help}</small>}
          </span>
        </li>
      ))}
    </ul>
  );
}
