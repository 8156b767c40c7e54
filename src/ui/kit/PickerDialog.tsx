import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactElement, type ReactNode } from 'react';
import { Dialog } from './Dialog.tsx';
import { fuzzyFilter } from './fuzzy.ts';
import { Icon } from './Icon.tsx';
import type { IconName } from './icon-paths.ts';
import { Kbd } from './Kbd.tsx';
import styles from './PickerDialog.module.css';

export interface PickerItem {
  readonly id: string;
  readonly title: string;
  /** A quieter second part; searched too. */
  readonly text?: string | undefined;
  readonly icon?: IconName | undefined;
  readonly keys?: string | undefined;
  readonly group?: string | undefined;
  readonly onSelect: () => void;
}

interface PickerDialogProps {
  readonly title: string;
  readonly placeholder: string;
  readonly emptyText: string;
  readonly closeLabel: string;
  readonly items: readonly PickerItem[];
  readonly onClose: () => void;
  /** A line under the search field. */
  readonly note?: ReactNode;
}

const AT_MOST = 60;

/** Type to search, arrows to walk, Enter to choose: the command palette and every "insert …" are this. ARIA combobox with a listbox. */
export function PickerDialog({ title, placeholder, emptyText, closeLabel, items, onClose, note }: PickerDialogProps): ReactElement {
  const [query, setQuery] = useState('');
  const [active, setActive] = useState(0);
  const id = useId();
  const listRef = useRef<HTMLDivElement>(null);
  const found = fuzzyFilter(query, items, (item) => `${item.title} ${item.text ?? ''}`).slice(0, AT_MOST);
  const at = Math.min(active, found.length - 1);

  const activeId = found[at]?.id;
  useEffect(() => {
    if (activeId !== undefined) listRef.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [activeId]);

  const choose = (item: PickerItem | undefined): void => {
    if (item === undefined) return;
    onClose();
    item.onSelect();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (step !== undefined && found.length > 0) {
      event.preventDefault();
      const wraps = Math.abs(step) === 1;
      setActive(wraps ? (at + step + found.length) % found.length : Math.max(0, Math.min(found.length - 1, at + step)));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      choose(found[at]);
    }
  };
  return (
    <Dialog title={title} closeLabel={closeLabel} onClose={onClose} bare>
      <div className={styles.search}>
        <Icon name="search" />
        <input
          type="text"
          role="combobox"
          aria-label={title}
          aria-expanded="true"
          aria-controls={`${id}-list`}
          aria-activedescendant={found[at] === undefined ? undefined : `${id}-${at}`}
          aria-autocomplete="list"
          autoComplete="off"
          spellCheck={false}
          // A modal that only searches begins in its search field (ARIA combobox pattern).
          // eslint-disable-next-line jsx-a11y/no-autofocus
          autoFocus
          placeholder={placeholder}
          value={query}
          onChange={(event) => {
            setQuery(event.target.value);
            setActive(0);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      {note !== undefined && <div className={styles.note}>{note}</div>}
      <div ref={listRef} id={`${id}-list`} role="listbox" aria-label={title} tabIndex={-1} className={styles.list}>
        {found.map((item, index) => (
          <PickerRow
            key={item.id}
            id={`${id}-${index}`}
            item={item}
            selected={index === at}
            heading={query === '' && item.group !== found[index - 1]?.group ? item.group : undefined}
            onHover={() => setActive(index)}
            onChoose={() => choose(item)}
          />
        ))}
      </div>
      {found.length === 0 && (
        <p className={styles.empty} role="status">
          {emptyText}
        </p>
      )}
    </Dialog>
  );
}

interface PickerRowProps {
  readonly id: string;
  readonly item: PickerItem;
  readonly selected: boolean;
  readonly heading: string | undefined;
  readonly onHover: () => void;
  readonly onChoose: () => void;
}

function PickerRow({ id, item, selected, heading, onHover, onChoose }: PickerRowProps): ReactElement {
  return (
    <>
      {heading !== undefined && (
        <div role="presentation" className={styles.heading}>
          {heading}
        </div>
      )}
      {/* The combobox keeps the focus and has the keys; the pointer is all that reaches an option. */}
      {/* eslint-disable-next-line jsx-a11y/click-events-have-key-events */}
      <div
        id={id}
        role="option"
        aria-selected={selected}
        tabIndex={-1}
        className={styles.item}
        onPointerMove={onHover}
        onPointerDown={(event) => event.preventDefault()}
        onClick={onChoose}
      >
        <span className={styles.icon}>{item.icon !== undefined && <Icon name={item.icon} />}</span>
        <span className={styles.title}>
          {item.title}
          {item.text !== undefined && <small>{item.text}</small>}
        </span>
        {item.keys !== undefined && <Kbd keys={item.keys} />}
      </div>
    </>
  );
}
