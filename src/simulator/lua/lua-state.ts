import { assert } from '#base/assert.ts';
import type { ByteString } from '#base/bytes.ts';
import { utf8ToByteString } from '#base/bytes.ts';
import { GuestMemory } from '#proxywasm/memory.ts';
import type { LuaObject, LuaValue } from './codec.ts';
import { decode, encode, table, textOf } from './codec.ts';
import type { LuaApi, LuaWorld } from './lua-module.ts';
import { createLuaApi, REGISTRY, STRING } from './lua-module.ts';
import { prelude } from './prelude.ts';

/** Where a script stands: it waits for an answer that comes later, has ended, or has failed. */
export type LuaStep = { readonly kind: 'waits' } | { readonly kind: 'done' } | { readonly kind: 'error'; readonly message: ByteString };

/** The answer to a question: values, or a refusal that becomes an error at the line of the script. */
export type LuaAnswer = { readonly ok: true; readonly values: readonly LuaValue[] } | LuaRefusal;

export interface LuaRefusal {
  readonly ok: false;
  readonly message: ByteString;
  /** The argument the message is about, counted as Lua's C functions do: the object itself is 1. 0: the message stands alone, without the place in the script. */
  readonly argument?: number | undefined;
}

/** Carries out `<class> <method>` for a script that is running; `wait` suspends the script until `LuaThread.answer`. */
export type LuaHost = (operation: string, args: readonly LuaValue[]) => LuaAnswer | 'wait';

const DONE: LuaStep = { kind: 'done' };
const WAITS: LuaStep = { kind: 'waits' };

/** One Lua state with its globals: the scripts of one filter configuration. */
export class LuaState {
  readonly #api: LuaApi;
  readonly #memory: GuestMemory;
  readonly #host: LuaHost;
  /** The Lua thread that runs: the main one, or while a method of the host runs the one that called it. */
  #L: number;
  readonly #length: number;
  readonly #dispatchName: number;
  readonly #startName: number;
  #scratch: number;
  #scratchSize = 4096;
  #threads = 0;

  constructor(module: WebAssembly.Module, world: LuaWorld, host: LuaHost) {
    const api = createLuaApi(module, world);
    this.#api = api;
    this.#memory = new GuestMemory(api.memory);
    this.#host = host;
    this.#L = api.newState();
    api.openLibs(this.#L);
    this.#length = api.malloc(4);
    this.#scratch = api.malloc(this.#scratchSize);
    this.#dispatchName = this.#keep('dispatch');
    this.#startName = this.#keep('start');
    this.#lendFunction();
    this.#load(prelude, 2);
    api.setField(this.#L, REGISTRY, this.#startName);
    api.setField(this.#L, REGISTRY, this.#dispatchName);
  }

  /**
   * The build exports nothing that would give Lua a function of ours, so one of its own is exchanged: `os.exit`, which no script may call. Lua
   * prints the place of a C function in the function table as its address.
   */
  #lendFunction(): void {
    this.#load('return tostring(os.exit)', 1);
    this.#api.replaceFunction(Number(this.#text(this.#L, -1).replace('function: ', '')), (L) => this.#answer(L));
    this.#api.setTop(this.#L, 0);
  }

  #load(code: string, results: number): void {
    const failed = this.#api.loadString(this.#L, this.#put(code)) !== 0 || this.#api.pcall(this.#L, 0, results, 0, 0, 0) !== 0;
    assert(!failed, failed ? this.#text(this.#L, -1) : '');
  }

  /** Gives a class of host objects its methods; they arrive at the host as `<class> <method>`. */
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

  /** Runs a global function in a coroutine of its own, as far as it gets. */
  start(name: string, argument: LuaObject): LuaThread {
    const id = String(++this.#threads);
    this.#api.getField(this.#L, REGISTRY, this.#startName);
    for (const text of [id, name, String(argument.id), argument.class]) this.#push(text);
    return new LuaThread(id, stepOf(this.#call(4)), (command, args) => this.#dispatch(command, args));
  }

  #dispatch(command: string, args: readonly LuaValue[]): ByteString {
    this.#api.getField(this.#L, REGISTRY, this.#dispatchName);
    this.#push(command);
    this.#push(escapeNul(encode(args)));
    return this.#call(2);
  }

  /** Calls what stands below `args` values on the stack. The result as a text; an empty one for nil. */
  #call(args: number): ByteString {
    const L = this.#L;
    const failed = this.#api.pcall(L, args, 1, 0, 0, 0) !== 0;
    const text = this.#text(L, -1);
    this.#api.setTop(L, -2);
    assert(!failed, text);
    return unescapeNul(text);
  }

  /**
   * What a method of a host object calls: operation, id of the object, arguments. Texts cross as they are in both directions; the script is
   * asked to encode anything else (`bridgeSource`, `ask`).
   */
  #answer(L: number): number {
    const { type } = this.#api;
    const id = type(L, 2) === STRING ? this.#text(L, 2) : undefined;
    if (id === '') return this.#asEncoded(L, encodedAnswer(this.#ask(L, decode(unescapeNul(this.#text(L, 3))))));
    const count = this.#api.getTop(L);
    for (let i = 3; i <= count; i++) if (type(L, i) !== STRING) return this.#asEncoded(L, ENCODE);
    if (id === undefined) return this.#asEncoded(L, ENCODE);
    const args: LuaValue[] = [{ kind: 'object', id: Number(id), class: '' }];
    for (let i = 3; i <= count; i++) args.push(this.#text(L, i));
    return this.#give(L, this.#ask(L, args));
  }

  #ask(L: number, args: readonly LuaValue[]): LuaAnswer | 'wait' {
    const outer = this.#L;
    this.#L = L; // a method may run another script, which then runs on top of this one
    try {
      return this.#host(this.#text(L, 1), args);
    } finally {
      this.#L = outer;
    }
  }

  /** No value, one text, or one object as id, nil and class; anything else encoded. */
  #give(L: number, answer: LuaAnswer | 'wait'): number {
    if (answer !== 'wait' && answer.ok && answer.values.length < 2) {
      if (answer.values.length === 0) return 0;
      const [value] = answer.values;
      if (typeof value === 'string' && !value.includes('\0')) {
        this.#push(value, L);
        return 1;
      }
      if (typeof value === 'object' && value.kind === 'object') {
        this.#push(String(value.id), L);
        this.#pushNil(L);
        this.#push(value.class, L);
        return 3;
      }
    }
    return this.#asEncoded(L, encodedAnswer(answer));
  }

  #asEncoded(L: number, text: ByteString): number {
    this.#pushNil(L);
    this.#push(text, L);
    return 2;
  }

