import { expect, test } from './fixtures.ts';

test('which chain a connection takes: the chosen one stands out, the others say why not, by keyboard and by mouse', async ({
  app,
  page,
}) => {
  await app.open();
  await page.getByRole('button', { name: 'Which chain does a connection take?' }).first().focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Which chain does a connection take?' });
  await expect(dialog).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Which chain does a connection take?' }).first().click();
  await expect(dialog).toBeVisible();
  const chains = dialog.getByRole('list', { name: 'Filter chains' }).getByRole('button');
  await expect(dialog.locator('[aria-current=true]')).toHaveCount(1);
  await expect(dialog.locator('[aria-current=true]')).toContainText('takes it');
  await app.expectAccessible();

  await dialog.getByRole('textbox', { name: 'Destination port' }).fill('1');
  await expect(chains.filter({ hasText: 'no: the destination port is 1' }).first()).toBeVisible();
  await dialog.getByLabel('Transport').selectOption('TLS');
  await expect(chains.filter({ hasText: /transport protocol/ }).first()).toBeVisible();

  const other = chains.filter({ hasNotText: 'takes it' }).first();
  const title = (await other.locator('b').textContent()) ?? '';
  await other.focus();
  await page.keyboard.press('Enter');
  await expect(dialog).toBeHidden();
  await expect(page.locator('[data-chain-card][aria-pressed=true]')).toContainText(title);
});
