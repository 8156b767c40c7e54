import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import type { App } from './fixtures.ts';
import { expect, test } from './fixtures.ts';

/** The orders sample: a TCP service with a network plugin. */
async function openOrders(app: App, page: Page): Promise<void> {
  await app.open();
  await page.keyboard.press('ControlOrMeta+k');
  await page.keyboard.type('Load a sample');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: /Load orders/ }).click();
  await expect(app.row('line-guard')).toBeVisible();
}

test('a scripted conversation runs through the network filters', async ({ app, page }) => {
  await openOrders(app, page);
  await app.dock('Preview');
  const steps = page.getByTestId('conversation-steps');
  await page.getByTestId('converse').click();
  await expect(steps).toContainText('8 bytes stay in the buffer');
  await expect(steps).toContainText('drop is denied');
  const result = page.getByTestId('conversation-result');
  await expect(result).toContainText('Envoy ended the connection.');
  await expect(result).toContainText('****-****');

  // What the plugin saw and what it made of it.
  await steps
    .getByRole('button', { name: /proxy_on_upstream_data/ })
    .first()
    .click();
  await expect(page.getByRole('group', { name: /Buffer before/ })).toContainText('4111-1111');
  await expect(page.getByRole('group', { name: /Buffer after/ })).toContainText('****-****');
  await app.expectAccessible();

  // An edit of the script runs at once.
  await page.getByRole('textbox', { name: 'Bytes of step 4' }).fill('GET 8\\n');
  await expect(result.or(steps)).not.toContainText('is denied');
  await page.getByRole('button', { name: 'Result', exact: true }).click();
  await expect(result).toContainText('The client ended the connection.');

  // So does an edit of the plugin.
  await app.inspect('line-guard', 'Form');
  await page.getByRole('textbox', { name: 'Replace by' }).fill('hidden');
  await app.dock('Preview');
  await expect(result).toContainText('hidden');
});

test('by keyboard alone: template, steps, half close, hexadecimal', async ({ app, page }) => {
  await openOrders(app, page);
  await app.dock('Preview');
  await page.getByRole('button', { name: 'Begin with' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('menuitem', { name: 'Half close' }).press('Enter');
  await expect(page.getByRole('combobox', { name: 'How step 2 closes' })).toHaveValue('half');
  await page.getByRole('combobox', { name: 'How the bytes of step 1 are written' }).selectOption('hex');
  await expect(page.getByRole('textbox', { name: 'Bytes of step 1' })).toHaveValue('71 75 65 73 74 69 6f 6e 0a');
  await page.getByRole('textbox', { name: 'Bytes of step 1' }).fill('7');
  await expect(page.getByText('Half a byte is missing', { exact: false })).toBeVisible();
  await page.getByRole('textbox', { name: 'Bytes of step 1' }).fill('68 69 0a');
  await page.getByRole('button', { name: 'Move step 3 up' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('combobox', { name: 'How step 3 closes' })).toHaveValue('half');
  await page.getByTestId('converse').focus();
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('conversation-result')).toContainText('hi.');
});

test('the conversation goes into a test case that the command line runs', async ({ app, page, context }) => {
  await openOrders(app, page);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await app.dock('Preview');
  await page.getByRole('button', { name: 'Copy as test case' }).click();
  await expect(page.getByText('Test case copied', { exact: false })).toBeVisible();
  const text = await page.evaluate(() => navigator.clipboard.readText());
  const folder = mkdtempSync(join(tmpdir(), 'conversation-'));
  const file = join(folder, 'orders.json');
  writeFileSync(file, text);
  copyFileSync('public/plugins/line-guard/line-guard.wasm', join(folder, 'line-guard.wasm'));
  const run = (...args: string[]): string => execFileSync('node', ['bin/filterloom.mjs', 'test', file, ...args], { encoding: 'utf8' });
  expect(run()).toContain('closed by envoy, received "card 7: ****-****\\n"');
  run('--update');
  expect(run()).toContain('ok');
});

test('network plugins are put between network filters, HTTP plugins are not', async ({ app, page }) => {
  await openOrders(app, page);
  await page.getByRole('tab', { name: 'Catalogue' }).click();
  const search = page.getByRole('searchbox', { name: 'Search the catalogue' });
  await search.fill('line guard');
  await page.getByRole('button', { name: /Insert Line guard/ }).click();
  await page.getByRole('menuitem', { name: 'no phase, after line-guard' }).click();
  await expect(app.row('line-guard-2')).toBeVisible();
  await search.fill('regex');
  await page.getByRole('button', { name: /Insert Regex/ }).click();
  await expect(page.getByRole('menu')).toContainText('Choose an HTTP filter chain first');
});

test('an HTTP chain takes a conversation too: HTTP/1.1 as text through the connection manager', async ({ app, page }) => {
  await app.open();
  await app.dock('Preview');
  await page.getByRole('button', { name: 'TCP conversation' }).click();
  await page.getByTestId('converse').click();
  await expect(page.getByTestId('conversation-result')).toContainText('HTTP/1.1 200 OK');
  await expect(page.getByTestId('conversation-steps')).toContainText('proxy_on_request_headers');
  await page.getByRole('button', { name: 'HTTP request' }).click();
  await expect(page.getByTestId('send')).toBeVisible();
});
