import type { ReactElement } from 'react';
import { PickerDialog } from '../kit/PickerDialog.tsx';
import { useSelect } from '../kit/use-store.ts';
import { insertPlugin } from './chain-actions.ts';
import { fitsGap } from './chain-places.ts';
import { filterPlaceText } from './insert-places.ts';
import { useApp } from './shell-context.ts';

/** Chooses the plugin for one gap of the chain. */
export function InsertDialog(): ReactElement | null {
  const app = useApp();
  const { canvas, common, commands } = app.messages;
  const { catalogue, filters } = app.workspace;
  const lane = useSelect(app.workspace.design, (design) => design.lane);
  const place = useSelect(app.shell.state, (state) => state.insertAt);
  const gap = useSelect(app.workspace.design, (design) => (place === undefined ? undefined : design.lane?.gaps[place]));
  if (place === undefined || gap === undefined || lane === undefined) return null;
  const { kind } = app.messages.panes.catalogue;
  return (
    <PickerDialog
      title={commands.insert}
      placeholder={canvas.insertPlaceholder}
      emptyText={canvas.insertEmpty}
      closeLabel={common.close}
      note={gap.text}
      items={[
        ...catalogue
          .filter((entry) => fitsGap(lane, entry, gap))
          .map((entry) => ({
            id: entry.name,
            title: entry.title,
            text: entry.summary,
            group: kind.plugins,
            icon: 'plugin' as const,
            onSelect: () => insertPlugin(app, entry, place),
          })),
        ...filters
          .filter((entry) => fitsGap(lane, entry, gap))
          .map((entry) => ({
            id: entry.filter,
            title: entry.title,
            text: entry.summary,
            group: `${kind.filters} · ${filterPlaceText(app, lane, gap, entry)}`,
            icon: 'envoy-filter' as const,
            onSelect: () => insertPlugin(app, entry, place),
          })),
      ]}
      onClose={() => app.shell.state.setState({ insertAt: undefined })}
    />
  );
}
