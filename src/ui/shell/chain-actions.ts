import type { Failure } from '#base/result.ts';
import type { Lane, LaneRow } from '#workspace/design.ts';
import { isFilterOffer, type Insertable } from '#workspace/insertable.ts';
import { findRow, isMovable, isSelected, nextPlace, placeBeside, rowOfResource, selectionOf, type GapPosition } from './chain-places.ts';
import type { ToastAction } from '../kit/toasts.ts';
import type { App } from './shell-context.ts';
import type { ChainFocus } from './shell-state.ts';

function laneOf({ workspace }: App): Lane | undefined {
  return workspace.design.getState().lane;
}

/** The row the user means: the one with the focus, else the selected one. */
export function currentRow(app: App): LaneRow | undefined {
  const lane = laneOf(app);
  const focused = findRow(lane, app.shell.state.getState().focus.rowId);
  const { selection } = app.workspace.view.getState();
  if (focused !== undefined && (selection === undefined || isSelected(focused, selection))) return focused;
  return lane?.rows.find((row) => isSelected(row, selection)) ?? lane?.networkFilters.find((row) => isSelected(row, selection)) ?? focused;
}

export function hasResource(app: App): boolean {
  const row = currentRow(app);
  return row?.resource !== undefined && row.kind !== 'built-in' && row.provenance.origin !== 'config';
}

export function canMove(app: App): boolean {
  return isMovable(laneOf(app), currentRow(app));
}

/** Selects a row and, when asked, gives it the focus wherever the chain is shown. */
export function selectRow(app: App, row: LaneRow, withFocus = true): void {
  app.workspace.actions.select(selectionOf(row));
  if (withFocus) focusRow(app, row.id);
}

/** Gives the focus to a stop of the chain: on the canvas or in the list, wherever it was last unless told otherwise. */
export function focusRow(app: App, rowId: string, surface?: ChainFocus['surface']): void {
  app.shell.state.setState(({ focus }) => ({ focus: { rowId, seq: focus.seq + 1, surface: surface ?? focus.surface } }));
}

/** A stop got the focus by itself (pointer, Tab): remembered, not moved. */
export function noteFocus(app: App, rowId: string, surface: ChainFocus['surface']): void {
  const { focus } = app.shell.state.getState();
  if (focus.rowId === rowId && focus.surface === surface) return;
  app.shell.state.setState({ focus: { rowId, seq: focus.seq, surface } });
}

export function focusChain(app: App): void {
  app.shell.state.setState({ sheet: 'chain' });
  const row = currentRow(app) ?? laneOf(app)?.rows[0];
  if (row !== undefined) focusRow(app, row.id, 'canvas');
}

export function inspectCurrent(app: App): void {
  const row = currentRow(app);
  if (row !== undefined) selectRow(app, row, false);
  app.shell.state.setState({ rightOpen: true, sheet: 'inspector' });
  requestAnimationFrame(() => document.querySelector<HTMLElement>('#pane-inspector')?.focus());
}

export function moveCurrent(app: App, direction: 1 | -1): void {
  const lane = laneOf(app);
  const row = currentRow(app);
  if (lane === undefined || !isMovable(lane, row)) return;
  const place = nextPlace(lane, row, direction);
  if (place === undefined) app.shell.announce(app.messages.commands.noPlace);
  else movePlugin(app, row, place);
}

/** Moves a plugin to a place of the lane; says where it is now. */
export function movePlugin(app: App, row: LaneRow, place: GapPosition): void {
  const gap = laneOf(app)?.gaps[place];
  if (gap === undefined || row.resource === undefined) return;
  const result = app.workspace.actions.movePlugin(row.resource, place);
  if (!result.ok) return showFailure(app, result.error);
  const words = app.messages.commands;
  const text = gap.needsEnvoyFilter ? words.movedByFilter(row.title) : words.moved(row.title, gap.text);
  app.workspace.actions.select({ kind: 'resource', resource: row.resource });
  app.shell.toasts.show({ tone: 'success', text, topic: 'move', action: undoAction(app) });
  focusRow(app, rowOfResource(laneOf(app), row.resource)?.id ?? row.id);
}

export function insertPlugin(app: App, entry: Insertable, place: GapPosition): void {
  const gap = laneOf(app)?.gaps[place];
  if (gap === undefined) return;
  const result = app.workspace.actions.insertPlugin(entry, place);
  if (!result.ok) return showFailure(app, result.error);
  const words = app.messages.commands;
  const { name } = result.value;
  const text = gap.needsEnvoyFilter || isFilterOffer(entry) ? words.insertedByFilter(name) : words.inserted(name, gap.text);
  app.workspace.actions.select({ kind: 'resource', resource: result.value });
  app.shell.toasts.show({ tone: 'success', text, action: undoAction(app) });
  const row = rowOfResource(laneOf(app), result.value);
  if (row !== undefined) focusRow(app, row.id);
}

export function removeCurrent(app: App): void {
  const row = currentRow(app);
  if (row?.resource === undefined) return;
  const result = app.workspace.actions.removeResource(row.resource);
  if (!result.ok) return showFailure(app, result.error);
  const rows = laneOf(app)?.rows ?? [];
  const next = rows[Math.min(row.index, rows.length - 1)];
  if (next !== undefined) selectRow(app, next);
  app.shell.toasts.show({ tone: 'info', text: app.messages.commands.removed(row.resource.name), action: undoAction(app) });
}

export function duplicateCurrent(app: App): void {
  const row = currentRow(app);
  if (row?.resource === undefined) return;
  const result = app.workspace.actions.duplicateResource(row.resource);
  if (!result.ok) return showFailure(app, result.error);
  const text = app.messages.commands.duplicated(result.value.name);
  app.workspace.actions.select({ kind: 'resource', resource: result.value });
  app.shell.toasts.show({ tone: 'success', text, action: undoAction(app) });
  const copy = rowOfResource(laneOf(app), result.value);
  if (copy !== undefined) focusRow(app, copy.id);
}

/** The place before or after the current row, or the gap that itself has the focus. */
export function focusedGap(app: App, side: 'before' | 'after'): GapPosition | undefined {
  const lane = laneOf(app);
  const gap = gapOfStop(app.shell.state.getState().focus.rowId);
  if (gap !== undefined) return gap;
  const row = currentRow(app);
  return lane === undefined || row === undefined || !lane.rows.includes(row) ? undefined : placeBeside(lane, row, side);
}

/** Stops of the chain that are gaps have ids like `gap:3`. */
function gapOfStop(id: string | undefined): GapPosition | undefined {
  const match = /^gap:(\d+)$/.exec(id ?? '');
  return match === null ? undefined : Number(match[1]);
}

export function openInsert(app: App, place: GapPosition | undefined): void {
  app.shell.state.setState({ insertAt: place });
}

/** Offers to take back the last edit; not any more once another edit lies on it. */
export function undoAction({ workspace, messages }: App): ToastAction {
  const entry = workspace.document.getState().past.at(-1);
  const isCurrent = (): boolean => workspace.document.getState().past.at(-1) === entry;
  return { title: messages.common.undo, run: () => isCurrent() && workspace.actions.undo(), isCurrent };
}

export function showFailure(app: App, failure: Failure): void {
  app.shell.toasts.show({ tone: 'error', text: failure.message, help: failure.help });
}
