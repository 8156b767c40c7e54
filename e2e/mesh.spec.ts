import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { unzipSync } from 'fflate';
import { expect, test } from './fixtures.ts';

const elsewhere = `apiVersion: extensions.istio.io/v1alpha1
kind: WasmPlugin
metadata:
  name: elsewhere # of another team
  namespace: other
spec:
  url: oci://example.com/x
`;

async function fromMenu(page: Page, name: string | RegExp): Promise<void> {
  await page.getByRole('button', { name: /^Workspace:/ }).click();
  await page.getByRole('menuitem', { name }).click();
}

test('a proxy described by hand: a file with its objects, and its chain', async ({ app, page }) => {
  await app.open();
  await fromMenu(page, /Describe a proxy/);
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Add the proxy' }).click();
  await expect(dialog.getByText(/Lower-case letters/).first()).toBeVisible();
  await app.expectAccessible();
  await dialog.getByRole('textbox', { name: /^Name\b/ }).fill('shop');
  await dialog.getByRole('textbox', { name: /^Ports/ }).fill('http 8080, tcp-db 5432');
  await dialog.getByRole('button', { name: 'Add the proxy' }).click();
  await expect(dialog).toBeHidden();
  await expect(app.resource('shop')).toBeVisible();
  await expect.poll(() => app.text('shop.yaml')).toMatch(/kind: Deployment[\s\S]*kind: Service[\s\S]*tcp-db/);
  await expect(app.row('router')).toBeVisible();
});

test('the matrix says where each plugin lands and why not elsewhere, and leads there', async ({ app, page }) => {
  await app.open();
  await app.paste(elsewhere);
  await expect(app.resource('elsewhere')).toBeVisible();
  await fromMenu(page, /Where plugins land/);
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText('lands on no proxy')).toBeVisible();
  await dialog.getByRole('button', { name: /elsewhere on demo\/httpbin: not here/ }).click();
  await expect(dialog.getByText(/it lives in other/)).toBeVisible();
  await app.expectAccessible();
  await dialog.getByRole('button', { name: /regex-replace on demo\/httpbin: in \d+ chains/ }).click();
  await dialog.getByRole('button', { name: 'Show it there' }).click();
  await expect(dialog).toBeHidden();
  await expect(app.row('regex-replace')).toBeVisible();
});

test('the whole workspace goes home as a zip for kubectl apply -k, comments and all', async ({ app, page }) => {
  await app.open();
  await app.paste(elsewhere);
  await expect(app.resource('elsewhere')).toBeVisible();
  await page.getByRole('button', { name: 'Export' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('combobox', { name: 'As' }).selectOption('folder');
  await expect(dialog.getByTestId('export-folder')).toContainText('kustomization.yaml');
  await app.expectAccessible();
  const [download] = await Promise.all([page.waitForEvent('download'), dialog.getByRole('button', { name: 'Download zip' }).click()]);
  const files = unzipSync(await readFile(await download.path()));
  const text = (name: string): string => new TextDecoder().decode(files[name]);
  const listed = [...text('kustomization.yaml').matchAll(/^- (.+)$/gm)].map(([, name = '']) => name);
  expect(listed.toSorted()).toEqual(
    Object.keys(files)
      .filter((name) => name !== 'kustomization.yaml')
      .toSorted(),
  );
  expect(listed.map(text)).toContain(elsewhere);
});
