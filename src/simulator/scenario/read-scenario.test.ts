import { expect, test } from 'vitest';
import { readScenario } from './read-scenario.ts';

function problemOf(value: unknown): string | undefined {
  const read = readScenario(JSON.stringify(value));
  return read.ok ? undefined : read.error.message;
}

test('what the format allows is taken', () => {
  expect(problemOf({ version: 1 })).toBeUndefined();
  expect(
    problemOf({ request: [{ headers: { a: '1', b: ['2', '3'] } }, { headers: [['c', '4']], body: { repeat: 'x', times: 3 } }] }),
  ).toBeUndefined();
  expect(
    problemOf({ steps: [{ request: {}, upstream: { responses: [{ status: 503 }, { echo: true }] } }, { waitMs: 20 }] }),
  ).toBeUndefined();
  expect(problemOf({ conversation: [{ client: 'a' }, { closeClient: true }], note: ['anything'] })).toBeUndefined();
});

test.each([
  [[], 'A test case is a JSON object.'],
  [{ version: 2, filters: [] }, 'Version 2 of the test case format is not known.'],
  [{ input: {} }, 'This is not a test case: it has neither "version" nor filters, a request or a conversation.'],
  [{ filters: {} }, '"filters" must be a list.'],
  [{ filters: ['x'] }, '"filters[0]" must be an object.'],
  [{ name: 5, version: 1 }, '"name" must be a text.'],
  [{ request: { headers: [['a']] } }, '"request.headers[0]" must be a pair: ["name", "value"].'],
  [{ request: { body: 5 } }, '"request.body" must be a text, {"base64": "…"} or {"repeat": "…", "times": n}.'],
  [{ request: { body: { repeat: 'abc', times: 1e9 } } }, '"request.body" must have at most 64 MiB.'],
  [{ steps: [{ request: {} }, null] }, '"steps[1]" must be an object.'],
  [{ clusters: { calls: { delayMs: 'long' } } }, '"clusters.calls.delayMs" must be a number of milliseconds.'],
  [{ upstream: { responses: [{ status: 7 }] } }, '"upstream.responses[0].status" must be a status code.'],
  [{ routes: 'all' }, '"routes" must be a list of virtual hosts or a route configuration.'],
])('%j is refused: %s', (value, message) => {
  expect(problemOf(value)).toBe(message);
});

test('a pattern must be a regular expression; the text must be JSON', () => {
  expect(problemOf({ normalise: [{ pattern: '(' }] })).toContain('"normalise[0].pattern" is not a regular expression');
  expect(readScenario('{"version": 1,')).toMatchObject({ ok: false, error: { code: 'simulator/scenario-not-json' } });
});
