import { err, ok, type Result } from '#base/result.ts';
import { notInitialized, notLoaded, pluginFailure, type PluginFailure } from './failures.ts';
import { limitMemory, maxPages } from './module/limit-memory.ts';
import { customSection, type ModuleInfo } from './module/module-info.ts';
import { parseModule } from './module/parse-module.ts';

/** A compiled module and what the host has to know about it. Plain data and a `WebAssembly.Module`: it can be posted to a worker. */
export interface WasmCode {
  readonly info: ModuleInfo;
  readonly module: WebAssembly.Module;
  /** Equal for equal bytes: part of the key under which plugins share a VM. */
  readonly codeKey: string;
  /** The `name` section, for back traces. */
  readonly names: Uint8Array | undefined;
  /** By how much the engine's code offsets differ from those of the file. */
  readonly offsetShift: number;
}

/**
 * Parses and compiles a module: everything of cpp-host's `WasmBase::load` but the ABI version, which `WasmRuntime.createPlugin` judges.
 * Fails with a reason for whatever is not a core module that this engine accepts.
 */
export async function loadModule(bytes: Uint8Array<ArrayBuffer>): Promise<Result<WasmCode, PluginFailure>> {
  const parsed = parseModule(bytes);
  if (!parsed.ok) return parsed;
  const info = parsed.value;
  const section = customSection(info, 'name');
  const names = section === undefined ? undefined : bytes.slice(section.start, section.start + section.size);
  if (info.memory !== undefined && (info.memory.wide || info.memory.shared || info.memory.min > maxPages)) return err(unusableMemory(info));
  const limited = limitMemory(bytes, info, maxPages);
  try {
    const module = await WebAssembly.compile(limited);
    return ok({ info, module, codeKey: codeKey(bytes), names, offsetShift: limited.length - bytes.length });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error); // the engine's verdict on the user's module
    return err(pluginFailure('not-compiled', `The module does not compile: ${reason}`, notLoaded('Failed to load Wasm bytecode')));
  }
}

function unusableMemory({ memory }: ModuleInfo): PluginFailure {
  if (memory?.wide === true)
    return pluginFailure('not-compiled', 'The module uses a 64-bit memory.', notLoaded('Failed to load Wasm bytecode'));
  if (memory?.shared === true)
    return pluginFailure('not-compiled', 'The module uses a shared memory (threads).', notLoaded('Failed to load Wasm bytecode'));
  const message = `The module asks for ${(memory?.min ?? 0) / 16} MiB of memory at the start.`;
  return pluginFailure('memory-too-large', message, ['Failed to create new Wasm instance', notInitialized]);
}

/** Two independent 32-bit mixes and the length: enough to tell the modules of one workspace apart, not a digest for security. */
function codeKey(bytes: Uint8Array<ArrayBuffer>): string {
  const whole = bytes.length & ~3;
  const words =
    bytes.byteOffset % 4 === 0 ? new Int32Array(bytes.buffer, bytes.byteOffset, whole / 4) : new Int32Array(bytes.slice(0, whole).buffer);
  let a = 0x811c9dc5 | 0;
  let b = 0x2545f491 | 0;
  const mix = (word: number): void => {
    a = Math.imul(a ^ word, 0x85ebca6b);
    a ^= a >>> 15;
    b = Math.imul((b << 5) ^ (b >>> 27) ^ word, 0xc2b2ae35);
  };
  for (let i = 0; i < words.length; i++) mix(words[i] ?? 0);
  for (let i = whole; i < bytes.length; i++) mix(bytes[i] ?? 0);
  return `${(a >>> 0).toString(16)}-${(b >>> 0).toString(16)}-${bytes.length}`;
}
