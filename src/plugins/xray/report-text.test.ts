import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { inspectModule } from './inspect-module.ts';
import { reportText } from './report-text.ts';

test('the report of a sample reads well in a terminal', () => {
  const report = inspectModule(readFileSync(new URL('../../../public/plugins/hello-headers/hello-headers.wasm', import.meta.url)));
  const text = report.ok ? reportText(report.value).replace(/^ {2}sha256.*\n/m, '') : '';
  expect(text.split('\n\n')[0]).toMatchInlineSnapshot(`
    "  size          21,415 bytes
      ABI           0.2.1
      built with    assemblyscript
      can be        HTTP filter
      starts by     nothing
      allocates by  proxy_on_memory_allocate
      memory        64 KiB at first
      functions     97
      in Envoy      ready after about 12 ms (24 ms of processor time)"
  `);
  expect(text).toContain('\nNeeds\n  Headers             Reads and changes headers and trailers.\n');
  expect(text).toContain('\n  proxy_on_configure         reads its configuration\n');
  expect(text).toContain('\n  env.proxy_log\n');
  expect(text).not.toContain('Findings');
});
