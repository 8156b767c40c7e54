import { describe, expect, test } from 'vitest';
import { testApp } from '../testing/app.ts';
import { readable, renderIn } from '../testing/render.tsx';
import { CataloguePane } from './CataloguePane.tsx';
import { FilesPane } from './FilesPane.tsx';
import { ModulesPane } from './ModulesPane.tsx';
import { OutlinePane } from './OutlinePane.tsx';

describe('the chain as a list', () => {
  test('is read in request order, each filter with who put it there and why', async () => {
    const lines = readable(renderIn(await testApp(), <OutlinePane />));
    expect(lines[0]).toBe('Network filters');
    const http = lines.slice(lines.indexOf('HTTP filters') + 1);
    expect(http.map((line) => line.split(' ')[0])).toEqual([
      'metadata_exchange',
      'regex-replace',
      'grpc_stats',
      'fault',
      'cors',
      'istio.stats',
      'router',
    ]);
    expect(http[1]).toMatch(/^regex-replace plugin · AUTHN · 10 .*namespace/);
  });

  test('is one tab stop, and two ordered lists', async () => {
    const markup = renderIn(await testApp(), <OutlinePane />);
    expect(markup.match(/<ol /g)).toHaveLength(2);
    expect(markup.match(/data-chain-row="" [^>]*tabindex="0"/gi)).toHaveLength(1);
  });
});

test('the catalogue says of each plugin what it is and offers to insert it', async () => {
  const app = await testApp();
  const lines = readable(renderIn(app, <CataloguePane />));
  for (const entry of app.workspace.catalogue.slice(0, 5)) {
    expect(lines).toContain(entry.title);
    expect(lines.some((line) => line.includes(entry.summary.slice(0, 20)))).toBe(true);
  }
  expect(lines.filter((line) => line === 'Insert')).toHaveLength(app.workspace.catalogue.length);
});

test('files are a tree with one tab stop and the selected resource in it', async () => {
  const markup = renderIn(await testApp(), <FilesPane />);
  expect(markup.match(/role="treeitem"/g)).toHaveLength(6);
  expect(markup.match(/role="treeitem"[^>]*tabindex="0"/gi)).toHaveLength(1);
  expect(readable(markup).join(' ')).toContain('regex-replace AUTHN 10');
});

test('an empty pane says what to do next', async () => {
  expect(readable(renderIn(await testApp(), <ModulesPane />)).join(' ')).toMatch(
    /No modules of your own Drop a \.wasm file .* Add a module/,
  );
});
