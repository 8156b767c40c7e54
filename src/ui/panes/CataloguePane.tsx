import { useState, type ReactElement } from 'react';
import { Badge } from '../kit/Badge.tsx';
import { EmptyState } from '../kit/EmptyState.tsx';
import { fuzzyFilter } from '../kit/fuzzy.ts';
import { TabPanel, Tabs } from '../kit/Tabs.tsx';
import { TextField } from '../kit/TextField.tsx';
import { useApp } from '../shell/shell-context.ts';
import { FilterCard, PluginCard } from './CatalogueCard.tsx';
import styles from './Catalogue.module.css';

type Kind = 'plugins' | 'filters';

/** What one can insert, Wasm plugins and Envoy's own filters: search, drag onto the chain, or choose the place from a menu. */
export function CataloguePane(): ReactElement {
  const app = useApp();
  const { catalogue: words } = app.messages.panes;
  const { catalogue, filters } = app.workspace;
  const [query, setQuery] = useState('');
  const [chosen, setChosen] = useState<Kind>('plugins');
  const found = {
    plugins: fuzzyFilter(query, catalogue, (entry) => `${entry.title} ${entry.name} ${entry.summary} ${entry.category} ${entry.language}`),
    filters: fuzzyFilter(query, filters, (entry) => `${entry.title} ${entry.filter} ${entry.summary} ${words.filterLayer[entry.layer]}`),
  };
  // Who looks for something wants to see where it is.
  const other = chosen === 'plugins' ? 'filters' : 'plugins';
  const kind = found[chosen].length === 0 && found[other].length > 0 ? other : chosen;
  const items = (['plugins', 'filters'] as const).map((id) => ({ id, label: words.kind[id], badge: <Badge>{found[id].length}</Badge> }));
  return (
    <div className={styles.pane}>
      <TextField label={words.search} hideLabel icon="search" type="search" placeholder={words.search} value={query} onChange={setQuery} />
      <Tabs name="catalogue" label={words.kinds} items={items} value={kind} onChange={setChosen} variant="segment" />
      <TabPanel name="catalogue" id={kind} className={styles.found}>
        {found[kind].length === 0 && <EmptyState icon="search" title={words.empty} text={words.emptyText} />}
        {kind === 'plugins' ? (
          <ul aria-label={words.list} className={styles.list}>
            {found.plugins.map((entry) => (
              <PluginCard key={entry.name} entry={entry} />
            ))}
          </ul>
        ) : (
          <ul aria-label={words.filterList} className={styles.list}>
            {found.filters.map((entry) => (
              <FilterCard key={entry.name} entry={entry} />
            ))}
          </ul>
        )}
      </TabPanel>
    </div>
  );
}
