import { AxeBuilder } from '@axe-core/playwright';
import { expect, test as base } from '@playwright/test';
import type { Locator, Page } from '@playwright/test';

/** The page as its users see it: one method per thing they do. Every test fails on console errors and on any breach of the content security policy. */
export class App {
  readonly page: Page;
  readonly problems: string[] = [];

  constructor(page: Page) {
    this.page = page;
    page.on('console', (message) => {
      if (message.type() === 'error') this.problems.push(message.text());
    });
    page.on('pageerror', (error) => this.problems.push(String(error)));
  }

  async open(): Promise<void> {
    await this.page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => {
        // eslint-disable-next-line no-console -- how the page tells the test
        console.error(`CSP: ${event.violatedDirective} ${event.blockedURI}`);
      });
    });
    await this.page.goto('/');
    await expect(this.row('router')).toBeVisible();
  }

  /** The chain as the canvas draws it. */
  canvas(): Locator {
    return this.page.getByRole('region', { name: /chain/i }).or(this.page.locator('.react-flow'));
  }

  /** A filter of the chain, on the canvas. */
  row(name: string): Locator {
    return this.page.locator('.react-flow [data-chain-row]').filter({ hasText: name }).first();
  }

  /** The place on the canvas where something dropped gets this meaning. */
  gap(meaning: string | RegExp): Locator {
    return this.page
      .locator('.react-flow [data-gap]')
      .filter({ has: this.page.getByRole('button', { name: meaning }) })
      .first();
  }

  /** HTTP filters in their order, by the list for screen readers: name and what is said beside it. */
  async order(): Promise<readonly string[]> {
    await this.dock('List');
    const list = this.page.getByRole('list', { name: 'Filter chain in request order' });
    return (await list.locator('[data-chain-row]').allTextContents()).map((text) => text.trim());
  }

  /** The names of the plugins among them. */
  async plugins(names: readonly string[]): Promise<readonly string[]> {
    const order = await this.order();
    return order.flatMap((text) => names.filter((name) => text.startsWith(name)));
  }

  async dock(name: 'Preview' | 'Problems' | 'Log' | 'List'): Promise<void> {
    await this.page.getByRole('tab', { name: new RegExp(`^${name}`) }).click();
  }

  async send(path?: string): Promise<void> {
    await this.dock('Preview');
    if (path !== undefined) await this.page.getByRole('textbox', { name: 'Path', exact: true }).fill(path);
    await this.page.getByTestId('send').click();
  }

  status(): Locator {
    return this.page.getByTestId('status');
  }

  responseHeaders(): Locator {
    return this.page.getByTestId('response-headers');
  }

  resource(name: string): Locator {
    return this.page.locator('[role=treeitem][aria-level="2"]').filter({ hasText: name }).first();
  }

  async inspect(name: string, tab: 'Form' | 'YAML' | 'Envoy'): Promise<void> {
    await this.resource(name).click();
    await this.page.getByRole('tab', { name: tab, exact: true }).click();
  }

  /** The text of a file of the workspace, as stored. */
  async text(fileName: string): Promise<string> {
    const stored = await this.page.evaluate(
      (name) =>
        new Promise<string>((resolve, reject) => {
          const request = indexedDB.open('filterloom');
          request.addEventListener('error', () => reject(new Error('no database')));
          request.addEventListener('success', () => {
            const get = request.result.transaction('workspace').objectStore('workspace').get('current');
            get.addEventListener('success', () => {
              const value = get.result as { document: { files: { name: string; text: string }[] } } | undefined;
              request.result.close();
              resolve(value?.document.files.find((file) => file.name === name)?.text ?? '');
            });
          });
        }),
      fileName,
    );
    return stored;
  }

  /** Drops files anywhere on the page. */
  async drop(files: readonly { readonly name: string; readonly text?: string; readonly bytes?: readonly number[] }[]): Promise<void> {
    const data = await this.page.evaluateHandle((items) => {
      const transfer = new DataTransfer();
      for (const { name, text, bytes } of items) transfer.items.add(new File([text ?? new Uint8Array(bytes ?? [])], name));
      return transfer;
    }, files);
    const target = this.page.locator('#root > *').first();
    await target.dispatchEvent('dragenter', { dataTransfer: data });
    await target.dispatchEvent('dragover', { dataTransfer: data });
    await target.dispatchEvent('drop', { dataTransfer: data });
  }

  async paste(text: string): Promise<void> {
    await this.page.evaluate((value) => {
      const data = new DataTransfer();
      data.setData('text/plain', value);
      document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
    }, text);
  }

  /** No accessibility violations on what is shown now. */
  async expectAccessible(): Promise<void> {
    const { violations } = await new AxeBuilder({ page: this.page })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
      .analyze();
    expect(violations.map(({ id, nodes }) => ({ id, targets: nodes.map((node) => node.target.join(' ')) }))).toEqual([]);
  }
}

export const test = base.extend<{ app: App }>({
  app: async ({ page }, use) => {
    const app = new App(page);
    await use(app);
    expect(app.problems).toEqual([]);
  },
});

export { expect };
