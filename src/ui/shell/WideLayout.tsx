import type { ReactElement } from 'react';
import { IconButton } from '../kit/Button.tsx';
import { Separator } from '../kit/Separator.tsx';
import { useSelect } from '../kit/use-store.ts';
import { useMessages } from '../messages/messages-context.ts';
import { keysOf, runCommand } from './commands.ts';
import { Dock } from './Dock.tsx';
import styles from './Layout.module.css';
import { LeftPane } from './LeftPane.tsx';
import { MainPane } from './MainPane.tsx';
import { Pane } from './Pane.tsx';
import { useApp } from './shell-context.ts';
import { initialArrangement } from './shell-state.ts';
import { slots } from './slots.ts';
import { useMedia } from './use-media.ts';

const limits = { left: [180, 420], right: [260, 640], dock: [120, 640] } as const;

/** Panes side by side with borders one can drag; a hidden pane leaves a button at its edge. */
export function WideLayout(): ReactElement {
  const app = useApp();
  const { shell } = useMessages();
  const { left, right, dock, leftOpen, rightOpen, dockOpen } = useSelect(app.shell.state, (state) => state);
  const low = useMedia('(max-height: 800px)');
  const dockHeight = low ? Math.min(dock, 226) : dock;
  const Inspector = slots.inspector;
  const set = app.shell.state.setState;
  return (
    <div className={styles.wide}>
      <div className={styles.row}>
        {leftOpen && (
          <>
            <nav id="pane-left" aria-label={shell.leftPane} className={styles.pane} style={{ width: left }}>
              <LeftPane />
            </nav>
            <Separator
              label={shell.resizeLeft}
              controls="pane-left"
              orientation="vertical"
              pane="before"
              value={left}
              min={limits.left[0]}
              max={limits.left[1]}
              initial={initialArrangement.left}
              onChange={(size) => set({ left: size })}
            />
          </>
        )}
        <main id="pane-main" aria-label={shell.mainPane} tabIndex={-1} className={styles.main}>
          <MainPane />
        </main>
        {rightOpen && (
          <>
            <Separator
              label={shell.resizeRight}
              controls="pane-inspector"
              orientation="vertical"
              pane="after"
              value={right}
              min={limits.right[0]}
              max={limits.right[1]}
              initial={initialArrangement.right}
              onChange={(size) => set({ right: size })}
            />
            <aside id="pane-inspector" aria-label={shell.rightPane} tabIndex={-1} className={styles.pane} style={{ width: right }}>
              <Pane name={shell.rightPane}>
                <Inspector />
              </Pane>
            </aside>
          </>
        )}
      </div>
      {dockOpen && (
        <>
          <Separator
            label={shell.resizeDock}
            controls="pane-dock"
            orientation="horizontal"
            pane="after"
            value={dockHeight}
            min={limits.dock[0]}
            max={limits.dock[1]}
            initial={initialArrangement.dock}
            onChange={(size) => set({ dock: size })}
          />
          <section id="pane-dock" aria-label={shell.dockPane} className={styles.pane} style={{ height: dockHeight }}>
            <Dock />
            <IconButton
              className={styles.closeDock}
              icon="chevron-down"
              size="small"
              label={shell.collapseDock}
              keys={keysOf('pane.dock', app)}
              onClick={() => runCommand('pane.dock', app)}
            />
          </section>
        </>
      )}
    </div>
  );
}
