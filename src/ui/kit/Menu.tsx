import { useEffect, useRef, type KeyboardEvent, type ReactElement } from 'react';
import { cx } from './cx.ts';
import { Icon } from './Icon.tsx';
import { Kbd } from './Kbd.tsx';
import { typeAheadTarget, type MenuAction, type MenuEntry } from './menu-items.ts';
import styles from './Menu.module.css';
import type { Box, Placement } from './place.ts';
import { Popover } from './Popover.tsx';
import { rovingTarget } from './roving.ts';

interface MenuProps {
  readonly label: string;
  readonly entries: readonly MenuEntry[];
  readonly anchor: Box;
  readonly placement?: Placement | undefined;
  readonly onClose: () => void;
}

/** A menu after the ARIA pattern: takes the focus, arrows, Home, End and first letters walk, focus goes back when it closes. */
export function Menu({ label, entries, anchor, placement, onClose }: MenuProps): ReactElement {
  const ref = useRef<HTMLDivElement>(null);
  const actions = entries.filter((entry) => entry.kind === 'action');

  useEffect(() => {
    const before = document.activeElement;
    itemsOf(ref.current)[0]?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);

  const onKeyDown = (event: KeyboardEvent): void => {
    event.stopPropagation();
    const items = itemsOf(ref.current);
    const at = items.findIndex((item) => item === document.activeElement);
    const plainLetter = event.key.length === 1 && event.key !== ' ' && !event.ctrlKey && !event.metaKey && !event.altKey;
    const to = rovingTarget(event.key, at, items.length, 'vertical') ?? (plainLetter ? typeAheadTarget(actions, at, event.key) : undefined);
    if (to !== undefined) {
      event.preventDefault();
      items[to]?.focus();
    } else if (event.key === 'Tab') {
      event.preventDefault();
      onClose();
    }
  };
  const choose = (action: MenuAction): void => {
    if (action.disabled === true) return;
    onClose();
    action.onSelect();
  };
  return (
    <Popover anchor={anchor} placement={placement} onClose={onClose}>
      <div ref={ref} role="menu" aria-label={label} tabIndex={-1} className={styles.menu} onKeyDown={onKeyDown}>
        {entries.map((entry) => {
          if (entry.kind === 'separator') return <hr key={entry.id} className={styles.separator} />;
          if (entry.kind === 'heading') {
            return (
              <div key={entry.id} role="presentation" className={styles.heading}>
                {entry.title}
              </div>
            );
          }
          return (
            <button
              key={entry.id}
              type="button"
              role={entry.checked === undefined ? 'menuitem' : 'menuitemradio'}
              aria-checked={entry.checked}
              aria-disabled={entry.disabled}
              tabIndex={-1}
              className={cx(styles.item, entry.tone === 'danger' && styles.danger)}
              onClick={() => choose(entry)}
              onPointerMove={(event) => event.currentTarget.focus({ preventScroll: true })}
            >
              <span className={styles.icon}>
                {entry.checked === true ? <Icon name="check" /> : entry.icon !== undefined && <Icon name={entry.icon} />}
              </span>
              <span className={styles.title}>
                {entry.title}
                {entry.text !== undefined && <small>{entry.text}</small>}
              </span>
              {entry.keys !== undefined && <Kbd keys={entry.keys} />}
            </button>
          );
        })}
      </div>
    </Popover>
  );
}

function itemsOf(menu: HTMLElement | null): readonly HTMLElement[] {
  return menu === null ? [] : [...menu.querySelectorAll<HTMLElement>('[role^=menuitem]')];
}
