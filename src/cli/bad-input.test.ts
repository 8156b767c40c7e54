import fc from 'fast-check';
import { expect, test } from 'vitest';
import { run, scratchFolder } from './testing.ts';

const folder = scratchFolder();

/** Every command that reads a file, with what it needs besides. */
const readers: readonly (readonly string[])[] = [
  ['chain', '--case'],
  ['chain', '-f'],
  ['check', '-f'],
  ['export', '--to', 'envoyfilter', '-f'],
  ['inspect'],
  ['pack', '--to', 'docker'],
  ['test'],
  ['test', '--json'],
  ['bench', '--requests', '2'],
];

const contents = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.json(),
  fc
    .record(
      { version: fc.constant(1), filters: fc.jsonValue(), request: fc.jsonValue(), upstream: fc.jsonValue() },
      { requiredKeys: ['version'] },
    )
    .map((item) => JSON.stringify(item)),
  fc
    .record({
      input: fc.record(
        { resources: fc.oneof(fc.string(), fc.jsonValue()), proxy: fc.jsonValue(), meshConfig: fc.jsonValue() },
        { requiredKeys: [] },
      ),
    })
    .map((item) => JSON.stringify(item)),
  fc
    .record({
      apiVersion: fc.constantFrom('v1', 'apps/v1', 'networking.istio.io/v1alpha3'),
      kind: fc.constantFrom('Service', 'Deployment', 'EnvoyFilter'),
      metadata: fc.jsonValue(),
      spec: fc.jsonValue(),
    })
    .map((item) => JSON.stringify(item)),
);

test.each(readers.map((words): readonly [string, readonly string[]] => [words.join(' '), words]))(
  '%s: whatever the file holds, an exit code and a message, never a failure of ours',
  async (_, command) => {
    await fc.assert(
      fc.asyncProperty(contents, async (content) => {
        const file = folder.write('any', content);
        const { code, out, err } = await run(...command, file);
        expect([0, 1, 2]).toContain(code);
        expect(err).not.toContain('Filterloom failed');
        expect(out + err).not.toMatch(/could not be run|Cannot read properties|is not a function|is not iterable|^ {4}at /m);
      }),
      { numRuns: 60 },
    );
  },
);

test('any words at all are understood or refused', async () => {
  const word = fc.oneof(
    fc.constantFrom('-f', '--case', '--json', '--', '-', '--istio', '1.31', '-o', '--to=x', '--help'),
    fc.string({ maxLength: 8 }),
  );
  const command = fc.constantFrom('chain', 'check', 'test', 'export', 'inspect', 'pack', 'bench');
  await fc.assert(
    fc.asyncProperty(
      command,
      fc.array(
        word.filter((item) => item !== '-' && item !== '/' && item !== '.'),
        { maxLength: 4 },
      ),
      async (name, words) => {
        const { code, err } = await run(name, ...words);
        expect([0, 2]).toContain(code);
        expect(err).not.toContain('Filterloom failed');
      },
    ),
  );
});
