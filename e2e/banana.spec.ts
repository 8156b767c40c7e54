import { expect, test } from './fixtures.ts';

test('the banana journey: from an empty profile to the teapot and exported YAML', async ({ app, page }) => {
  await app.open();
  await expect(app.row('regex-replace')).toBeVisible();

  await app.send();
  await expect(app.status()).toHaveText("418 I'm a teapot");
  await expect(page.getByTestId('response-body')).toContainText('teapot');
  for (const header of [
    'who-am-i: wasm-extension',
    'injected-by: istio-api!',
    'site: filterloom.example',
    'author: mesh-team',
    'x-plugin-config: {',
  ]) {
    await expect(app.responseHeaders()).toContainText(header);
  }
  await expect(page.getByText('/status/418', { exact: false }).first()).toBeVisible();

  await app.dock('Log');
  await expect(page.getByRole('list', { name: 'Log of the sidecar' })).toContainText(/wasm log .*regex-replace.*: /);

  await page.getByRole('button', { name: 'Export' }).click();
  const yaml = page.getByTestId('export-yaml');
  await expect(yaml).toContainText('kind: WasmPlugin');
  await expect(yaml).toContainText('pattern: banana/([0-9]*)');
  await page.getByRole('combobox', { name: 'As', exact: true }).selectOption({ label: 'EnvoyFilter' });
  await expect(yaml).toContainText('kind: EnvoyFilter');
  await expect(yaml).toContainText('INSERT_');
  await page.getByRole('tab', { name: 'Commands' }).click();
  await expect(page.getByText("kubectl apply -f - <<'EOF'")).toBeVisible();
  await expect(page.getByText(/kubectl delete/)).toBeVisible();
});

test('a path without banana passes unchanged', async ({ app, page }) => {
  await app.open();
  await app.send('/status/204');
  await expect(app.status()).toHaveText('204 No Content');
  await expect(page.getByText('No filter changed the request.')).toBeVisible();
});

test('a curl command becomes the request', async ({ app, page }) => {
  await app.open();
  await page.getByRole('button', { name: 'Paste curl' }).click();
  const field = page.getByRole('textbox', { name: 'curl command' });
  await field.fill('wget http://example.com');
  await page.getByRole('button', { name: 'Take it over' }).click();
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  await field.fill("curl -X POST -H 'x-demo: 1' -d 'a=b' http://httpbin.demo:8000/anything/banana/7");
  await page.getByRole('button', { name: 'Take it over' }).click();
  await app.send();
  await expect(app.status()).toHaveText('200 OK');
  const body = page.getByTestId('response-body');
  await expect(body).toContainText('"X-Demo": "1"');
  await expect(body).toContainText('/anything/status/7');
});
