import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { build } from 'vite';

const root = fileURLToPath(new URL('../..', import.meta.url));
const scenarios = join(root, 'conformance/envoy/scenarios');
const golden = join(root, 'conformance/istio/golden');
const folder = mkdtempSync(join(tmpdir(), 'filterloom-e2e-'));
const bundle = join(root, 'node_modules/.cache', `filterloom-test-${process.pid}`);

beforeAll(
  () => build({ root, configFile: join(root, 'vite.cli.config.ts'), logLevel: 'silent', build: { outDir: bundle, emptyOutDir: true } }),
  120_000,
);
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  rmSync(bundle, { recursive: true, force: true });
});

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the command line as a process of its own, in another folder than the project's. */
function filterloom(args: readonly string[], { input = '', readBytes = Infinity } = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(root, 'bin/filterloom.mjs'), ...args], {
      cwd: folder,
      env: { ...process.env, FILTERLOOM_BUILD: bundle },
    });
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
      if (out.length >= readBytes) child.stdout.destroy();
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    child.on('close', (code) => resolve({ code, out, err }));
    child.stdin.end(input);
  });
}

function lines(text: string): readonly { readonly [key: string]: unknown }[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

test('every recorded case in one call, from any folder', { timeout: 60_000 }, async () => {
  const { code, out, err } = await filterloom(['chain', '--case', golden]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const cases = lines(out);
  expect(cases.length).toBeGreaterThan(60);
  expect(cases.every((line) => typeof line['output'] === 'object' && line['error'] === undefined)).toBe(true);
});

test('large results come through a pipe whole', { timeout: 60_000 }, async () => {
  const file = join(folder, 'large.json');
  writeFileSync(
    file,
    JSON.stringify({ version: 1, request: {}, upstream: { bodyChunks: Array.from({ length: 40 }, (_, i) => `${i}`.repeat(100_000)) } }),
  );
  const { code, out } = await filterloom(['test', '--json', file]);
  expect(code).toBe(0);
  expect(out.length).toBeGreaterThan(5_000_000);
  expect(lines(out)).toHaveLength(1);
});

test('a reader who has seen enough ends the work without a word', { timeout: 60_000 }, async () => {
  const { code, err } = await filterloom(['test', '--json', scenarios], { readBytes: 1 });
  expect({ code, err }).toEqual({ code: 0, err: '' });
});

test('standard input is a file', async () => {
  const { code, out } = await filterloom(['check', '-f', '-', '--format', 'json'], { input: 'kind: Service\nkind: Service\n' });
  expect(code).toBe(1);
  expect(JSON.parse(out)).toContainEqual(expect.objectContaining({ code: 'yaml/duplicate-key', file: '<stdin>', line: 2, column: 1 }));
});

describe('cases run in a thread that can be stopped', () => {
  test('a guest that never returns costs its own case only', { timeout: 60_000 }, async () => {
    const module = join(root, 'conformance/guests/wat/loop-forever.wasm');
    const config = { name: 'loop', vm_config: { runtime: 'envoy.wasm.runtime.v8', code: { local: { filename: module } } } };
    const typed = { '@type': 'type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm', config };
    const looping = join(folder, 'looping.json');
    writeFileSync(
      looping,
      JSON.stringify({ version: 1, filters: [{ name: 'envoy.filters.http.wasm', typed_config: typed }], request: {} }),
    );
    const { code, out } = await filterloom(['test', '--json', '--limit', '2', looping, join(scenarios, 'direct-response.json')]);
    expect(code).toBe(1);
    expect(lines(out)).toMatchObject([
      { name: 'looping', pass: false, error: 'The case did not end within 2 s: a module does not return.' },
      { name: 'direct-response', pass: true },
    ]);
  });

  test('and many cases share it', { timeout: 60_000 }, async () => {
    const { code, out } = await filterloom(['test', join(scenarios, 'direct-response.json'), join(scenarios, 'wasm-path-rewrite.json')]);
    expect({ code, out }).toEqual({ code: 0, out: 'ok        direct-response\nok        wasm-path-rewrite\n2 passed, 0 failed\n' });
  });
});

test('exit codes: 0 fine, 1 the thing is wrong, 2 the command is', async () => {
  const codes = await Promise.all(
    [['--version'], ['test', join(folder, 'none.json')], ['check', '-f', join(root, 'package.json')], ['nonsense']].map((args) =>
      filterloom(args),
    ),
  );
  expect(codes.map(({ code }) => code)).toEqual([0, 2, 1, 2]);
  expect(codes.map(({ err }) => err).join('')).not.toMatch(/^ {4}at /m);
});
