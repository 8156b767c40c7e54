import type { KeyboardEvent, ReactElement, ReactNode } from 'react';
import { Icon } from './Icon.tsx';
import type { IconName } from './icon-paths.ts';
import { rovingTarget } from './roving.ts';
import styles from './Tabs.module.css';

interface TabItem<Id extends string> {
  readonly id: Id;
  readonly label: string;
  /** A small number or word after the label. */
  readonly badge?: ReactNode;
  readonly icon?: IconName | undefined;
}

interface TabsProps<Id extends string> {
  /** Joins tabs and panels: the tab of `x` has the id `<name>-tab-x`, its panel `<name>-panel-x`. */
  readonly name: string;
  readonly label: string;
  readonly items: readonly TabItem<Id>[];
  readonly value: Id;
  readonly onChange: (id: Id) => void;
  readonly variant?: 'line' | 'segment' | 'bar' | undefined;
}

/** A tab list after the ARIA pattern: one tab stop, arrows, Home and End choose. */
export function Tabs<Id extends string>({ name, label, items, value, onChange, variant = 'line' }: TabsProps<Id>): ReactElement {
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    const at = items.findIndex((item) => item.id === value);
    const next = items[rovingTarget(event.key, at, items.length, 'horizontal') ?? -1];
    if (next === undefined) return;
    event.preventDefault();
    onChange(next.id);
    event.currentTarget.querySelector<HTMLElement>(`#${CSS.escape(tabId(name, next.id))}`)?.focus();
  };
  return (
    <div role="tablist" tabIndex={-1} aria-label={label} className={styles[variant]} onKeyDown={onKeyDown}>
      {items.map((item) => (
        <button
          key={item.id}
          type="button"
          role="tab"
          id={tabId(name, item.id)}
          aria-selected={item.id === value}
          aria-controls={item.id === value ? panelId(name, item.id) : undefined}
          tabIndex={item.id === value ? 0 : -1}
          className={styles.tab}
          onClick={() => onChange(item.id)}
        >
          {item.icon !== undefined && <Icon name={item.icon} />}
          <span>{item.label}</span>
          {item.badge}
        </button>
      ))}
    </div>
  );
}

interface TabPanelProps {
  readonly name: string;
  readonly id: string;
  readonly className?: string | undefined;
  readonly children: ReactNode;
}

export function TabPanel({ name, id, className, children }: TabPanelProps): ReactElement {
  return (
    <div role="tabpanel" id={panelId(name, id)} aria-labelledby={tabId(name, id)} className={className ?? styles.panel}>
      {children}
    </div>
  );
}

function tabId(name: string, id: string): string {
  return `${name}-tab-${id}`;
}

function panelId(name: string, id: string): string {
  return `${name}-panel-${id}`;
}
