import { describe, expect, test } from 'vitest';
import { run } from './testing.ts';

const commands = ['chain', 'test', 'export', 'check', 'inspect', 'pack', 'bench'];

describe('help', () => {
  test('names every command', async () => {
    const { code, out, err } = await run('--help');
    expect(code).toBe(0);
    for (const command of commands) expect(out).toMatch(new RegExp(`^ {2}${command} `, 'm'));
    expect(err).toBe('');
    expect((await run('help')).out).toBe(out);
  });

  test.each(commands)('%s --help tells its usage and options, whatever else is given', async (command) => {
    const help = await run(command, '--help');
    expect(help).toMatchObject({ code: 0, err: '' });
    expect(help.out).toContain(`filterloom ${command} `);
    expect(help.out).toContain('-h, --help');
    expect((await run('help', command)).out).toBe(help.out);
    expect((await run(command, '-h', '--nonsense')).out).toBe(help.out);
  });

  test('without a command it is a mistake, and said on standard error', async () => {
    const { code, out, err } = await run();
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('chain');
  });

  test('--version is that of the package', async () => {
    expect(await run('--version')).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });
});

describe('what cannot be understood: exit code 2, one message, no result', () => {
  test.each([
    [['nonsense'], 'There is no command "nonsense". Commands: chain,'],
    [['chain', '--nonsense'], "Unknown option '--nonsense'."],
    [['chain', '--istio'], "Option '--istio <value>' argument missing"],
    [['chain'], 'Give the files with -f.'],
    [['check'], 'Give the files with -f.'],
    [['check', '-f', 'no-such-file.yaml'], 'no-such-file.yaml cannot be read: there is no such file.'],
    [['check', '-f', 'x.yaml', '--format', 'xml'], 'There is no --format "xml": text, json, sarif.'],
    [['check', '-f', 'x.yaml', '--istio', 'newest'], '"newest" is not a version of Istio, such as 1.31.'],
    [['test'], 'Give one or more test case files, or folders of them.'],
    [['test', 'x.json', '--limit', 'soon'], '--limit takes a number of seconds.'],
    [['export', '-f', 'x.yaml'], 'Say with --to what to export: wasmplugin, trafficextension,'],
    [['inspect'], 'Give the module file.'],
    [['inspect', 'a.wasm', 'b.wasm'], 'Give one module file.'],
    [['pack', 'a.wasm'], 'Say with --to how to pack: oci, docker, configmap.'],
    [['bench', 'a.json', '--requests', '0'], '--requests takes a number from 1 to 10000000.'],
  ])('%j', async (argv, message) => {
    const { code, out, err } = await run(...argv);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
    expect(err).not.toMatch(/^ {4}at /m);
  });
});
