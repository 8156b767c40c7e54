import { expect, test } from './fixtures.ts';

test('a plugin from the catalogue is dragged into a phase: a WasmPlugin appears in the text and the preview follows', async ({
  app,
  page,
}) => {
  await app.open();
  await page.getByRole('tab', { name: 'Catalogue' }).click();
  const card = page
    .getByText('hello-headers', { exact: true })
    .or(page.getByRole('heading', { name: /hello/i }))
    .first();
  const slot = app.gap(/STATS/);
  await card.hover();
  await page.mouse.down();
  const box = await slot.boundingBox();
  if (box === null) throw new Error('the slot has no place');
  await page.mouse.move(box.x + 30, box.y - 40, { steps: 4 });
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 8 });
  await page.mouse.up();
  await expect(app.row('hello-headers')).toBeVisible();
  await expect.poll(() => app.text('wasmplugins.yaml')).toMatch(/name: hello-headers[\s\S]*phase: STATS/);
  expect(await app.plugins(['regex-replace', 'hello-headers'])).toEqual(['regex-replace', 'hello-headers']);

  await app.send();
  await expect(app.status()).toHaveText("418 I'm a teapot");
  await expect(page.getByText(/by hello-headers/).first()).toBeVisible();
});

test('a plugin dragged to another phase: a minimal edit, chain and preview follow, undo brings it back', async ({ app, page }) => {
  await app.open();
  const before = await app.text('wasmplugins.yaml');
  const row = app.row('regex-replace');
  await row.hover();
  await page.mouse.down();
  const slot = await app.gap(/AUTHZ/).boundingBox();
  if (slot === null) throw new Error('the slot has no place');
  await page.mouse.move(slot.x + 40, slot.y - 10, { steps: 4 });
  await page.mouse.move(slot.x + slot.width / 2, slot.y + slot.height / 2, { steps: 8 });
  await page.mouse.up();
  await expect.poll(() => app.text('wasmplugins.yaml')).toBe(before.replace('phase: AUTHN', 'phase: AUTHZ'));
  await app.send();
  await expect(app.status()).toHaveText("418 I'm a teapot");
  await page.getByRole('button', { name: /^Undo/ }).first().click();
  await expect.poll(() => app.text('wasmplugins.yaml')).toBe(before);
});

test('the same by keyboard alone: insert, move, configure, send', async ({ app, page }) => {
  await app.open();
  await page.keyboard.press('Alt+c');
  await expect(page.locator('[data-stop]:focus')).toBeVisible();
  await app.row('regex-replace').focus();
  await page.keyboard.press('Alt+ArrowDown');
  await expect.poll(() => app.text('wasmplugins.yaml')).toContain('phase: AUTHZ');
  await page.keyboard.press('i');
  const dialog = page.getByRole('dialog');
  await expect(dialog).toBeVisible();
  await page.keyboard.type('hello');
  await page.keyboard.press('Enter');
  await expect(app.row('hello-headers')).toBeVisible();
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(app.status()).toHaveText("418 I'm a teapot");
  await page.keyboard.press('ControlOrMeta+z');
  await expect(app.row('hello-headers')).toBeHidden();
});

test('delete and duplicate are undoable', async ({ app, page }) => {
  await app.open();
  await app.row('regex-replace').click();
  await app.row('regex-replace').focus();
  await page.keyboard.press('d');
  await expect(app.row('regex-replace-2')).toBeVisible();
  await page.keyboard.press('Delete');
  await expect(app.row('regex-replace-2')).toBeHidden();
  await page.getByRole('button', { name: /^Undo/ }).first().click();
  await expect(app.row('regex-replace-2')).toBeVisible();
});
