import type { PointerEvent, ReactElement, ReactNode } from 'react';
import type { CatalogueEntry } from '#plugins/catalogue/entry.ts';
import type { FilterOffer, Insertable } from '#workspace/insertable.ts';
import { Badge } from '../kit/Badge.tsx';
import { cx } from '../kit/cx.ts';
import { Icon } from '../kit/Icon.tsx';
import type { IconName } from '../kit/icon-paths.ts';
import { MenuButton } from '../kit/MenuButton.tsx';
import { insertMenu } from '../shell/insert-places.ts';
import { useApp } from '../shell/shell-context.ts';
import styles from './Catalogue.module.css';

export function PluginCard({ entry }: { readonly entry: CatalogueEntry }): ReactElement {
  const { catalogue: words } = useApp().messages.panes;
  return (
    <Card entry={entry} icon="plugin" insertLabel={words.insertMenu(entry.title)}>
      <Badge tone={entry.module === undefined ? 'neutral' : 'green'}>{entry.module === undefined ? words.bring : words.bundled}</Badge>
      <Badge>{words.language[entry.language]}</Badge>
      <Badge>{words.category[entry.category]}</Badge>
    </Card>
  );
}

export function FilterCard({ entry }: { readonly entry: FilterOffer }): ReactElement {
  const { catalogue: words } = useApp().messages.panes;
  return (
    <Card entry={entry} icon="envoy-filter" insertLabel={words.insertFilter(entry.title, entry.layer)} quiet>
      <Badge tone="green">{words.simulated}</Badge>
      <Badge>{words.filterLayer[entry.layer]}</Badge>
      {entry.terminal && <Badge>{words.terminal}</Badge>}
      {entry.route !== undefined && <Badge tip={words.withRoutesTip}>{words.withRoutes}</Badge>}
    </Card>
  );
}

interface CardProps {
  readonly entry: Insertable;
  readonly icon: IconName;
  readonly insertLabel: string;
  readonly quiet?: boolean;
  readonly children: ReactNode;
}

function Card({ entry, icon, insertLabel, quiet = false, children }: CardProps): ReactElement {
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
        <span className={cx(styles.glyph, quiet && styles.quiet)} aria-hidden="true">
          <Icon name={icon} size={12} />
        </span>
        <h2>{entry.title}</h2>
        <MenuButton label={insertLabel} size="small" placement="below-end" entries={() => insertMenu(app, entry)}>
          {words.insert}
        </MenuButton>
      </div>
      <p className={styles.summary}>{entry.summary}</p>
      <p className={styles.facts}>{children}</p>
    </li>
  );
}
