import { expect, test } from 'vitest';
import { testApp } from '../testing/app.ts';
import type { App } from '../shell/shell-context.ts';
import { pluginUrls } from './file-actions.ts';
import { fileTree } from './file-tree.ts';

function tree({ workspace }: App): readonly string[] {
  return fileTree(workspace.document.getState().document, workspace.design.getState()).flatMap((file) => [
    `${file.name}${file.problems > 0 ? ` (${file.problems})` : ''}`,
    ...file.resources.map(
      ({ ref, tag, misses }) => `  ${ref.kind} ${ref.name}${tag === undefined ? '' : ` [${tag}]`}${misses ? ' misses' : ''}`,
    ),
  ]);
}

test('shows files with their resources in the order of the text', async () => {
  expect(tree(await testApp())).toEqual([
    'wasmplugins.yaml',
    '  WasmPlugin regex-replace [AUTHN 10]',
    'httpbin.yaml',
    '  Namespace demo',
    '  Service httpbin',
    '  Deployment httpbin',
  ]);
});

test('says which plugins do not land on the chosen proxy, and counts patches', async () => {
  const app = await testApp();
  app.workspace.actions.addText(
    `apiVersion: extensions.istio.io/v1alpha1
kind: WasmPlugin
metadata: {name: elsewhere, namespace: demo}
spec: {url: "oci://x/y", selector: {matchLabels: {app: other}}}
---
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: {name: two, namespace: other}
spec: {configPatches: [{applyTo: HTTP_FILTER}, {applyTo: LISTENER}]}
`,
    'more.yaml',
  );
  expect(tree(app).slice(-3)).toEqual([
    expect.stringMatching(/^more\.yaml/),
    '  WasmPlugin elsewhere misses',
    '  EnvoyFilter two [2] misses',
  ]);
});

test('knows the urls a module can stand for', async () => {
  expect(pluginUrls(await testApp())).toEqual([expect.stringContaining('regex-replace')]);
});
