import { readFileSync } from 'node:fs';
import { expect, test } from './fixtures.ts';

const bytesOf = (path: string): number[] => [...readFileSync(new URL(path, import.meta.url))];

/** The sample's plugin running another module: a file of its image's name stands for it. */
const withModule = (name: string): string => `apiVersion: extensions.istio.io/v1alpha1
kind: WasmPlugin
metadata: { name: ${name}, namespace: demo }
spec:
  selector: { matchLabels: { app: httpbin } }
  url: oci://registry.example/team/${name}:1
  phase: AUTHN
  priority: 50
`;

test('a looping guest is stopped, said, and the next request works', async ({ app, page }) => {
  await app.open();
  await app.drop([
    { name: 'loop-forever.wasm', bytes: bytesOf('../conformance/guests/wat/loop-forever.wasm') },
    { name: 'loop.yaml', text: withModule('loop-forever') },
  ]);
  await expect(app.row('loop-forever')).toBeVisible();
  await app.send();
  await expect(page.getByRole('alert')).toContainText('was stopped', { timeout: 20_000 });
  await app.row('loop-forever').click();
  await page.keyboard.press('Delete');
  await expect(app.row('loop-forever')).toBeHidden();
  await app.send();
  await expect(app.status()).toHaveText("418 I'm a teapot");
});

test('a file that is no module, a module without the ABI marker, one with an unknown import', async ({ app, page }) => {
  await app.open();
  await app.drop([{ name: 'broken.wasm', bytes: [...Buffer.from('<html>404</html>')] }]);
  await expect(page.getByText(/broken\.wasm is not a WebAssembly module/)).toBeVisible();

  await app.drop([
    { name: 'no-marker.wasm', bytes: [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0] },
    { name: 'no-marker.yaml', text: withModule('no-marker') },
  ]);
  await expect(app.row('no-marker')).toBeVisible();
  await app.send();
  await expect(page.getByRole('alert')).toContainText(/ABI/);
});

test('a configuration the plugin refuses tells what the plugin said', async ({ app, page }) => {
  await app.open();
  await app.inspect('regex-replace', 'Form');
  await page.getByRole('textbox', { name: 'Pattern' }).fill('banana/([0-9]*');
  await app.send();
  await expect(page.getByRole('alert')).toContainText('Unable to create Wasm');
  await app.dock('Log');
  await expect(page.getByRole('list', { name: 'Log of the sidecar' })).toContainText(/pattern|regex/i);
});

test('unknown kinds are kept, duplicate keys and broken YAML are said at their place, 5 MB do not freeze the page', async ({
  app,
  page,
}) => {
  await app.open();
  await app.paste('apiVersion: example.com/v1\nkind: Widget\nmetadata:\n  name: thing\nspec: {}\n');
  await expect(app.resource('thing')).toBeVisible();
  await app.paste('apiVersion: v1\nkind: Service\nkind: Service\nmetadata:\n  name: twice\n  namespace: demo\n');
  await app.dock('Problems');
  await expect(page.getByRole('list', { name: 'Problems' })).toContainText(/duplicate|twice/i);
  const big = Array.from(
    { length: 20_000 },
    (_, i) => `---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: map-${i}\n  namespace: demo\ndata:\n  key: ${'x'.repeat(160)}\n`,
  ).join('');
  await app.drop([{ name: 'big.yaml', text: big }]);
  await expect(app.row('regex-replace')).toBeVisible();
  await app.send();
  await expect(app.status()).toHaveText("418 I'm a teapot", { timeout: 15_000 });
});
