import { expect, test } from './fixtures.ts';
import { serveUnder } from './static-server.ts';

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test(`${colorScheme}: no accessibility violations on the main screens`, async ({ app, page }) => {
      test.slow();
      await app.open();
      await app.send();
      await expect(app.status()).toBeVisible();
      await app.expectAccessible();
      await app.inspect('regex-replace', 'Form');
      await app.expectAccessible();
      await page.getByRole('tab', { name: 'Envoy', exact: true }).click();
      await expect(page.locator('.monaco-editor').first()).toBeVisible({ timeout: 20_000 });
      await page.getByRole('tab', { name: 'Catalogue' }).click();
      for (const name of ['Problems', 'Log', 'List'] as const) {
        await app.dock(name);
        await app.expectAccessible();
      }
      await page.getByRole('button', { name: 'Export' }).click();
      await expect(page.getByTestId('export-yaml')).toBeVisible();
      await app.expectAccessible();
    });
  });
}

test('the page works from a sub-path of a plain static host and asks nobody else', async ({ app, page }) => {
  const host = await serveUnder('/some/deep/path/');
  const foreign: string[] = [];
  page.on('request', (request) => {
    if (request.url().startsWith('http') && !request.url().startsWith(host.url.slice(0, host.url.lastIndexOf('/'))))
      foreign.push(request.url());
  });
  await page.goto(host.url);
  await expect(app.row('regex-replace')).toBeVisible();
  await app.send();
  await expect(app.status()).toHaveText("418 I'm a teapot");
  expect(foreign).toEqual([]);
  host.close();
});

test('on a phone everything is reachable', async ({ app, page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto('/');
  await expect(app.row('regex-replace')).toBeVisible();
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
  expect(overflow).toBe(false);
  await app.expectAccessible();
});
