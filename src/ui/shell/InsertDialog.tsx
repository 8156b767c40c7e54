import type { ReactElement } from 'react';
import { PickerDialog } from '../kit/PickerDialog.tsx';
import { useSelect } from '../kit/use-store.ts';
import { insertPlugin } from './chain-actions.ts';
import { layerOfEntry } from './chain-places.ts';
import { useApp } from './shell-context.ts';

/** Chooses the plugin for one gap of the chain. */
export function InsertDialog(): ReactElement | null {
  const app = useApp();
  const { canvas, common, commands } = app.messages;
  const { catalogue } = app.workspace;
  const place = useSelect(app.shell.state, (state) => state.insertAt);
  const gap = useSelect(app.workspace.design, (design) => (place === undefined ? undefined : design.lane?.gaps[place]));
  if (place === undefined || gap === undefined) return null;
  return (
    <PickerDialog
      title={commands.insert}
      placeholder={canvas.insertPlaceholder}
      emptyText={canvas.insertEmpty}
      closeLabel={common.close}
      note={gap.text}
      items={catalogue
        .filter((entry) => layerOfEntry(entry) === gap.layer)
        .map((entry) => ({
          id: entry.name,
          title: entry.title,
          text: entry.summary,
          icon: 'plugin',
          onSelect: () => insertPlugin(app, entry, place),
        }))}
      onClose={() => app.shell.state.setState({ insertAt: undefined })}
    />
  );
}
