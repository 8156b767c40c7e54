import type { Page } from '@playwright/test';
import type { App } from './fixtures.ts';
import { expect, test } from './fixtures.ts';

/** Puts one of Envoy's filters right before another filter of the chain. */
async function insert(app: App, page: Page, filter: string, before = 'router'): Promise<void> {
  await app.open();
  await page.getByRole('tab', { name: 'Catalogue' }).click();
  await page.getByRole('tab', { name: /^Filters/ }).click();
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

test('jwt_authn: a token made in the app by a key made in the app', async ({ app, page }) => {
  await insert(app, page, 'jwt_authn');
  await app.send('/headers');
  await expect(app.status()).toHaveText('401 Unauthorized');
  await expect(page.getByTestId('response-body')).toHaveText('Jwt is missing');

  await page.getByText('Make a key and a token').click();
  for (const algorithm of ['RS256', 'ES256']) {
    await page.getByRole('combobox', { name: 'Algorithm' }).selectOption(algorithm);
    await page.getByRole('button', { name: 'Make key and token' }).click();
    const token = page.getByRole('textbox', { name: 'Value of authorization' });
    await expect.poll(async () => (await token.inputValue()).includes(btoa(`{"alg":"${algorithm}"`).slice(0, 14))).toBe(true);
    await app.send();
    await expect(app.status()).toHaveText('200 OK');

    // One bit of the signature, and the key no longer fits.
    const good = await token.inputValue();
    const at = good.lastIndexOf('.') + 10;
    await token.fill(good.slice(0, at) + (good[at] === 'A' ? 'B' : 'A') + good.slice(at + 1));
    await app.send();
    await expect(app.status()).toHaveText('401 Unauthorized');
    await expect(page.getByTestId('response-body')).toHaveText('Jwt verification fails');
  }

  // Claims are the user's: an expired token is signed as well, and refused.
  await page.getByRole('textbox', { name: 'Claims' }).fill('{ "iss": "https://issuer.example", "exp": 1000 }');
  await page.getByRole('button', { name: 'Sign these claims again' }).click();
  await app.send();
  await expect(page.getByTestId('response-body')).toHaveText('Jwt is expired');
  await expect.poll(() => app.text('envoyfilters.yaml')).toContain('P-256');
  await app.expectAccessible();
});

test('lua: the script is edited in the form', async ({ app, page }) => {
  await insert(app, page, 'lua');
  await app.send('/headers');
  await expect(app.responseHeaders()).toContainText('x-lua: response');
  const script = page.getByRole('textbox', { name: 'inline_string' });
  await script.fill('function envoy_on_response(handle)\n  handle:headers():add("x-edited", "yes")\nend\n');
  await app.send();
  await expect(app.responseHeaders()).toContainText('x-edited: yes');
  await expect(app.responseHeaders()).not.toContainText('x-lua');

  // One step of the history, and the text has the script as a block.
  await expect.poll(() => app.text('envoyfilters.yaml')).toContain('handle:headers():add("x-edited", "yes")');
});

test('cors answers a preflight by the policy that came with it', async ({ app, page }) => {
  await insert(app, page, 'cors');
  await page.getByRole('combobox', { name: 'Method' }).selectOption('OPTIONS');
  await header(page, 'origin', 'https://app.example');
  await header(page, 'access-control-request-method', 'PUT');
  await app.send('/anything');
  await expect(app.status()).toHaveText('200 OK');
  await expect(app.responseHeaders()).toContainText('access-control-allow-origin: https://app.example');
  await expect(app.responseHeaders()).toContainText('access-control-max-age: 86400');

  await page.getByRole('textbox', { name: 'max_age' }).fill('60');
  await app.send();
  await expect(app.responseHeaders()).toContainText('access-control-max-age: 60');
});

test('ext_authz asks a service whose answer is scripted', async ({ app, page }) => {
  await insert(app, page, 'ext_authz');
  await app.send('/headers');
  await page.getByText('Answers of clusters').click();
  const answer = page.getByRole('combobox', { name: /How outbound\|8000\|\|ext-authz/ });
  await answer.selectOption('403');
  await app.send();
  await expect(app.status()).toHaveText('403 Forbidden');
  await answer.selectOption('200, with a header');
  await app.send();
  await expect(app.status()).toHaveText('200 OK');
  await expect(page.getByTestId('response-body')).toContainText('X-Auth-User');
  await app.expectAccessible();
});

test('by keyboard alone: insert, add a field, give it a value', async ({ app, page }) => {
  await app.open();
  await app.row('router').focus();
  await page.keyboard.press('ControlOrMeta+k');
  await page.keyboard.type('Insert a plugin before');
  await page.keyboard.press('Enter');
  await page.keyboard.type('buffer holds a request');
  await page.keyboard.press('Enter');
  await expect(app.row('buffer')).toBeVisible();
  const add = page.getByRole('button', { name: 'Add a field to HttpFilter' });
  await add.focus();
  await page.keyboard.press('Enter');
  await page.keyboard.type('disabled');
  await page.keyboard.press('Enter');
  const disabled = page.getByRole('checkbox', { name: 'disabled' });
  await disabled.focus();
  await page.keyboard.press('Space');
  await expect(disabled).toBeChecked();
  await expect.poll(() => app.text('envoyfilters.yaml')).toContain('disabled: true');
});

test('the same rewrite as Wasm and as Lua, side by side', async ({ app, page }) => {
  await app.open();
  await page.getByRole('button', { name: 'Workspace' }).click();
  await page.getByRole('menuitem', { name: /sample/i }).click();
  await page.getByRole('button', { name: /Load rewrite/ }).click();
  await expect(app.row('rewrite-lua')).toBeVisible();
  await app.send('/banana/418');
  await expect(app.status()).toHaveText(/^418/);

  await page.keyboard.press('ControlOrMeta+k');
  await page.keyboard.type('Compare the cost');
  await page.keyboard.press('Enter');
  const table = page.getByRole('table');
  await expect(page.getByText('2 filters measured')).toBeVisible({ timeout: 20_000 });
  await expect(table.getByRole('row', { name: /rewrite-wasm/ })).toContainText(/µs.*418/);
  await expect(table.getByRole('row', { name: /rewrite-lua/ })).toContainText(/µs.*418, as the first/);
  await app.expectAccessible();
});
