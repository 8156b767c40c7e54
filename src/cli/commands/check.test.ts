import { describe, expect, test } from 'vitest';
import { httpbinYaml, run, scratchFolder } from '../testing.ts';

const folder = scratchFolder();
const good = folder.write('good.yaml', httpbinYaml);
const wrong = folder.write(
  'wrong.yaml',
  httpbinYaml.replace('AUTHN', 'EARLY').replace('metadata:\n  name: demo\n', 'metadata:\n  name: demo\n  name: twice\n'),
);

describe('as text', () => {
  test('clean files: nothing on standard output, exit code 0', async () => {
    const { code, out, err } = await run('check', '-f', good);
    expect({ code, out }).toEqual({ code: 0, out: expect.not.stringContaining('error') });
    expect(err).toMatch(/^0 errors, \d+ warnings, \d+ notes\n$/);
  });

  test('errors with file, line and column, and advice below; exit code 1', async () => {
    const { code, out } = await run('check', '-f', good, wrong);
    expect(code).toBe(1);
    expect(out).toContain(`${wrong}:5:3: error yaml/duplicate-key: `);
    expect(out).toMatch(/wrong\.yaml:46:10: error istio\/[a-z-]+: .*EARLY/);
  });

  test('the configuration of a plugin whose schema is known is checked, at the field', async () => {
    const file = folder.write('config.yaml', httpbinYaml.replace('replacement: status/$1', 'replacement: [1]'));
    expect((await run('check', '-f', file)).out).toMatch(/config\.yaml:48:5: error plugins\/config-[a-z-]+: pluginConfig\.replacement: /);
  });
});

test('as JSON: a list with code, severity, message, file, line and column', async () => {
  const list = JSON.parse((await run('check', '-f', wrong, '--format', 'json')).out);
  expect(list).toContainEqual(
    expect.objectContaining({
      code: 'yaml/duplicate-key',
      severity: 'error',
      file: wrong,
      line: 5,
      column: 3,
      message: expect.any(String),
    }),
  );
});

test('as SARIF: one result per diagnostic, each with its rule and region', async () => {
  const { version, runs } = JSON.parse((await run('check', '-f', wrong, '--format', 'sarif')).out);
  const [{ tool, results }] = runs;
  expect(version).toBe('2.1.0');
  const list = JSON.parse((await run('check', '-f', wrong, '--format', 'json')).out);
  expect(results).toHaveLength(list.length);
  for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex].id).toBe(ruleId);
  expect(results[0].locations[0].physicalLocation).toMatchObject({
    artifactLocation: { uri: `file://${wrong}` },
    region: { startLine: expect.any(Number) },
  });
});

test('several files are one mesh: a resource in two of them is found', async () => {
  const again = folder.write('again.yaml', httpbinYaml);
  expect((await run('check', '-f', good, again)).out).toContain('again.yaml:4:9: ');
});
