import { assert } from '#base/assert.ts';
import { base64ToBytes } from '#base/bytes.ts';
import dataUrl from 'lua-wasm-bindings/dist/glue/glue-lua-5.2.4.wasm?url&inline';
import { dayOfYear, strftime } from './strftime.ts';

/** The part of the C API of Lua 5.2.4 that is called from here. Strings are pointers to bytes that end with NUL. */
export interface LuaApi {
  readonly memory: WebAssembly.Memory;
  readonly newState: () => number;
  readonly openLibs: (L: number) => void;
  readonly loadString: (L: number, text: number) => number;
  readonly pcall: (L: number, args: number, results: number, handler: number, context: number, continuation: number) => number;
  readonly pushString: (L: number, text: number) => void;
  readonly getTop: (L: number) => number;
  readonly setTop: (L: number, index: number) => void;
  /** 4 for a string. */
  readonly type: (L: number, index: number) => number;
  readonly getField: (L: number, index: number, name: number) => void;
  readonly setField: (L: number, index: number, name: number) => void;
  /** Writes the length to `length` and answers with the place of the bytes. */
  readonly toString: (L: number, index: number, length: number) => number;
  readonly malloc: (size: number) => number;
  /** Makes the C function at this place of the function table a function of the host, which gets the running state and answers with the number of its results. */
  readonly replaceFunction: (place: number, run: (L: number) => number) => void;
}

/** Where a state keeps what scripts do not see (`LUA_REGISTRYINDEX` of luaconf.h). */
export const REGISTRY = -1_001_000;
/** `LUA_TSTRING` of lua.h. */
export const STRING = 4;

/** What a Lua state needs of the world: the clock. There are no files, no processes and no environment. */
export interface LuaWorld {
  nowNs(): bigint;
}

/** Letters the build gave to the exports (`glue-lua-5.2.4.js` of the package, `Module["_lua_…"] = asm["…"]`). */
const exported = {
  constructors: 'H',
  getTop: 'I',
  setTop: 'J',
  type: 'O',
  toString: 'R',
  pushString: 'S',
  getField: 'V',
  setField: 'X',
  pcall: 'Z',
  loadString: '$',
  newState: 'aa',
  openLibs: 'ha',
  stackSave: 'ma',
  stackRestore: 'na',
  setThrew: 'pa',
  malloc: 'qa',
} as const;
const MEMORY = 'G';
const FUNCTIONS = 'ra';

let compiled: Promise<WebAssembly.Module> | undefined;

/** The compiled interpreter; the same for all states. */
export function luaModule(): Promise<WebAssembly.Module> {
  compiled ??= compile();
  return compiled;
}

async function compile(): Promise<WebAssembly.Module> {
  const bytes = base64ToBytes(dataUrl.slice(dataUrl.indexOf(',') + 1));
  assert(bytes !== undefined, 'the module of the Lua package is base64');
  return WebAssembly.compile(bytes);
}

const NO_ENTRY = -44;
const LONG_JUMP = 'longjmp';

/** Every function of the C API takes and gives 32-bit numbers. */
type CFunction = (...args: readonly number[]) => number;
type CFunctions = { readonly [Name in keyof typeof exported]: CFunction };

/** What the functions of the C library work on. */
interface CRuntime extends CFunctions {
  readonly memory: WebAssembly.Memory;
  readonly table: WebAssembly.Table;
}

/** An instance with a memory of its own. */
export function createLuaApi(module: WebAssembly.Module, world: LuaWorld): LuaApi {
  const { exports } = new WebAssembly.Instance(module, { a: imports(() => runtime, world) });
  const functions = Object.entries(exported).map(([name, letter]) => {
    const found = exports[letter];
    assert(typeof found === 'function', `the Lua module has ${name}`);
    return [name, found as CFunction] as const;
  });
  const memory = exports[MEMORY];
  const table = exports[FUNCTIONS];
  assert(memory instanceof WebAssembly.Memory && table instanceof WebAssembly.Table, 'the Lua module has a memory and a table');
  const runtime: CRuntime = { ...(Object.fromEntries(functions) as CFunctions), memory, table };
  runtime.constructors();
  return { ...runtime, replaceFunction: (place, run) => table.set(place, asWasmFunction(run)) };
}

