import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Scenario } from '#simulator/scenario.ts';
import { guestBytes } from '#testing/guests.ts';
import { ModuleStore } from './modules.ts';

/** A module with a custom section of `size` bytes behind it: as large as wanted, and still the same to the engine. */
function padded(size: number): Uint8Array {
  const leb = [0, 7, 14, 21, 28].map((shift, i) => ((size >>> shift) & 0x7f) | (i < 4 ? 0x80 : 0));
  return Buffer.concat([guestBytes('guests/wat/noop'), Uint8Array.from([0, ...leb, 1, 0x78]), new Uint8Array(size - 2)]);
}

test('a module of 30 MB says how far it is; a small one is not worth a word', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'modules-'));
  try {
    writeFileSync(join(folder, 'large.wasm'), padded(30_000_000));
    writeFileSync(join(folder, 'small.wasm'), guestBytes('guests/wat/noop'));
    const told: string[] = [];
    const filters = ['large.wasm', 'small.wasm'].map((filename) => ({
      typed_config: { config: { vm_config: { code: { local: { filename } } } } },
    }));
    const scenario: Scenario = { version: 1, name: '', filters };
    const loader = await new ModuleStore((text) => told.push(text)).forScenario(scenario, folder);
    expect(told[0]).toBe('large.wasm: read 30.0 MB, compiling …');
    expect(told).toHaveLength(2);
    expect([loader({ kind: 'file', filename: 'large.wasm' })?.ok, loader({ kind: 'file', filename: 'small.wasm' })?.ok]).toEqual([
      true,
      true,
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
