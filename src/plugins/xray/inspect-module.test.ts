import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { mustExist } from '#base/assert.ts';
import { guestBytes } from '#testing/guests.ts';
import { catalogue } from '../catalogue/catalogue.ts';
import { callbackTitles } from './callbacks.ts';
import { guessSdk } from './guess-sdk.ts';
import { inspectModule } from './inspect-module.ts';
import type { ModuleReport } from './module-report.ts';

function report(bytes: Uint8Array): ModuleReport {
  const result = inspectModule(bytes);
  return mustExist(result.ok ? result.value : undefined, 'the report');
}

const sampleBytes = (name: string): Uint8Array => readFileSync(new URL(`../../../public/plugins/${name}/${name}.wasm`, import.meta.url));

/** `error no-abi: …` for each finding. */
const findings = (path: string): readonly string[] =>
  report(guestBytes(path))
    .findings.filter(({ code }) => code !== 'plugins/module-no-streams')
    .map(({ severity, message }) => `${severity}: ${message}`);

describe('our samples', () => {
  const samples = catalogue.filter((entry) => entry.module !== undefined);

  test.each(samples.map((entry) => [entry.name, entry] as const))(
    '%s: language, ABI and digest are found, Envoy would take it',
    (name, entry) => {
      const found = report(sampleBytes(name));
      expect(found.sdk.language).toBe(entry.language);
      expect(found).toMatchObject({ abi: '0.2.1', sha256: entry.module?.sha256, byteLength: entry.module?.bytes });
      expect(found.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
      expect(found.kinds).toContain('http');
      expect(found.callbacks.every((callback) => callbackTitles[callback.name] === callback.title)).toBe(true);
    },
  );

  test('what a module needs, in words', () => {
    const found = report(sampleBytes('path-guard'));
    expect(found.capabilities.map(({ title }) => title)).toEqual([
      'Headers',
      'Bodies and buffers',
      'Local replies',
      'Logging',
      'Files and sockets',
    ]);
    expect(found.callbacks.map(({ title }) => title)).toContain('sees request headers');
    expect(found).toMatchObject({ start: '_initialize', allocator: 'proxy_on_memory_allocate', memory: { initialBytes: 131072 } });
    expect(found.sections.map(({ name }) => name)).toContain('code');
  });

  test('compiler and SDK', () => {
    expect(report(sampleBytes('regex-replace')).sdk).toMatchObject({ language: 'rust', sdk: 'proxy-wasm 0.2.5 (Rust)' });
    expect(report(sampleBytes('go-headers'))).toMatchObject({
      sdk: { language: 'go', compiler: expect.stringMatching(/^Go 1\./) as string },
      producers: [
        { field: 'language', name: 'Go' },
        { field: 'processed-by', name: 'Go cmd/compile' },
      ],
    });
  });

  test('a large module is said to start slowly in Envoy', () => {
    const { envoyStart, findings: all } = report(sampleBytes('go-headers'));
    expect(envoyStart.milliseconds).toBeGreaterThan(1000);
    expect(all.map(({ code }) => code)).toEqual(['plugins/module-go-runtime', 'plugins/module-slow-start']);
  });
});

describe('modules Envoy refuses', () => {
  test.each([
    ['guests/wat/no-abi', 'error: Envoy refuses this module: it exports no Proxy-Wasm ABI marker.'],
    ['guests/wat/abi-as-global', 'error: Envoy refuses this module: it exports no Proxy-Wasm ABI marker.'],
    ['guests/wat/abi-vendor', 'error: Envoy and Istio refuse this module: it was built for Higress (proxy_abi_version_0_2_100).'],
    ['guests/wat/import-missing', 'error: Envoy refuses this module: missing import env.abort.'],
    ['guests/wat/import-global', 'error: Envoy refuses this module: missing import env.proxy_log.'],
    ['guests/wat/import-of-other-version', 'error: Envoy refuses this module: missing import env.proxy_clear_route_cache.'],
    [
      'guests/wat/import-wrong-type',
      'error: Envoy refuses this module: import type mismatch of env.proxy_log, it wants i32 i32 -> i32, the proxy has i32 i32 i32 -> i32.',
    ],
    [
      'guests/wat/callback-wrong-type',
      'error: Envoy refuses this module: Bad function signature for: proxy_on_request_headers, want: i32 i32 i32 -> i32, but the module exports: i32 i32 -> i32.',
    ],
    ['guests/wat/allocator-missing', 'error: Envoy refuses this module: it exports neither malloc nor proxy_on_memory_allocate.'],
    ['guests/wat/memory-too-large', 'error: Envoy cannot run this module: it asks for 1024.0625 MiB of memory at the start.'],
  ])('%s', (path, expected) => {
    expect(findings(path)).toEqual([expected]);
  });

  test.each([
    'guests/wat/import-memory',
    'guests/wat/import-table',
    'guests/wat/memory-other-name',
    'guests/wat/abi-two-markers',
    'guests/wat/start-both',
  ])('but not %s', (path) => {
    expect(findings(path)).toEqual([]);
  });

  test('help for a missing import names the toolchain', () => {
    expect(report(guestBytes('guests/wat/import-missing')).findings[0]?.help).toMatch(/^AssemblyScript: build with --use abort/);
  });
});

test('an old ABI and debug information are remarked on', () => {
  expect(findings('guests/rust/probe-0.1.0')).toEqual([
    expect.stringMatching(/^info: \d+ of \d+ bytes are names and debug information\.$/),
    'info: This module speaks ABI 0.1.0: its headers callbacks are not told whether the stream ends there.',
  ]);
});

test('what is no module is a failure with advice', () => {
  const result = inspectModule(guestBytes('guests/bad/component'));
  expect(!result.ok && result.error).toMatchObject({ code: 'proxywasm/component' });
});

describe('guessSdk', () => {
  const info = { byteLength: 0, abi: undefined, higress: false, imports: [], sections: [], functionCount: 0, memory: undefined };
  const guess = (data: string, exports: readonly string[] = []): object =>
    guessSdk({ info: { ...info, exports: exports.map((name) => ({ name, kind: 'function' as const })) }, producers: [], data });

  test('the AssemblyScript SDKs by what they export', () => {
    const exports = ['malloc', '_start', 'proxy_on_grpc_trailing_metadata'];
    expect(guess('~\0l\0i\0b\0/\0', exports)).toMatchObject({
      language: 'assemblyscript',
      sdk: 'AssemblyScript SDK (solo.io and its forks)',
    });
  });

  test('TinyGo by its allocator, C++ SDK by its classes, nothing by nothing', () => {
    expect(guess('', ['malloc', 'free', 'calloc', 'realloc', '_start'])).toMatchObject({ language: 'tinygo' });
    expect(guess('11RootContext\0')).toMatchObject({ language: 'cpp', sdk: 'proxy-wasm-cpp-sdk' });
    expect(guess('')).toEqual({ language: undefined, compiler: undefined, sdk: undefined, evidence: [] });
  });
});