  #pushNil(L: number): void {
    this.#api.setTop(L, this.#api.getTop(L) + 1);
  }

  /** `text` without NUL. */
  #push(text: ByteString, L = this.#L): void {
    this.#api.pushString(L, this.#put(text));
  }

  /** The text with a NUL behind it, in the memory of Lua; good until the next call. */
  #put(text: ByteString): number {
    if (text.length + 1 > this.#scratchSize) {
      this.#scratchSize = text.length + 1;
      this.#scratch = this.#api.malloc(this.#scratchSize);
    }
    return this.#write(this.#scratch, text);
  }

  #keep(text: ByteString): number {
    return this.#write(this.#api.malloc(text.length + 1), text);
  }

  #write(at: number, text: ByteString): number {
    this.#memory.setText(at, text);
    this.#memory.bytes[at + text.length] = 0;
    return at;
  }

  #text(L: number, index: number): ByteString {
    const at = this.#api.toString(L, index, this.#length);
    return at === 0 ? '' : this.#memory.value(at, this.#memory.u32(this.#length));
  }
}

/** A function of a script that has begun. */
export class LuaThread {
  readonly #id: string;
  readonly #dispatch: (command: string, args: readonly LuaValue[]) => ByteString;
  /** How far it got at once. */
  readonly first: LuaStep;

  constructor(id: string, first: LuaStep, dispatch: (command: string, args: readonly LuaValue[]) => ByteString) {
    this.#id = id;
    this.first = first;
    this.#dispatch = dispatch;
  }

  /** What the script has been waiting for. */
  answer(answer: LuaAnswer): LuaStep {
    return stepOf(this.#dispatch('answer', [this.#id, encodedAnswer(answer)]));
  }

  /** It will never be answered: Lua may forget it. */
  abandon(): void {
    this.#dispatch('forget', [this.#id]);
  }
}

/** Answers of the host that are no values: see `ask` in `bridgeSource`. */
const ENCODE = '?';
const WAIT = 'w';

function encodedAnswer(answer: LuaAnswer | 'wait'): ByteString {
  if (answer === 'wait') return WAIT;
  return escapeNul(encode(answer.ok ? [true, ...answer.values] : [false, answer.message, answer.argument]));
}

function stepOf(text: ByteString): LuaStep {
  if (text === '') return DONE;
  return text === WAIT ? WAITS : { kind: 'error', message: textOf(decode(text)[0]) };
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
