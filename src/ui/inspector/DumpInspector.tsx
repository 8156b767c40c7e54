import type { ReactElement, ReactNode } from 'react';
import type { Diagnostic } from '#base/diagnostic.ts';
import type { KeptDump } from '#envoy/config-dump/keep.ts';
import { formatRef } from '#envoy/provenance.ts';
import type { DumpFile } from '#workspace/document.ts';
import { fileKey } from '#workspace/proxy-source.ts';
import { Badge } from '../kit/Badge.tsx';
import { Button } from '../kit/Button.tsx';
import { EmptyState } from '../kit/EmptyState.tsx';
import { Icon } from '../kit/Icon.tsx';
import { useSelect } from '../kit/use-store.ts';
import { useWorkspace } from '../kit/workspace-context.ts';
import { useShell } from '../shell/shell-context.ts';
import { useMessages } from '../messages/messages-context.ts';
import styles from './DumpInspector.module.css';
import inspector from './Inspector.module.css';

/** A saved configuration in place of its text, which may have millions of lines: whose it is, what it holds, what to do with it. */
export function DumpInspector({ dump }: { readonly dump: DumpFile }): ReactElement {
  const workspace = useWorkspace();
  const { dump: words } = useMessages();
  const reading = useSelect(workspace.readings, (readings) => readings.get(dump.key));
  return (
    <div className={inspector.inspector}>
      <header className={inspector.head}>
        <h2 className={inspector.title}>{dump.name}</h2>
        <p className={inspector.subtitle}>{words.readOnly}</p>
      </header>
      {reading?.kind === 'read' && <Summary dump={dump} kept={reading.dump} />}
      {reading?.kind === 'failed' && <EmptyState icon="error" title={words.failed} text={reading.failure.message} />}
      {(reading === undefined || reading.kind === 'reading') && <Progress share={reading?.share ?? 0} />}
    </div>
  );
}

function Progress({ share }: { readonly share: number }): ReactElement {
  const { dump: words } = useMessages();
  const percent = Math.round(share * 100);
  return (
    <div className={styles.progress}>
      <progress max={100} value={percent} aria-label={words.reading(percent)} />
      <span aria-hidden="true">{words.reading(percent)}</span>
    </div>
  );
}

function Summary({ dump, kept }: { readonly dump: DumpFile; readonly kept: KeptDump }): ReactElement {
  const { actions, view } = useWorkspace();
  const shellState = useShell();
  const { dump: words, common, shell } = useMessages();
  const { node, listeners, routes, extensions, clusters } = kept;
  const key = fileKey(dump.id);
  const inView = useSelect(view, (state) => state.proxy === key);
  const show = (dialog?: 'resources', dockTab?: 'compare'): void => {
    const place = inView ? {} : { proxy: key, listener: undefined, chain: undefined };
    actions.setView({ ...place, ...(dialog === undefined ? {} : { dialog }), ...(dockTab === undefined ? {} : { dockTab }) });
    if (dockTab !== undefined) shellState.state.setState({ dockOpen: true });
  };
  const holds = [
    words.listeners(listeners.length),
    words.routes(routes.length),
    words.extensions(extensions.length),
    words.clusters(clusters.length),
  ];
  return (
    <>
      {listeners.length > 0 && (
        <div className={styles.actions}>
          <Button icon="layers" size="small" onClick={() => show()}>
            {words.show}
          </Button>
          <Button icon="plugin" size="small" onClick={() => show('resources')}>
            {words.makeResources}
          </Button>
          <Button icon="list" size="small" onClick={() => show(undefined, 'compare')}>
            {words.compare}
          </Button>
        </div>
      )}
      {listeners.length === 0 && <p className={inspector.stale}>{words.noListeners}</p>}
      <dl className={styles.facts}>
        {node !== undefined && (
          <>
            <Fact name={words.proxy}>{`${node.namespace ?? ''}/${node.name ?? node.id} · ${kindOf(node.type, shell.proxyKind)}`}</Fact>
            {node.istioVersion !== undefined && <Fact name={words.istio}>{node.istioVersion}</Fact>}
            <Fact name={words.node}>
              <code>{node.id}</code>
            </Fact>
          </>
        )}
        <Fact name={words.size}>{common.bytes(dump.size)}</Fact>
        <Fact name={words.holds}>{holds.join(', ')}</Fact>
      </dl>
      <Plugins kept={kept} />
      <Problems diagnostics={kept.diagnostics} />
    </>
  );
}

function kindOf(type: string | undefined, kinds: Readonly<Record<string, string>>): string {
  return (type === undefined ? undefined : kinds[type]) ?? type ?? '';
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactElement {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function Plugins({ kept }: { readonly kept: KeptDump }): ReactElement {
  const { dump: words } = useMessages();
  return (
    <section className={styles.part}>
      <h3 data-tip={words.pluginsHint}>{words.plugins}</h3>
      {kept.plugins.length === 0 && <p>{words.noPlugins}</p>}
      <ul className={styles.list}>
        {kept.plugins.map(({ resource, places }) => (
          <li key={formatRef(resource)}>
            <Icon name="plugin" size={13} />
            <span>{formatRef(resource)}</span>
            <Badge>{places.length === 0 ? words.onlyConfigured : words.places(places.length)}</Badge>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Beyond these the pane of problems is the better place. */
const problemsShown = 12;

function Problems({ diagnostics }: { readonly diagnostics: readonly Diagnostic[] }): ReactElement {
  const { dump: words } = useMessages();
  const more = diagnostics.length - problemsShown;
  return (
    <section className={styles.part}>
      <h3>{words.problems}</h3>
      {diagnostics.length === 0 && <p>{words.noProblems}</p>}
      <ul className={styles.list}>
        {diagnostics.slice(0, problemsShown).map(({ code, severity, message, help }) => (
          <li key={code + message} data-severity={severity}>
            <Icon name={severity === 'error' ? 'error' : severity === 'warning' ? 'warning' : 'info'} size={13} />
            <span>
              {message}
              {help !== undefined && <small>{help}</small>}
            </span>
          </li>
        ))}
      </ul>
      {more > 0 && <p>{words.moreProblems(more)}</p>}
    </section>
  );
}
