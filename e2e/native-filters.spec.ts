import type { Page } from '@playwright/test';
import type { App } from './fixtures.ts';
import { expect, test } from './fixtures.ts';

/** Puts one of Envoy's filters right before another filter of the chain. */
async function insert(app: App, page: Page, filter: string, before = 'router'): Promise<void> {
  await app.open();
  await page.getByRole('tab', { name: 'Catalogue' }).click();
  await page.getByRole('tab', { name: /Envoy filters/ }).click();
  await page.getByRole('searchbox', { name: 'Search the catalogue' }).fill(filter);
  await page.getByRole('button', { name: `Insert HTTP filter ${filter} …` }).click();
  await page.getByRole('menuitem', { name: `before ${before}`, exact: true }).click();
  await expect(app.row(filter.replaceAll('_', '-'))).toBeVisible();
}

async function header(page: Page, name: string, value: string): Promise<void> {
  await page.getByRole('button', { name: 'Header', exact: true }).click();
  await page.getByRole('textbox', { name: 'Header name' }).last().fill(name);
  await page.getByRole('textbox', { name: `Value of ${name}`, exact: true }).fill(value);
}

test('rbac lets readers pass; a policy changed in the form lets others pass', async ({ app, page }) => {
  await insert(app, page, 'rbac');
  await app.send('/headers');
  await expect(app.status()).toHaveText('200 OK');
  await page.getByRole('combobox', { name: 'Method' }).selectOption('POST');
  await app.send('/post');
  await expect(app.status()).toHaveText('403 Forbidden');
  await expect(page.getByText(/rbac answered with 403/)).toBeVisible();

  const exact = page.getByRole('textbox', { name: 'exact', exact: true });
  await expect(exact).toHaveValue('GET');
  await exact.fill('POST');
  await app.send('/post');
  await expect(app.status()).toHaveText('200 OK');
  await expect.poll(() => app.text('envoyfilters.yaml')).toContain('exact: POST');
  await app.expectAccessible();
});
