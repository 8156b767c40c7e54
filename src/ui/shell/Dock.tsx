import type { ReactElement } from 'react';
import { Badge } from '../kit/Badge.tsx';
import { TabPanel, Tabs } from '../kit/Tabs.tsx';
import { useSelect } from '../kit/use-store.ts';
import { useWorkspace } from '../kit/workspace-context.ts';
import { useMessages } from '../messages/messages-context.ts';
import { OutlinePane } from '../panes/OutlinePane.tsx';
import styles from './Layout.module.css';
import { Pane } from './Pane.tsx';
import { slots } from './slots.ts';
import { useIsNarrow } from './use-media.ts';

const panes = { preview: slots.preview, problems: slots.problems, log: slots.log, list: OutlinePane, compare: slots.compare } as const;

export function Dock(): ReactElement {
  const { view, design, runs, actions } = useWorkspace();
  const { shell } = useMessages();
  const narrow = useIsNarrow();
  const tab = useSelect(view, (state) => state.dockTab);
  const problems = useSelect(
    design,
    (state) => state.diagnostics.filter((item) => item.severity === 'error' || item.severity === 'warning').length,
  );
  const errors = useSelect(design, (state) => state.diagnostics.some((item) => item.severity === 'error'));
  const lines = useSelect(runs, (state) => state.logs.length);
  const Content = panes[tab];
  const items = [
    { id: 'preview' as const, label: shell.dockTab.preview },
    {
      id: 'problems' as const,
      label: shell.dockTab.problems,
      badge: problems > 0 ? <Badge tone={errors ? 'red' : 'amber'}>{problems}</Badge> : undefined,
    },
    { id: 'log' as const, label: shell.dockTab.log, badge: lines > 0 ? <Badge>{lines}</Badge> : undefined },
    { id: 'list' as const, label: shell.dockTab.list },
    { id: 'compare' as const, label: shell.dockTab.compare },
  ];
  return (
    <>
      <div className={styles.tabs}>
        <Tabs name="dock" label={shell.dockTabs} value={tab} items={items} onChange={(dockTab) => actions.setView({ dockTab })} />
        {!narrow && <Summary />}
      </div>
      <TabPanel name="dock" id={tab} className={styles.panel}>
        <Pane name={shell.dockTab[tab]}>
          <Content />
        </Pane>
      </TabPanel>
    </>
  );
}

/** The chain in numbers, and how long the last run took here. */
function Summary(): ReactElement | null {
  const { design, runs } = useWorkspace();
  const { shell } = useMessages();
  const rows = useSelect(design, ({ lane }) => (lane?.rows.length === 0 ? lane.networkFilters : lane?.rows));
  const measured = useSelect(runs, (state) => state.trace?.measuredMs);
  if (rows === undefined) return null;
  const plugins = rows.filter((row) => row.kind === 'plugin').length;
  return (
    <p className={styles.summary}>
      {shell.chainSummary(plugins, rows.length)}
      {measured !== undefined && ` · ${shell.measured(measured)}`}
    </p>
  );
}
