import type { Lane, LaneGap } from '#workspace/design.ts';
import { isFilterOffer, type FilterOffer, type Insertable } from '#workspace/insertable.ts';
import type { CatalogueEntry } from '#plugins/catalogue/entry.ts';
import type { MenuEntry } from '../kit/menu-items.ts';
import { insertPlugin } from './chain-actions.ts';
import { fitsGap, layerOfEntry, rowsBeside, type GapPosition } from './chain-places.ts';
import type { App } from './shell-context.ts';

interface Place {
  readonly gap: LaneGap;
  readonly position: GapPosition;
}

/** The places of the chain in view for one entry of the catalogue, as a menu. */
export function insertMenu(app: App, entry: Insertable): readonly MenuEntry[] {
  const { catalogue: words } = app.messages.panes;
  const { lane } = app.workspace.design.getState();
  if (lane === undefined) return [heading(words.noChain)];
  const places = lane.gaps.map((gap, position) => ({ gap, position })).filter(({ gap }) => fitsGap(lane, entry, gap));
  if (places.length > 0) return isFilterOffer(entry) ? filterMenu(app, lane, entry, places) : pluginMenu(app, entry, places);
  if (isFilterOffer(entry) && entry.terminal) return [heading(words.noTerminalPlace)];
  return [heading(layerOfEntry(entry) === 'http' ? words.noChain : words.noNetworkPlace)];
}

const heading = (title: string): MenuEntry => ({ kind: 'heading', id: 'places', title });

/** One entry for each place of a phase, then those that need an EnvoyFilter. */
function pluginMenu(app: App, entry: CatalogueEntry, places: readonly Place[]): readonly MenuEntry[] {
  const { catalogue: words } = app.messages.panes;
  const item = ({ gap, position }: Place): MenuEntry => ({
    kind: 'action',
    id: String(position),
    title: gap.text,
    icon: gap.needsEnvoyFilter ? 'envoy-filter' : 'plugin',
    onSelect: () => insertPlugin(app, entry, position),
  });
  const inPhase = places.filter(({ gap }) => !gap.needsEnvoyFilter);
  // What the plugin itself suggests comes first.
  const suggested = inPhase.toSorted((a, b) => Number(b.gap.band === entry.phase) - Number(a.gap.band === entry.phase));
  if (suggested.length === 0) return [heading(words.filterOnly), ...places.map(item)];
  return [heading(words.bands), ...suggested.map(item)];
}

/** Phases mean nothing to Envoy's own filters: every place between two filters once, from the router up, for there most belong. */
function filterMenu(app: App, lane: Lane, entry: FilterOffer, places: readonly Place[]): readonly MenuEntry[] {
  const once = places.filter(({ gap }, i) => places.findIndex((place) => place.gap.index === gap.index) === i).toReversed();
  return [
    heading(app.messages.panes.catalogue.places),
    ...once.map(({ gap, position }): MenuEntry => ({
      kind: 'action',
      id: String(position),
      title: filterPlaceText(app, lane, gap, entry),
      icon: 'envoy-filter',
      onSelect: () => insertPlugin(app, entry, position),
    })),
  ];
}

/** Where a filter would stand: between which others. */
export function filterPlaceText({ messages }: App, lane: Lane, gap: LaneGap, { terminal }: FilterOffer): string {
  const { catalogue: words } = messages.panes;
  const { before, after } = rowsBeside(lane, gap);
  if (after === undefined) return before === undefined ? '' : words.afterRow(before.title);
  return terminal ? words.insteadOf(after.title) : words.beforeRow(after.title);
}
