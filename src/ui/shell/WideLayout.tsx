import type { ReactElement } from 'react';
import { Separator } from '../kit/Separator.tsx';
import { IconButton } from '../kit/Button.tsx';
import { useSelect } from '../kit/use-store.ts';
import { useMessages } from '../messages/messages-context.ts';
import { keysOf, runCommand } from './commands.ts';
import { Dock } from './Dock.tsx';
import styles from './Layout.module.css';
import { LeftPane } from './LeftPane.tsx';
import { MainPane } from './MainPane.tsx';
import { Notifications } from './Notifications.tsx';
import { Pane } from './Pane.tsx';
import { useApp } from './shell-context.ts';
import { initialArrangement } from './shell-state.ts';
import { slots } from './slots.ts';
import { useMedia } from './use-media.ts';

const limits = { left: [180, 420], right: [260, 640], dock: [120, 640] } as const;

/** Until the user says otherwise: on low screens the canvas gets the larger half. */
const dockHeights = { low: 226, high: 260 } as const;

/** Panes side by side with borders one can drag; the top bar and the shortcuts show and hide them. */
export function WideLayout(): ReactElement {
  const app = useApp();
  const { shell } = useMessages();
  const { left, right, dock, leftOpen, rightOpen, dockOpen } = useSelect(app.shell.state, (state) => state);
  const low = useMedia('(max-height: 800px)');
  const dockHeight = dock > 0 ? dock : dockHeights[low ? 'low' : 'high'];
  const Inspector = slots.inspector;
  return (
    <div className={styles.wide}>
      <div className={styles.row}>
        {leftOpen && (
          <nav id="pane-left" aria-label={shell.leftPane} className={styles.pane} style={{ width: left }}>
            <LeftPane />
            <Border pane="left" label={shell.resizeLeft} controls="pane-left" size={left} />
          </nav>
        )}
        <main id="pane-main" aria-label={shell.mainPane} tabIndex={-1} className={styles.main}>
          <MainPane />
          <Notifications />
        </main>
        {rightOpen && (
          <aside id="pane-inspector" aria-label={shell.rightPane} tabIndex={-1} className={styles.pane} style={{ width: right }}>
            <Border pane="right" label={shell.resizeRight} controls="pane-inspector" size={right} />
            <Pane name={shell.rightPane}>
              <Inspector />
            </Pane>
          </aside>
        )}
      </div>
      {dockOpen && (
        <section id="pane-dock" aria-label={shell.dockPane} className={styles.pane} style={{ height: dockHeight }}>
          <Border pane="dock" label={shell.resizeDock} controls="pane-dock" size={dockHeight} />
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
      )}
    </div>
  );
}

interface BorderProps {
  readonly pane: keyof typeof limits;
  readonly label: string;
  readonly controls: string;
  readonly size: number;
}

/** The edge of a pane towards the canvas. */
function Border({ pane, label, controls, size }: BorderProps): ReactElement {
  const { shell } = useApp();
  const [min, max] = limits[pane];
  return (
    <div className={styles[`${pane}Border`]}>
      <Separator
        label={label}
        controls={controls}
        orientation={pane === 'dock' ? 'horizontal' : 'vertical'}
        pane={pane === 'left' ? 'before' : 'after'}
        value={size}
        min={min}
        max={max}
        initial={initialArrangement[pane]}
        onChange={(next) => shell.state.setState({ [pane]: next })}
      />
    </div>
  );
}
