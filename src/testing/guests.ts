import { readFileSync } from 'node:fs';
import { utf8Bytes } from '#base/bytes.ts';
import type { Result } from '#base/result.ts';
import type { PluginFailure } from '#proxywasm/failures.ts';
import { loadModule, type WasmCode } from '#proxywasm/load-module.ts';
import type { PluginSettings } from '#proxywasm/plugin-settings.ts';

const loaded = new Map<string, Promise<Result<WasmCode, PluginFailure>>>();

/** A module of `conformance/`: `guests/rust/probe`, `plugins/callout` … Compiled once. */
export function guestModule(path: string): Promise<Result<WasmCode, PluginFailure>> {
  const known = loaded.get(path);
  if (known !== undefined) return known;
  const code = loadModule(guestBytes(path));
  loaded.set(path, code);
  return code;
}

export function guestBytes(path: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(new URL(`../../conformance/${path}.wasm`, import.meta.url)));
}

/** Settings of a plugin with everything at its default and `configuration` as text. */
export function pluginSettings(configuration: string, more: Partial<PluginSettings> = {}): PluginSettings {
  return {
    name: 'probe',
    rootId: 'root',
    vmId: '',
    vmConfiguration: new Uint8Array(0),
    environment: [],
    allowedCapabilities: [],
    pluginConfiguration: utf8Bytes(
      configuration
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '')
        .join('\n'),
    ),
    ...more,
  };
}
