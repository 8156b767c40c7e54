import { expect, test } from './fixtures.ts';

test('basic auth at an ingress gateway: 401 without, 200 with the password', async ({ app, page }) => {
  await app.open();
  await page.getByRole('button', { name: 'Workspace' }).click();
  await page.getByRole('menuitem', { name: /sample/i }).click();
  await page.getByRole('button', { name: /bookinfo/i }).click();
  await expect(app.row('basic-auth')).toBeVisible();

  await app.send('/productpage');
  await expect(app.status()).toHaveText('401 Unauthorized');
  await expect(app.responseHeaders()).toContainText('www-authenticate: Basic');
  await expect(page.getByText(/basic-auth answered with 401/)).toBeVisible();
  await expect(page.getByText('The request never reached an upstream.')).toBeVisible();

  await page.getByRole('button', { name: 'Header', exact: true }).click();
  await page.getByRole('textbox', { name: 'Header name' }).last().fill('authorization');
  await page.getByRole('textbox', { name: 'Value of authorization' }).fill(`Basic ${btoa('ok:test')}`);
  await app.send('/productpage');
  await expect(app.status()).toHaveText('200 OK');
});
