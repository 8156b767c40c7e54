import { assert } from '#base/assert.ts';
import type { ByteString } from '#base/bytes.ts';
import { bytesToByteString, utf8ToByteString } from '#base/bytes.ts';
import type { LuaValue } from './codec.ts';
import { decode, encode, table, textOf } from './codec.ts';
import type { LuaApi, LuaWorld } from './lua-module.ts';
import { createLuaApi } from './lua-module.ts';
import { prelude } from './prelude.ts';

/** Where a script stands: it has a question, has ended, or has failed. */
export type LuaStep =
  | { readonly kind: 'ask'; readonly operation: string; readonly args: readonly LuaValue[] }
  | { readonly kind: 'done' }
  | { readonly kind: 'error'; readonly message: ByteString };

/** The answer to a question: values, or a refusal that becomes an error at the line of the script. */
export type LuaAnswer = { readonly ok: true; readonly values: readonly LuaValue[] } | LuaRefusal;

export interface LuaRefusal {
  readonly ok: false;
  readonly message: ByteString;
  /** The argument the message is about, counted as Lua's C functions do: the object itself is 1. 0: the message stands alone, without the place in the script. */
  readonly argument?: number | undefined;
}

/** One Lua state with its globals: the scripts of one filter configuration. */
export class LuaState {
  readonly #api: LuaApi;
  readonly #L: number;
  readonly #length: number;
  #scratch: number;
  #scratchSize = 4096;
  #threads = 0;

  constructor(module: WebAssembly.Module, world: LuaWorld) {
    this.#api = createLuaApi(module, world);
    this.#L = this.#api.newState();
    this.#api.openLibs(this.#L);
    this.#length = this.#api.malloc(4);
    this.#scratch = this.#api.malloc(this.#scratchSize);
    const failed = this.#api.loadString(this.#L, this.#put(prelude)) !== 0 || this.#api.pcall(this.#L, 0, 1, 0, 0, 0) !== 0;
    assert(!failed, failed ? this.#text(-1) : '');
  }

  /** Gives a class of host objects its methods; they arrive as questions `<class> <method>`. */
  define(name: string, methods: readonly string[]): void {
    this.#dispatch('define', [name, methods.join(' ')]);
  }

  constants(name: string, values: LuaValue): void {
    this.#dispatch('constants', [name, values]);
  }

  /** What `os.getenv` finds. */
  environment(variables: ReadonlyMap<string, string>): void {
    this.#dispatch('environment', [table([...variables].map(([name, value]) => [utf8ToByteString(name), utf8ToByteString(value)]))]);
  }

  /** Runs a chunk. Undefined when it went well, otherwise Lua's message. */
  run(code: ByteString): ByteString | undefined {
    const [ok, message] = decode(this.#dispatch('run', [code]));
    return ok === true ? undefined : asLuaJit(textOf(message));
  }

  /** Is there a global function of this name? */
  has(name: string): boolean {
    return decode(this.#dispatch('has', [name]))[0] === true;
  }

  /** Begins a global function in a coroutine of its own. */
  start(name: string, argument: LuaValue): LuaThread {
    return new LuaThread(++this.#threads, (command, args) => this.#dispatch(command, args), name, argument);
  }

  #dispatch(command: string, args: readonly LuaValue[]): ByteString {
    const { pushValue, pushString, pcall, setTop } = this.#api;
    pushValue(this.#L, 1);
    pushString(this.#L, this.#put(command));
    pushString(this.#L, this.#put(escapeNul(encode(args))));
    const failed = pcall(this.#L, 2, 1, 0, 0, 0) !== 0;
    const text = this.#text(-1);
    setTop(this.#L, -2);
    assert(!failed, text);
    return unescapeNul(text);
  }

  /** The text with a NUL behind it, in the memory of Lua; good until the next call. */
  #put(text: ByteString): number {
    if (text.length + 1 > this.#scratchSize) {
      this.#scratchSize = text.length + 1;
      this.#scratch = this.#api.malloc(this.#scratchSize);
    }
    const memory = new Uint8Array(this.#api.memory.buffer, this.#scratch, text.length + 1);
    for (let i = 0; i < text.length; i++) memory[i] = text.charCodeAt(i);
    memory[text.length] = 0;
    return this.#scratch;
  }

  #text(index: number): ByteString {
    const at = this.#api.toString(this.#L, index, this.#length);
    if (at === 0) return '';
    const length = new DataView(this.#api.memory.buffer).getUint32(this.#length, true);
    return bytesToByteString(new Uint8Array(this.#api.memory.buffer, at, length));
  }
}

/** A running function of a script. */
export class LuaThread {
  readonly #id: number;
  readonly #dispatch: (command: string, args: readonly LuaValue[]) => ByteString;
  readonly first: LuaStep;

  constructor(id: number, dispatch: (command: string, args: readonly LuaValue[]) => ByteString, name: string, argument: LuaValue) {
    this.#id = id;
    this.#dispatch = dispatch;
    this.first = stepOf(dispatch('start', [id, name, argument]));
  }

  answer(answer: LuaAnswer): LuaStep {
    return stepOf(
      this.#dispatch('answer', [this.#id, encode(answer.ok ? [true, ...answer.values] : [false, answer.message, answer.argument])]),
    );
  }

  /** It will never be answered: Lua may forget it. */
  abandon(): void {
    this.#dispatch('forget', [this.#id]);
  }
}

function stepOf(text: ByteString): LuaStep {
  const [kind, first, ...args] = decode(text);
  if (kind === 'ask') return { kind, operation: textOf(first), args };
  return kind === 'done' ? { kind } : { kind: 'error', message: textOf(first) };
}

/** Syntax errors in the words of LuaJIT. */
function asLuaJit(message: ByteString): ByteString {
  return message
    .replace(/near <eof>$/, "near '<eof>'")
    .replace(/: no visible label '(.*)' for <goto> at line \d+$/, ": undefined label '$1'")
    .replace(/: <break> at line \d+ not inside a loop$/, ': no loop to break')
    .replace(": <name> or '...' expected", ': <name> expected');
}

/** Texts cross as C strings, so NUL becomes two bytes that nothing else becomes. */
function escapeNul(text: ByteString): ByteString {
  return text.includes('\0') || text.includes('\x01') ? text.replaceAll('\x01', '\x01o').replaceAll('\0', '\x01z') : text;
}

function unescapeNul(text: ByteString): ByteString {
  return text.includes('\x01') ? text.replaceAll('\x01z', '\0').replaceAll('\x01o', '\x01') : text;
}
