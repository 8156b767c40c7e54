import type { ReactElement } from 'react';
import { TabPanel, Tabs } from '../kit/Tabs.tsx';
import { useSelect } from '../kit/use-store.ts';
import { useWorkspace } from '../kit/workspace-context.ts';
import { useMessages } from '../messages/messages-context.ts';
import { CataloguePane } from '../panes/CataloguePane.tsx';
import { FilesPane } from '../panes/FilesPane.tsx';
import { ModulesPane } from '../panes/ModulesPane.tsx';
import styles from './Layout.module.css';
import { Pane } from './Pane.tsx';

const ids = ['files', 'catalogue', 'modules'] as const;
const panes = { files: FilesPane, catalogue: CataloguePane, modules: ModulesPane };

export function LeftPane(): ReactElement {
  const { view, actions } = useWorkspace();
  const { shell } = useMessages();
  const tab = useSelect(view, (state) => state.leftTab);
  const Content = panes[tab];
  return (
    <>
      <div className={styles.tabs}>
        <Tabs
          name="left"
          label={shell.leftTabs}
          value={tab}
          items={ids.map((id) => ({ id, label: shell.leftTab[id] }))}
          onChange={(leftTab) => actions.setView({ leftTab })}
        />
      </div>
      <TabPanel name="left" id={tab} className={styles.panel}>
        <Pane name={shell.leftTab[tab]}>
          <Content />
        </Pane>
      </TabPanel>
    </>
  );
}