/** `(module (import "h" "f" (func (param i32) (result i32))) (export "f" (func 0)))`: only functions of a module can stand in a function table. */
const passOn = new Uint8Array(
  [
    [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    [1, 6, 1, 0x60, 1, 0x7f, 1, 0x7f],
    [2, 7, 1, 1, 0x68, 1, 0x66, 0, 0],
    [7, 5, 1, 1, 0x66, 0, 0],
  ].flat(),
);

function asWasmFunction(run: (L: number) => number): CFunction {
  const { f } = new WebAssembly.Instance(new WebAssembly.Module(passOn), { h: { f: run } }).exports;
  return f as CFunction;
}

/** The functions of the C library the interpreter is linked against, by the letters of the build (`asmLibraryArg` of the package). */
function imports(api: () => CRuntime, world: LuaWorld): Record<string, (...args: number[]) => number | void> {
  const view = (): DataView => new DataView(api().memory.buffer);
  const seconds = (): number => Number(world.nowNs() / 1_000_000_000n);
  const noFile = (): number => NO_ENTRY;
  const fails = (): number => -1;
  const nothing = (): number => 0;
  let temporary = 0;
  return {
    // Errors of Lua are C's longjmp: thrown here, caught at the setjmp.
    k: (index = 0, a = 0, b = 0) => {
      const stack = api().stackSave();
      try {
        (api().table.get(index) as (a: number, b: number) => void)(a, b); // the table holds functions of the signature the name `invoke_vii` tells
      } catch (error) {
        api().stackRestore(stack);
        if (error !== LONG_JUMP) throw error;
        api().setThrew(1, 0);
      }
    },
    i: () => {
      // oxlint-disable-next-line no-throw-literal -- a jump, not an error: it never leaves `k`
      throw LONG_JUMP;
    },
    e: () => temporary,
    c: (value = 0) => void (temporary = value),
    n: (to = 0, from = 0, count = 0) => void new Uint8Array(api().memory.buffer).copyWithin(to, from, from + count),
    y: (size = 0) => growTo(api().memory, size),
    // Time
    b: (at = 0) => {
      if (at !== 0) view().setInt32(at, seconds(), true);
      return seconds();
    },
    z: (_, at = 0) => {
      view().setInt32(at, seconds(), true);
      view().setInt32(at + 4, Number(world.nowNs() % 1_000_000_000n), true);
      return 0;
    },
    x: () => Number(world.nowNs() / 1000n) | 0,
    t: (a = 0, b = 0) => a - b,
    o: (at = 0) => fromBrokenDown(view(), at),
    w: (time = 0, at = 0) => breakDown(view(), time, at),
    v: (time = 0, at = 0) => breakDown(view(), time, at),
    u: (to = 0, size = 0, pattern = 0, at = 0) => writeTime(view(), to, size, pattern, at),
    // Files, processes, environment: there are none.
    C: fails,
    D: fails,
    d: fails,
    E: fails,
    m: noFile,
    h: noFile,
    p: noFile,
    q: noFile,
    f: noFile,
    A: nothing,
    B: nothing,
    s: fails,
    a: nothing,
    j: fails,
    l: fails,
    g: nothing,
    r: stop,
    F: stop,
  };
}

function stop(): never {
  throw new Error('Broken invariant: the Lua interpreter wants to end the process');
}

function growTo(memory: WebAssembly.Memory, size: number): number {
  const pages = Math.ceil((size - memory.buffer.byteLength) / 65_536);
  try {
    memory.grow(pages);
    return 1;
  } catch {
    return 0; // the C library asked whether there is more memory; "no" is an answer
  }
}

/** C's `struct tm`, as `gmtime_r` fills it; the time zone is UTC. */
function breakDown(view: DataView, time: number, at: number): number {
  const date = new Date(view.getInt32(time, true) * 1000);
  const fields = [
    date.getUTCSeconds(),
    date.getUTCMinutes(),
    date.getUTCHours(),
    date.getUTCDate(),
    date.getUTCMonth(),
    date.getUTCFullYear() - 1900,
    date.getUTCDay(),
    dayOfYear(date),
    0,
    0,
    0,
  ];
  for (const [i, field] of fields.entries()) view.setInt32(at + i * 4, field, true);
  return at;
}

/** `mktime`: the fields are brought into their ranges. */
function fromBrokenDown(view: DataView, at: number): number {
  const seconds = dateAt(view, at).getTime() / 1000;
  const time = at + 44;
  const kept = view.getInt32(time, true);
  view.setInt32(time, seconds, true);
  breakDown(view, time, at);
  view.setInt32(time, kept, true);
  return seconds | 0;
}

function dateAt(view: DataView, at: number): Date {
  const field = (i: number): number => view.getInt32(at + i * 4, true);
  return new Date(Date.UTC(field(5) + 1900, field(4), field(3), field(2), field(1), field(0)));
}

function writeTime(view: DataView, to: number, size: number, pattern: number, at: number): number {
  let text = '';
  for (let i = pattern; view.getUint8(i) !== 0; i++) text += String.fromCharCode(view.getUint8(i));
  const out = strftime(text, dateAt(view, at));
  if (out.length >= size) return 0;
  for (let i = 0; i < out.length; i++) view.setUint8(to + i, out.charCodeAt(i));
  view.setUint8(to + out.length, 0);
  return out.length;
}
