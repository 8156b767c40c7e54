import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { run, scratchFolder } from '../testing.ts';

const folder = scratchFolder();
const recorded = new URL('../../../conformance/envoy/scenarios/', import.meta.url).pathname;
const answer = { version: 1, request: { headers: [[':path', '/a']] }, upstream: { status: 418, body: 'teapot' } };

test('a recorded case with a module beside it passes; paths are relative to the file', async () => {
  const { code, out } = await run('test', `${recorded}wasm-path-rewrite.json`, `${recorded}direct-response.json`);
  expect({ code, out }).toEqual({ code: 0, out: 'ok        wasm-path-rewrite\nok        direct-response\n2 passed, 0 failed\n' });
});

test('--json gives one line a case, observed in the shape of what was recorded', async () => {
  const file = `${recorded}wasm-path-rewrite.json`;
  const { out } = await run('test', '--json', file);
  const { observed, ...line } = JSON.parse(out);
  expect(line).toEqual({ file, name: 'wasm-path-rewrite', pass: true, differences: [] });
  const { expect: expected } = JSON.parse(readFileSync(file, 'utf8'));
  expect(observed.exchanges.map((exchange: object) => Object.keys(exchange).sort())).toEqual(
    expected.exchanges.map((exchange: object) => Object.keys(exchange).sort()),
  );
  expect(observed.exchanges[0].downstream).toEqual(expected.exchanges[0].downstream);
});

test('what differs is told by its path, and the others still run', async () => {
  const wrong = folder.write('wrong.json', JSON.stringify({ ...answer, expect: { exchanges: [{ downstream: { status: 200 } }] } }));
  const { code, out } = await run('test', wrong, `${recorded}direct-response.json`);
  expect(code).toBe(1);
  expect(out).toMatch(/^differs {3}wrong\n {10}\/exchanges\/0\/downstream\/status\n {12}expected 200\n {12}observed 418\n/);
  expect(out).toMatch(/ok {8}direct-response\n1 passed, 1 failed\n$/);
});

test('a case without expectation is run and observed all the same', async () => {
  const file = folder.write('free.json', JSON.stringify(answer));
  expect(await run('test', file)).toMatchObject({ code: 0, out: 'ran       free\n          answer: 418 "teapot"\n1 passed, 0 failed\n' });
  const line = JSON.parse((await run('test', '--json', file)).out);
  expect(line).toMatchObject({ name: 'free', pass: true, observed: { exchanges: [{ downstream: { status: 418 } }] }, differences: [] });
});

test('--update writes what was observed; then the case passes and is left alone', async () => {
  const file = folder.write('learn.json', JSON.stringify({ ...answer, note: 'stays' }));
  expect((await run('test', '--update', file)).out).toBe('updated   learn\n1 passed, 0 failed\n');
  const written = readFileSync(file, 'utf8');
  expect(JSON.parse(written)).toMatchObject({
    ...answer,
    note: 'stays',
    expect: { exchanges: [{ downstream: { status: 418, body: 'teapot' } }] },
  });
  expect((await run('test', '--update', file)).out).toBe('ok        learn\n1 passed, 0 failed\n');
  expect(readFileSync(file, 'utf8')).toBe(written);
});

test('a module that is none is refused as Envoy refuses it', async () => {
  const wasm = {
    '@type': 'type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm',
    config: {
      vm_config: {
        runtime: 'envoy.wasm.runtime.v8',
        code: { local: { filename: new URL('../../../conformance/guests/bad/text.wasm', import.meta.url).pathname } },
      },
    },
  };
  const file = folder.write(
    'no-module.json',
    JSON.stringify({ ...answer, filters: [{ name: 'envoy.filters.http.wasm', typed_config: wasm }] }),
  );
  expect((await run('test', file)).out).toContain('Envoy would refuse this: ');
});

test.each([
  ['nothing', '', 'Not JSON: '],
  ['half a file', '{"version": 1, "filters": [', 'Not JSON: '],
  ['no test case', '{"input": {}}', 'This is not a test case'],
  ['a wrong value', '{"request": {"headers": 5}}', '"request.headers" must be a list of pairs or an object.'],
])('%s is one failed case with the reason', async (_, text, message) => {
  const file = folder.write('bad.json', text);
  const { code, out } = await run('test', '--json', file);
  expect(code).toBe(1);
  expect(JSON.parse(out)).toEqual({ file, name: 'bad', pass: false, error: expect.stringContaining(message) });
});

test('a file that is not there: exit code 2, the others go on', async () => {
  const { code, out, err } = await run('test', 'none.json', `${recorded}direct-response.json`);
  expect({ code, err }).toEqual({ code: 2, err: 'none.json cannot be read: there is no such file.\n' });
  expect(out).toContain('ok        direct-response\n1 passed, 1 failed\n');
});
