import { err, ok, type Result } from '#base/result.ts';
import { abiMarkers, higressMarker, type AbiVersion } from '../abi.ts';
import { notLoaded, pluginFailure, type PluginFailure } from '../failures.ts';
import { Cursor } from './cursor.ts';
import type { ExternKind, Limits, ModuleExport, ModuleImport, ModuleInfo, ModuleSection, Signature, ValueType } from './module-info.ts';

const sectionNames = ('custom type import function table memory global export start element code data data-count tag' as const).split(' ');
const externKinds: readonly (ExternKind | undefined)[] = ['function', 'table', 'memory', 'global', 'tag'];
const valueTypes: ReadonlyMap<number, ValueType> = new Map([
  [0x7f, 'i32'],
  [0x7e, 'i64'],
  [0x7d, 'f32'],
  [0x7c, 'f64'],
  [0x7b, 'v128'],
  [0x70, 'funcref'],
  [0x6f, 'externref'],
]);

/** Reads the parts of a module that a host has to know. Function bodies are left to the engine. */
export function parseModule(bytes: Uint8Array): Result<ModuleInfo, PluginFailure> {
  const header = [...bytes.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  if (!header.startsWith('0061736d')) {
    const message = 'This is not a Wasm module: it does not begin with the bytes 00 61 73 6d.';
    return err(pluginFailure('not-wasm', message, bytes.length === 0 ? [] : corrupted, notWasmHelp(bytes)));
  }
  if (header.length < 16) return truncated(bytes.length);
  if (header.endsWith('000100')) {
    const message = 'This is a WebAssembly component, not a core module.';
    return err(pluginFailure('component', message, notLoaded('Missing or unknown Proxy-Wasm ABI version')));
  }
  if (header !== '0061736d01000000') {
    return err(pluginFailure('not-wasm', 'This Wasm module has a version other than 1.', corrupted));
  }
  const reader = new ModuleReader(bytes);
  return reader.read() ? ok(reader.info()) : truncated(bytes.length);
}

const corrupted = notLoaded('Failed to parse corrupted Wasm module');

function notWasmHelp(bytes: Uint8Array): string | undefined {
  const start = String.fromCharCode(...bytes.subarray(0, 64));
  if (start === '') return 'The file is empty.';
  if (start.startsWith('\x1f\x8b')) return 'It looks like a gzip archive: unpack it first.';
  if (start.startsWith('PK')) return 'It looks like a ZIP archive: unpack it first.';
  if (/^\s*\(module/.test(start)) return 'It looks like WebAssembly text: translate it with wat2wasm first.';
  if (/^\s*(<!doctype|<html)/i.test(start)) return 'It looks like a web page: perhaps the download link led to a page instead of the file.';
  return undefined;
}

function truncated(size: number): Result<never, PluginFailure> {
  return err(pluginFailure('truncated', `The Wasm module is cut off or damaged (${size} bytes).`, corrupted));
}

class ModuleReader {
  readonly #bytes: Uint8Array;
  readonly #types: (Signature | undefined)[] = [];
  #typesUnderstood = true;
  /** Type of each function of the index space, imported ones first. */
  readonly #functions: number[] = [];
  readonly #imports: ModuleImport[] = [];
  readonly #exports: { name: string; kind: ExternKind; index: number }[] = [];
  readonly #sections: ModuleSection[] = [];
  #importedFunctions = 0;
  #memory: Limits | undefined;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** False when the bytes end too early or contradict themselves. */
  read(): boolean {
    const cursor = new Cursor(this.#bytes, 8);
    while (!cursor.done) {
      const at = cursor.at;
      const id = cursor.u8();
      const body = cursor.sub(cursor.leb());
      if (cursor.failed) return false;
      if (id === 0) {
        const name = body.name();
        this.#sections.push({ id, name, at, start: body.at, size: body.end - body.at });
      } else {
        this.#sections.push({ id, name: sectionNames[id] ?? `${id}`, at, start: body.at, size: body.end - body.at });
        this.#section(id, body);
      }
      if (body.failed) return false;
    }
    return !cursor.failed;
  }

  info(): ModuleInfo {
    const exports = this.#exports.map(({ name, kind, index }): ModuleExport =>
      kind === 'function' ? { name, kind, signature: this.#signature(this.#functions[index]) } : { name, kind },
    );
    return {
      byteLength: this.#bytes.length,
      abi: firstMarker(exports),
      higress: exports.some((item) => item.kind === 'function' && item.name === higressMarker),
      imports: this.#imports,
      exports,
      sections: this.#sections,
      functionCount: this.#functions.length - this.#importedFunctions,
      memory: this.#memory,
    };
  }

  #section(id: number, cursor: Cursor): void {
    switch (id) {
      case 1:
        return this.#readTypes(cursor);
      case 2:
        return each(cursor, () => this.#readImport(cursor));
      case 3:
        return each(cursor, () => this.#functions.push(cursor.leb()));
      case 5:
        return each(cursor, () => (this.#memory ??= readLimits(cursor)));
      case 7:
        return each(cursor, () => this.#readExport(cursor));
      default:
        return undefined;
    }
  }

  #readTypes(cursor: Cursor): void {
    const count = cursor.leb();
    for (let i = 0; i < count && !cursor.failed; i++) {
      // forms of the GC proposal have no place in an ABI of numbers: signatures from here on stay unknown, the engine judges the module
      if (cursor.u8() !== 0x60) {
        this.#typesUnderstood = false;
        return;
      }
      const params = readValueTypes(cursor);
      this.#types.push({ params, results: readValueTypes(cursor) });
    }
  }

  #readImport(cursor: Cursor): void {
    const module = cursor.name();
    const name = cursor.name();
    const kind = externKinds[cursor.u8()];
    if (kind === 'function') {
      const type = cursor.leb();
      this.#functions.push(type);
      this.#importedFunctions++;
      this.#imports.push({ module, name, kind, signature: this.#signature(type) });
    } else if (kind === 'table') {
      const element = valueTypes.get(cursor.u8()) ?? 'other';
      this.#imports.push({ module, name, kind, element, limits: readLimits(cursor) });
    } else if (kind === 'memory') {
      this.#memory = readLimits(cursor);
      this.#imports.push({ module, name, kind, limits: this.#memory });
    } else if (kind === 'global') {
      cursor.skip(2);
      this.#imports.push({ module, name, kind });
    } else if (kind === 'tag') {
      cursor.skip(1);
      cursor.leb();
      this.#imports.push({ module, name, kind });
    } else cursor.failed = true;
  }

  #readExport(cursor: Cursor): void {
    const name = cursor.name();
    const kind = externKinds[cursor.u8()];
    const index = cursor.leb();
    if (kind === undefined) cursor.failed = true;
    else this.#exports.push({ name, kind, index });
  }

  #signature(type: number | undefined): Signature | undefined {
    return type === undefined || (!this.#typesUnderstood && type >= this.#types.length) ? undefined : this.#types[type];
  }
}

function firstMarker(exports: readonly ModuleExport[]): AbiVersion | undefined {
  for (const { name, kind } of exports) {
    const version = kind === 'function' ? abiMarkers.get(name) : undefined;
    if (version !== undefined) return version;
  }
  return undefined;
}

function each(cursor: Cursor, read: () => unknown): void {
  const count = cursor.leb();
  for (let i = 0; i < count && !cursor.failed; i++) read();
}

function readValueTypes(cursor: Cursor): ValueType[] {
  const types: ValueType[] = [];
  each(cursor, () => {
    const byte = cursor.u8();
    if (byte === 0x63 || byte === 0x64) cursor.leb(); // a typed reference and its heap type
    types.push(valueTypes.get(byte) ?? 'other');
  });
  return types;
}

export function readLimits(cursor: Cursor): Limits {
  const flags = cursor.u8();
  const wide = (flags & 4) !== 0;
  const read = (): number => cursor.leb(wide ? 10 : 5);
  const min = read();
  return { min, max: (flags & 1) !== 0 ? read() : undefined, shared: (flags & 2) !== 0, wide };
}
