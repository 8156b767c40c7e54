import { demangle } from './module/demangle.ts';
import { readFunctionNames } from './module/function-names.ts';
import type { WasmCode } from './load-module.ts';

/** Thrown by a host function that must not be called now; it ends the guest's call like a trap. */
export class RestrictedCallback extends Error {
  override name = 'RestrictedCallback';
}

export interface Trap {
  /** In V8's words: `Uncaught RuntimeError: unreachable`. */
  readonly message: string;
  readonly backtrace: readonly string[];
}

/**
 * What an exception that left a guest's export says about the guest, or undefined if it is not the guest's doing but a mistake in the
 * host. V8 is Envoy's engine, so other engines' words are translated.
 */
export function describeTrap(error: unknown, code: WasmCode): Trap | undefined {
  const text = trapText(error);
  if (text === undefined) return undefined;
  return { message: text, backtrace: backtrace(error, code) };
}

function trapText(error: unknown): string | undefined {
  if (error instanceof RestrictedCallback) return `Uncaught Error: ${error.message}`;
  if (error instanceof WebAssembly.RuntimeError) return `Uncaught RuntimeError: ${inV8Words(error.message)}`;
  if (error instanceof RangeError || isStackOverflow(error)) return 'Uncaught RangeError: Maximum call stack size exceeded';
  if (typeof WebAssembly.Exception === 'function' && error instanceof WebAssembly.Exception) return 'Uncaught #<Exception>';
  return undefined;
}

/** Firefox throws InternalError "too much recursion". */
function isStackOverflow(error: unknown): boolean {
  return error instanceof Error && error.message === 'too much recursion';
}

/** Firefox's and Safari's texts for V8's. */
const translations: readonly (readonly [RegExp, string])[] = [
  [/unreachable/i, 'unreachable'],
  [/out of bounds memory access|index out of bounds|memory access out of bounds/i, 'memory access out of bounds'],
  [/table (index|access) is? ?out of bounds|out of bounds (call_indirect|table access)/i, 'table index is out of bounds'],
  [/indirect call signature mismatch|indirect call to null|signature mismatch|null function/i, 'function signature mismatch'],
  [/remainder by zero|modulus by zero/i, 'remainder by zero'],
  [/divi(de|sion) by zero/i, 'divide by zero'],
  [/integer overflow|result unrepresentable|divide result/i, 'divide result unrepresentable'],
  [/float unrepresentable|invalid conversion to integer|out of bounds trunc/i, 'float unrepresentable in integer range'],
];

function inV8Words(message: string): string {
  return translations.find(([pattern]) => pattern.test(message))?.[1] ?? message;
}

const maxFrames = 20;

/** V8 and Firefox name a frame's function index and byte offset; elsewhere there is no back trace. */
function backtrace(error: unknown, code: WasmCode): readonly string[] {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const names = code.names === undefined ? undefined : readFunctionNames(code.names);
  if (names === undefined || names.size === 0) return [];
  return [...stack.matchAll(/wasm-function\[(\d+)\]:0x([0-9a-f]+)/g)].slice(0, maxFrames).map((frame, i) => {
    const index = Number(frame[1]);
    const offset = Number.parseInt(frame[2] ?? '0', 16) - code.offsetShift;
    const name = names.get(index);
    return `${String(i).padStart(3)}:  0x${offset.toString(16)} - ${name === undefined ? `unknown(function index:${index})` : demangle(name)}`;
  });
}

/** Engines cut stacks at 10 frames by default; Envoy prints 20. JavaScript frames of the host may come in between. */
export function keepLongStacks(): void {
  const holder = Error as unknown as { stackTraceLimit?: number };
  if ((holder.stackTraceLimit ?? 0) < 40) holder.stackTraceLimit = 40;
}
