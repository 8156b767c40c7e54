import { useState, type PointerEvent, type ReactElement } from 'react';
import type { CatalogueEntry } from '#plugins/catalogue/entry.ts';
import { Badge } from '../kit/Badge.tsx';
import { EmptyState } from '../kit/EmptyState.tsx';
import { fuzzyFilter } from '../kit/fuzzy.ts';
import { Icon } from '../kit/Icon.tsx';
import { MenuButton } from '../kit/MenuButton.tsx';
import type { MenuEntry } from '../kit/menu-items.ts';
import { TextField } from '../kit/TextField.tsx';
import { insertPlugin } from '../shell/chain-actions.ts';
import { layerOfEntry } from '../shell/chain-places.ts';
import { useApp, type App } from '../shell/shell-context.ts';
import styles from './Catalogue.module.css';

/** The plugins one can insert: search, drag onto the chain, or choose the place from a menu. */
export function CataloguePane(): ReactElement {
  const app = useApp();
  const { catalogue: words } = app.messages.panes;
  const { catalogue } = app.workspace;
  const [query, setQuery] = useState('');
  const found = fuzzyFilter(
    query,
    catalogue,
    (entry) => `${entry.title} ${entry.name} ${entry.summary} ${entry.category} ${entry.language}`,
  );
  return (
    <div className={styles.pane}>
      <TextField label={words.search} hideLabel icon="search" type="search" placeholder={words.search} value={query} onChange={setQuery} />
      {found.length === 0 ? (
        <EmptyState icon="search" title={words.empty} text={words.emptyText} />
      ) : (
        <ul aria-label={words.list} className={styles.list}>
          {found.map((entry) => (
            <Card key={entry.name} entry={entry} />
          ))}
        </ul>
      )}
    </div>
  );
}

function Card({ entry }: { readonly entry: CatalogueEntry }): ReactElement {
  const app = useApp();
  const { catalogue: words } = app.messages.panes;
  const onPointerDown = (event: PointerEvent): void => {
    const onButton = event.target instanceof Element && event.target.closest('button') !== null;
    if (event.button !== 0 || event.pointerType === 'touch' || onButton) return;
    app.shell.drag.begin({ kind: 'entry', entry, title: entry.title }, event);
  };
  return (
    // Dragging is the pointer's way; the menu in the card does the same by keyboard and touch.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <li className={styles.card} data-catalogue={entry.name} data-tip={words.dragTip} onPointerDown={onPointerDown}>
      <div className={styles.head}>
        <span className={styles.glyph} aria-hidden="true">
          <Icon name="plugin" size={12} />
        </span>
        <h2>{entry.title}</h2>
        <MenuButton label={words.insertMenu(entry.title)} size="small" placement="below-end" entries={() => insertMenu(app, entry)}>
          {words.insert}
        </MenuButton>
      </div>
      <p className={styles.summary}>{entry.summary}</p>
      <p className={styles.facts}>
        <Badge tone={entry.module === undefined ? 'neutral' : 'green'}>{entry.module === undefined ? words.bring : words.bundled}</Badge>
        <Badge>{words.language[entry.language]}</Badge>
        <Badge>{words.category[entry.category]}</Badge>
      </p>
    </li>
  );
}

/** One entry for each place of a phase, then the first few that need an EnvoyFilter. */
function insertMenu(app: App, entry: CatalogueEntry): readonly MenuEntry[] {
  const { catalogue: words } = app.messages.panes;
  const { lane } = app.workspace.design.getState();
  if (lane === undefined) return [{ kind: 'heading', id: 'none', title: words.noChain }];
  const layer = layerOfEntry(entry);
  const places = lane.gaps.map((gap, position) => ({ gap, position })).filter(({ gap }) => gap.layer === layer);
  if (places.length === 0) return [{ kind: 'heading', id: 'none', title: layer === 'http' ? words.noChain : words.noNetworkPlace }];
  const item = ({ gap, position }: (typeof places)[number]): MenuEntry => ({
    kind: 'action',
    id: String(position),
    title: gap.text,
    icon: gap.needsEnvoyFilter ? 'envoy-filter' : 'plugin',
    onSelect: () => insertPlugin(app, entry, position),
  });
  const inPhase = places.filter(({ gap }) => !gap.needsEnvoyFilter);
  // What the plugin itself suggests comes first.
  const suggested = inPhase.toSorted((a, b) => Number(b.gap.band === entry.phase) - Number(a.gap.band === entry.phase));
  if (suggested.length === 0) return [{ kind: 'heading', id: 'phases', title: words.filterOnly }, ...places.map(item)];
  return [{ kind: 'heading', id: 'phases', title: words.bands }, ...suggested.map(item)];
}
