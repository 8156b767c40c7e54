import { readFileSync } from 'node:fs';
import { expect, test } from './fixtures.ts';

const dump = (name: string): { name: string; text: string } => ({
  name: `${name}.json`,
  text: readFileSync(new URL(`../conformance/config-dumps/${name}.json`, import.meta.url), 'utf8'),
});

test('a whole config_dump opens: drawn, explained, and back to resources', async ({ app, page }) => {
  await app.open();
  await app.drop([dump('sidecar-1.18.2-full')]);
  await expect(app.row('Lua')).toBeVisible();
  await expect(page.getByText('144 listeners')).toBeVisible();
  await expect(page.getByText(/Envoy refused the listener virtualInbound/).first()).toBeVisible();
  await app.expectAccessible();

  await page.getByRole('button', { name: 'Make resources from this' }).click();
  await expect(page.getByTestId('made-yaml')).toContainText('kind: EnvoyFilter');
  await page.getByRole('button', { name: 'Add to the workspace' }).click();
  await expect(app.resource('geo-5c54dcd5bd-z5ghf-filters')).toBeVisible();

  await page.getByRole('tab', { name: 'Compare' }).click();
  await expect(page.getByRole('list', { name: 'Differences' })).toContainText(
    'only in hr2/geo-5c54dcd5bd-z5ghf (sidecar-1.18.2-full.json)',
  );
  await app.expectAccessible();
});

test('a waypoint runs requests through its own chain, clusters and routes', async ({ app, page }) => {
  await app.open();
  await app.drop([dump('waypoint-1.21')]);
  await expect(page.getByText('dst 192.168.195.248', { exact: true })).toBeVisible();
  await app.send('/status/418');
  await expect(app.status()).toHaveText("418 I'm a teapot");
});

test('extension configurations alone: plugins are named, and what is missing is said', async ({ app, page }) => {
  await app.open();
  await app.drop([dump('ecds-wasm')]);
  await expect(page.getByText('WasmPlugin default/httpbin-rate-limiting')).toBeVisible();
  await expect(page.getByText(/It holds no listeners/)).toBeVisible();
});

test('a dump cut in the middle shows what was complete and says where it ends; undo takes it back', async ({ app, page }) => {
  await app.open();
  const { text } = dump('sidecar-1.18.2-full');
  await app.drop([{ name: 'cut.json', text: text.slice(0, text.length * 0.6) }]);
  await expect(page.getByText(/in the middle of configs\[2\]\.dynamic_listeners/)).toBeVisible();
  await page.keyboard.press('Control+z');
  await expect(app.row('regex-replace')).toBeVisible();
});

test('an envoy.yaml is drawn, tried, edited, and its mistakes are marked', async ({ app, page }) => {
  await app.open();
  await app.paste(`static_resources:
  listeners:
  - name: main
    address: { socket_address: { address: 0.0.0.0, port_value: 8000 } }
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: in
          colour: red
          route_config:
            virtual_hosts:
            - name: all
              domains: ["*"]
              routes: [{ match: { prefix: / }, direct_response: { status: 403 } }]
          http_filters:
          - name: envoy.filters.http.router
            typed_config: { "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router }
`);
  await expect(page.getByText('0.0.0.0:8000')).toBeVisible();
  await app.send('/x');
  await expect(app.status()).toHaveText('403 Forbidden');
  await app.dock('Problems');
  await expect(page.getByRole('list', { name: 'Problems' })).toContainText('colour');
});

test('a dump stays over a reload', async ({ app, page }) => {
  await app.open();
  await app.drop([dump('waypoint-1.21')]);
  await expect(page.getByText('4 filter chains')).toBeVisible();
  await expect(page.getByText('saved', { exact: true })).toBeVisible();
  await page.reload();
  await expect(page.getByText('4 filter chains')).toBeVisible();
});
