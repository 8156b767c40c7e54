import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { guestBytes } from '#testing/guests.ts';
import { loadModule } from '../load-module.ts';
import { demangle } from './demangle.ts';
import { readFunctionNames } from './function-names.ts';
import { limitMemory, maxPages } from './limit-memory.ts';
import { customSection, type ModuleInfo } from './module-info.ts';
import { parseModule } from './parse-module.ts';

function info(path: string): ModuleInfo {
  const parsed = parseModule(guestBytes(path));
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}

describe('parseModule', () => {
  test('reads imports and exports with their types', () => {
    const module = info('guests/wat/import-wrong-wide-type');
    expect(module.imports).toEqual([
      { module: 'env', name: 'proxy_increment_metric', kind: 'function', signature: { params: ['i32', 'i32'], results: ['i32'] } },
    ]);
    expect(module.exports.map(({ name, kind }) => `${kind} ${name}`)).toEqual([
      'function proxy_abi_version_0_2_1',
      'memory memory',
      'function malloc',
    ]);
    expect(module.abi).toBe('0.2.1');
    expect(module.memory).toEqual({ min: 1, max: undefined, shared: false, wide: false });
  });

  test('the first ABI marker among function exports counts', () => {
    expect(info('guests/wat/abi-two-markers').abi).toBe('0.2.0');
    expect(info('guests/wat/abi-as-global').abi).toBeUndefined();
    expect(info('guests/wat/abi-vendor')).toMatchObject({ abi: undefined, higress: true });
  });

  test('agrees with the engine about every module of the conformance set', () => {
    for (const path of ['guests/rust/probe', 'guests/rust/probe-0.1.0', 'plugins/callout', 'plugins/path_rewrite', 'guests/wat/wasi']) {
      const bytes = guestBytes(path);
      const module = new WebAssembly.Module(bytes);
      const own = info(path);
      const shape = ({ name, kind }: { name: string; kind: string }): string => `${kind} ${name}`;
      expect(own.exports.map(shape)).toEqual(WebAssembly.Module.exports(module).map(shape));
      expect(own.imports.map((item) => `${item.module} ${shape(item)}`)).toEqual(
        WebAssembly.Module.imports(module).map((item) => `${item.module} ${shape(item)}`),
      );
      expect(own.sections.at(-1)).toBeDefined();
    }
  });

  test.each([
    ['text', 'proxywasm/not-wasm', 'This is not a Wasm module: it does not begin with the bytes 00 61 73 6d.'],
    ['empty', 'proxywasm/not-wasm', 'This is not a Wasm module: it does not begin with the bytes 00 61 73 6d.'],
    ['component', 'proxywasm/component', 'This is a WebAssembly component, not a core module.'],
    ['truncated', 'proxywasm/truncated', 'The Wasm module is cut off or damaged (60 bytes).'],
  ])('says what is wrong with a file that is no module: %s', (file, code, message) => {
    const parsed = parseModule(guestBytes(`guests/bad/${file}`));
    expect(parsed).toMatchObject({ ok: false, error: { code, message } });
  });

  test.each([
    ['\x1f\x8b\x08', 'It looks like a gzip archive: unpack it first.'],
    ['PK\x03\x04', 'It looks like a ZIP archive: unpack it first.'],
    ['(module (func))', 'It looks like WebAssembly text: translate it with wat2wasm first.'],
    ['<!DOCTYPE html><html>', 'It looks like a web page: perhaps the download link led to a page instead of the file.'],
  ])('advises about a file that begins %j', (start, help) => {
    const parsed = parseModule(Uint8Array.from(Buffer.from(start, 'latin1')));
    expect(parsed).toMatchObject({ ok: false, error: { help } });
  });

  test('never throws, wherever a module is cut or damaged', () => {
    const bytes = guestBytes('guests/wat/traps');
    for (let size = 0; size < bytes.length; size++) parseModule(bytes.subarray(0, size));
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, value) => {
        const damaged = bytes.slice();
        damaged[at] = value;
        parseModule(damaged);
      }),
      { numRuns: 1000 },
    );
  });

  test('never throws for bytes that only begin like a module', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (tail) => {
        parseModule(Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...tail]));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('memory limit', () => {
  test('is written into the module, nothing else changes', async () => {
    const bytes = guestBytes('plugins/callout');
    const limited = limitMemory(bytes, info('plugins/callout'), 20);
    const parsed = parseModule(limited);
    expect(parsed).toMatchObject({ ok: true, value: { memory: { min: 17, max: 20 } } });
    const withoutLimit = (module: ModuleInfo): unknown => ({ ...module, memory: undefined, sections: undefined, byteLength: undefined });
    if (parsed.ok) expect(withoutLimit(parsed.value)).toEqual(withoutLimit(info('plugins/callout')));
    const instance = new WebAssembly.Instance(
      new WebAssembly.Module(limitMemory(guestBytes('guests/wat/noop'), info('guests/wat/noop'), 3)),
    );
    const memory = instance.exports['memory'] as WebAssembly.Memory;
    memory.grow(2);
    expect(() => memory.grow(1)).toThrow();
  });

  test('leaves a module alone whose own maximum is lower', () => {
    const bytes = guestBytes('guests/wat/noop');
    const limited = limitMemory(bytes, info('guests/wat/noop'), 2);
    const parsed = parseModule(limited);
    expect(parsed.ok && limitMemory(limited, parsed.value, maxPages)).toBe(limited);
  });

  test('a module that asks for more at once is refused', async () => {
    expect(await loadModule(guestBytes('guests/wat/memory-too-large'))).toMatchObject({
      ok: false,
      error: { code: 'proxywasm/memory-too-large', message: 'The module asks for 1024.0625 MiB of memory at the start.' },
    });
  });
});

describe('function names', () => {
  test('come from the name section', () => {
    const bytes = guestBytes('guests/wat/start-trap');
    const section = customSection(info('guests/wat/start-trap'), 'name');
    expect([...readFunctionNames(bytes.subarray(section?.start, (section?.start ?? 0) + (section?.size ?? 0))).values()]).toContain('boom');
  });

  test('a damaged section gives the names before the damage', () => {
    const section = Uint8Array.from([1, 8, 2, 0, 1, 0x61, 1, 9, 0x62, 0x63]);
    expect([...readFunctionNames(section)]).toEqual([[0, 'a']]);
    fc.assert(fc.property(fc.uint8Array(), (bytes) => void readFunctionNames(bytes)));
  });

  test.each([
    ['_ZN5probe8callback17h872f87eb18d25692E', 'probe::callback::h872f87eb18d25692'],
    ['_ZN10PluginRoot11onConfigureEm', 'PluginRoot::onConfigure(unsigned long)'],
    ['_ZNK3Foo3barEv', 'Foo::bar() const'],
    ['_ZNSt3__16vectorIiE9push_backEOi', '_ZNSt3__16vectorIiE9push_backEOi'],
    ['_RNvNtCset5xJoy1xWQ_3std7process5abort', '_RNvNtCset5xJoy1xWQ_3std7process5abort'],
    ['proxy_on_tick.command_export', 'proxy_on_tick.command_export'],
    ['_ZN99tooshortE', '_ZN99tooshortE'],
  ])('%s is shown as %s', (name, shown) => {
    expect(demangle(name)).toBe(shown);
  });
});
