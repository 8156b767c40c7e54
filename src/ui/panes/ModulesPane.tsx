import type { ReactElement } from 'react';
import type { ModuleFile } from '#workspace/document.ts';
import { Badge } from '../kit/Badge.tsx';
import { Button } from '../kit/Button.tsx';
import { EmptyState } from '../kit/EmptyState.tsx';
import { Icon } from '../kit/Icon.tsx';
import { MenuButton } from '../kit/MenuButton.tsx';
import { useSelect } from '../kit/use-store.ts';
import { openFilePicker } from '../shell/add-files.ts';
import { useApp } from '../shell/shell-context.ts';
import { moduleMenu } from './file-actions.ts';
import { ModuleXray } from './ModuleXray.tsx';
import styles from './Modules.module.css';

/** The modules the user brought, with size, digest and what they stand for. */
export function ModulesPane(): ReactElement {
  const app = useApp();
  const { modules: words } = app.messages.panes;
  const modules = useSelect(app.workspace.document, ({ document }) => document.modules);
  if (modules.length === 0) {
    return (
      <EmptyState icon="module" title={words.empty} text={words.emptyText}>
        <Button icon="upload" onClick={() => openFilePicker(app)}>
          {words.add}
        </Button>
      </EmptyState>
    );
  }
  return (
    <ul aria-label={words.list} className={styles.list}>
      {modules.map((module) => (
        <Module key={module.id} module={module} />
      ))}
    </ul>
  );
}

function Module({ module }: { readonly module: ModuleFile }): ReactElement {
  const app = useApp();
  const { modules: words } = app.messages.panes;
  return (
    <li className={styles.module}>
      <div className={styles.head}>
        <Icon name="module" />
        <h2 data-tip={module.name} data-tip-when="cut">
          {module.name}
        </h2>
        <Badge>{app.messages.common.bytes(module.size)}</Badge>
        <MenuButton
          icon="more"
          size="small"
          label={words.actions(module.name)}
          placement="below-end"
          entries={() => moduleMenu(app, module)}
        />
      </div>
      <dl className={styles.facts}>
        <dt>{words.digest}</dt>
        <dd>
          <code data-tip={module.digest}>{module.digest.slice(0, 12)}…</code>
        </dd>
        <dt>{words.bound}</dt>
        <dd>{module.urls.length === 0 ? words.unbound : module.urls.map((url) => <code key={url}>{url}</code>)}</dd>
      </dl>
      <ModuleXray module={module} />
    </li>
  );
}
