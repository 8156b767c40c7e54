import { expect, test } from './fixtures.ts';

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

test('the page works from a sub-path and asks nobody else', async ({ app, page, baseURL }) => {
  const foreign: string[] = [];
  page.on('request', (request) => {
    const { url } = { url: new URL(request.url()) };
    if (url.protocol.startsWith('http') && url.origin !== new URL(baseURL ?? '').origin) foreign.push(request.url());
  });
  await page.route('**/some/deep/path/**', async (route) => {
    const response = await route.fetch({ url: route.request().url().replace('/some/deep/path', '') });
    await route.fulfill({ response });
  });
  await page.goto('/some/deep/path/index.html');
  await expect(app.row('regex-replace')).toBeVisible();
  await app.send();
  await expect(app.status()).toHaveText("418 I'm a teapot");
  expect(foreign).toEqual([]);
});

test('on a phone everything is reachable', async ({ app, page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto('/');
  await expect(app.row('regex-replace')).toBeVisible();
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
  expect(overflow).toBe(false);
  await app.expectAccessible();
});
