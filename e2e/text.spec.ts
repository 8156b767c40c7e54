import { expect, test } from './fixtures.ts';

const commented = `# the team's plugin
apiVersion: extensions.istio.io/v1alpha1
kind: WasmPlugin
metadata:
  name: pasted   # keep me
  namespace: demo
spec:
  selector: { matchLabels: { app: httpbin } }
  url: oci://registry.example/filterloom/regex-replace:1.0.0
  phase: STATS   # after authorization
  priority: 5
  x-unknown: [kept, as-is]
  pluginConfig:
    # what to look for
    pattern: "apple/([0-9]*)"
    replacement: status/$1
`;

test('pasted YAML with comments, edited by form: the comments are still there', async ({ app, page }) => {
  await app.open();
  await app.paste(commented);
  await expect(app.row('pasted')).toBeVisible();
  await app.inspect('pasted', 'Form');
  await page.getByRole('textbox', { name: 'Pattern' }).fill('cherry/([0-9]*)');
  const priority = page.getByRole('spinbutton', { name: 'Priority' });
  await priority.fill('7');
  await priority.blur();
  await expect.poll(() => app.text('pasted.yaml')).toBe(commented.replace('apple/', 'cherry/').replace('priority: 5', 'priority: 7'));
});

test('an error of the configuration stands beside its field, in the problems and in the editor', async ({ app, page }) => {
  await app.open();
  await app.inspect('regex-replace', 'Form');
  const pattern = page.getByRole('textbox', { name: 'Pattern' });
  await pattern.fill('');
  await expect(pattern).toHaveAttribute('aria-invalid', 'true');
  await app.dock('Problems');
  await expect(page.getByRole('list', { name: 'Problems' })).toContainText(/pattern/);
  await page.getByRole('tab', { name: 'YAML', exact: true }).click();
  await expect(page.locator('.squiggly-error').first()).toBeVisible({ timeout: 20_000 });
});

test('typing in the editor changes chain and form at once; broken text keeps the last good chain', async ({ app, page }) => {
  await app.open();
  await app.inspect('regex-replace', 'YAML');
  const editor = page.locator('.monaco-editor').first();
  await editor.getByText('AUTHN').dblclick({ timeout: 20_000 });
  await page.keyboard.type('STATS');
  await expect.poll(() => app.text('wasmplugins.yaml')).toContain('phase: STATS');
  await page.keyboard.press('End');
  await page.keyboard.type(': [');
  await app.dock('Problems');
  await expect(page.getByRole('list', { name: 'Problems' })).toContainText(/wasmplugins\.yaml:/);
  await expect(app.row('regex-replace')).toBeVisible();
  await app.send();
  await expect(app.status()).toHaveText("418 I'm a teapot");
});

test('a reload restores files, selection and view', async ({ app, page }) => {
  await app.open();
  await app.paste(commented);
  await expect.poll(() => app.text('pasted.yaml')).toBe(commented);
  await page.reload();
  await expect(app.row('pasted')).toBeVisible();
  await expect(app.row('regex-replace')).toBeVisible();
});
