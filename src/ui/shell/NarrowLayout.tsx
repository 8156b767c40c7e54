import type { ReactElement } from 'react';
import { TabPanel, Tabs } from '../kit/Tabs.tsx';
import { useSelect } from '../kit/use-store.ts';
import { useMessages } from '../messages/messages-context.ts';
import { Dock } from './Dock.tsx';
import styles from './Layout.module.css';
import { LeftPane } from './LeftPane.tsx';
import { MainPane } from './MainPane.tsx';
import { Notifications } from './Notifications.tsx';
import { Pane } from './Pane.tsx';
import { useShell } from './shell-context.ts';
import { slots } from './slots.ts';

const icons = { chain: 'layers', files: 'file', inspector: 'sliders', preview: 'play' } as const;
const sheets = ['chain', 'files', 'inspector', 'preview'] as const;

/** One pane at a time, chosen at the foot: everything of the wide layout fits a phone. */
export function NarrowLayout(): ReactElement {
  const shell = useShell();
  const { shell: words } = useMessages();
  const sheet = useSelect(shell.state, (state) => state.sheet);
  const Inspector = slots.inspector;
  return (
    <>
      <main id="pane-main" aria-label={words.sheet[sheet]} tabIndex={-1} className={styles.sheet}>
        <TabPanel name="sheet" id={sheet} className={styles.sheetPanel}>
          {sheet === 'chain' && <MainPane />}
          {sheet === 'files' && <LeftPane />}
          {sheet === 'preview' && <Dock />}
          {sheet === 'inspector' && (
            <div id="pane-inspector" tabIndex={-1} className={styles.panel}>
              <Pane name={words.rightPane}>
                <Inspector />
              </Pane>
            </div>
          )}
        </TabPanel>
        <Notifications />
      </main>
      <nav aria-label={words.sheets} className={styles.sheets}>
        <Tabs
          name="sheet"
          label={words.sheets}
          variant="bar"
          value={sheet}
          items={sheets.map((id) => ({ id, label: words.sheet[id], icon: icons[id] }))}
          onChange={(next) => shell.state.setState({ sheet: next })}
        />
      </nav>
    </>
  );
}
