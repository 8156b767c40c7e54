import { describe, expect, test } from 'vitest';
import { laneText, testApp } from '../testing/app.ts';
import { insertPlugin, selectRow, currentRow, focusRow } from './chain-actions.ts';
import { paletteItems } from './CommandPalette.tsx';
import { commands, findCommand, keysOf, runCommand } from './commands.ts';
import { isSingleKey } from './keys.ts';
import type { App } from './shell-context.ts';

const toasts = ({ shell }: App): readonly string[] => shell.toasts.store.getState().map((toast) => toast.text);

function select(app: App, title: string): void {
  const row = app.workspace.design.getState().lane?.rows.find((item) => item.title === title);
  selectRow(app, row!);
}

const built = 'grpc_stats fault cors istio.stats router';

describe('the list of commands', () => {
  test('has each id once', () => expect(new Set(commands.map((command) => command.id)).size).toBe(commands.length));

  test('means one thing by each chord', () => {
    const chords = commands.flatMap((command) => command.keys);
    expect(chords.filter((chord, i) => chords.indexOf(chord) !== i)).toEqual([]);
  });

  test('takes single keys only inside the chain, or for help', () => {
    const elsewhere = commands.filter((command) => command.scope === 'page' && command.keys.some(isSingleKey));
    expect(elsewhere.map((command) => command.id)).toEqual(['shortcuts.show']);
  });

  test('has a title for every command', async () => {
    const app = await testApp();
    expect(commands.filter((command) => command.title(app.messages) === '')).toEqual([]);
    expect(keysOf('history.undo', app)).toBe('Ctrl+Z');
  });
});

describe('the chain', () => {
  test('moves a plugin to the next place and says where; undo puts it back', async () => {
    const app = await testApp();
    select(app, 'regex-replace');
    runCommand('filter.moveDown', app);
    expect(toasts(app)).toEqual(['Moved regex-replace: AUTHZ']);
    const text = (): string => app.workspace.document.getState().document.files[0]!.text;
    expect(text()).toContain('phase: AUTHZ');
    runCommand('history.undo', app);
    expect(text()).toContain('phase: AUTHN');
  });

  test('several moves are told once, by the last', async () => {
    const app = await testApp();
    select(app, 'regex-replace');
    runCommand('filter.moveDown', app);
    runCommand('filter.moveDown', app);
    expect(toasts(app)).toEqual(['Moved regex-replace: STATS']);
  });

  test('inserts from the catalogue, selects it and gives it the focus', async () => {
    const app = await testApp();
    const { lane } = app.workspace.design.getState();
    const place = lane!.gaps.findIndex((gap) => gap.band === 'STATS');
    insertPlugin(
      app,
      app.workspace.catalogue.find((entry) => entry.name === 'basic-auth')!,
      place,
    );
    expect(laneText(app)).toBe(`metadata_exchange regex-replace basic-auth ${built}`);
    expect(app.workspace.view.getState().selection).toMatchObject({ kind: 'resource', resource: { name: 'basic-auth' } });
    expect(app.shell.state.getState().focus.rowId).toContain('basic-auth');
  });

  test('duplicates and deletes; what comes next is selected', async () => {
    const app = await testApp();
    select(app, 'regex-replace');
    runCommand('filter.duplicate', app);
    expect(currentRow(app)?.title).toBe('regex-replace-2');
    runCommand('filter.remove', app);
    expect(laneText(app)).toBe(`metadata_exchange regex-replace ${built}`);
    expect(toasts(app).at(-1)).toBe('Deleted regex-replace-2');
    expect(currentRow(app)?.title).toBe('regex-replace');
  });

  test('an offer to undo goes when another edit lies on it', async () => {
    const app = await testApp();
    select(app, 'regex-replace');
    runCommand('filter.duplicate', app);
    app.workspace.actions.addText('a: 1');
    app.shell.toasts.refresh();
    expect(toasts(app)).toEqual([]);
  });

  test('built-ins can neither be moved nor deleted', async () => {
    const app = await testApp();
    select(app, 'router');
    for (const id of ['filter.moveUp', 'filter.moveDown', 'filter.remove', 'filter.duplicate']) {
      expect(findCommand(id).isEnabled(app)).toBe(false);
    }
  });

  test('insert asks for the place beside the row, or for the gap that has the focus', async () => {
    const app = await testApp();
    select(app, 'regex-replace');
    runCommand('filter.insertAfter', app);
    const gaps = app.workspace.design.getState().lane!.gaps;
    expect(gaps[app.shell.state.getState().insertAt!]?.text).toBe('AUTHN, after regex-replace');
    app.workspace.actions.select(undefined);
    focusRow(app, 'gap:4');
    runCommand('filter.insertBefore', app);
    expect(app.shell.state.getState().insertAt).toBe(4);
  });
});

describe('the palette', () => {
  test('offers enabled commands first, then filters, files, proxies and listeners', async () => {
    const app = await testApp();
    const titles = paletteItems(app).map((item) => item.title);
    expect(titles).toContain('Export YAML');
    expect(titles).not.toContain('Undo');
    const places = titles.slice(titles.indexOf('wasmplugins.yaml'));
    expect(places.slice(0, 3)).toEqual(['wasmplugins.yaml', 'httpbin.yaml', 'demo/httpbin']);
    expect(places).toContain('virtualInbound');
    expect(titles.indexOf('router')).toBeGreaterThan(titles.indexOf('Keyboard shortcuts'));
  });
});
