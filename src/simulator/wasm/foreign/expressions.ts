import { bytesToUtf8, utf8ToByteString } from '#base/bytes.ts';
import { WasmResult } from '#proxywasm/abi.ts';
import type { ForeignResult } from '#proxywasm/host.ts';
import { compileProblem } from '../../cel/check.ts';
import { evaluateCel } from '../../cel/evaluate.ts';
import { parseCel } from '../../cel/parse.ts';
import type { CelNode } from '../../cel/syntax.ts';
import { toProperty } from '../../cel/value.ts';
import { attribute, sourceOf } from '../properties.ts';
import { encodeProperty } from '../property-value.ts';
import type { ForeignFunction } from './foreign-function.ts';
import { badArgument, ok } from './foreign-function.ts';

const DEBUG = 1;
const INFO = 2;

/** The expressions a root context has made, by token. */
export class Expressions {
  readonly #made = new Map<number, CelNode>();
  #next = 0;

  /** Also an expression that is refused uses up its token. */
  reserve(): number {
    return this.#next++;
  }

  keep(token: number, expression: CelNode): void {
    this.#made.set(token, expression);
  }

  get(token: number): CelNode | undefined {
    return this.#made.get(token);
  }

  delete(token: number): void {
    this.#made.delete(token);
  }
}

const note = (level: number, message: string): ForeignResult['notes'] => [{ level, message }];

/** Reads an expression; the result is its token, four bytes. */
export const createExpression: ForeignFunction = (argument, { expressions }) => {
  const parsed = parseCel(bytesToUtf8(argument));
  if (!parsed.ok) return { ...badArgument, notes: note(INFO, `expr_create parse error: ${utf8ToByteString(parsed.error)}`) };
  const token = expressions.reserve();
  const problem = compileProblem(parsed.value);
  if (problem !== undefined) return { ...badArgument, notes: note(INFO, `expr_create compile error: ${utf8ToByteString(problem)}`) };
  expressions.keep(token, parsed.value);
  const result = new Uint8Array(4);
  new DataView(result.buffer).setUint32(0, token, true);
  return { status: WasmResult.Ok, result };
};

export const evaluateExpression: ForeignFunction = (argument, { expressions, proxy, settings, stream }) => {
  const token = tokenOf(argument);
  if (token === undefined) return badArgument;
  const expression = expressions.get(token);
  if (expression === undefined) return { status: WasmResult.NotFound };
  const source = sourceOf({ proxy, settings, view: stream });
  const value = evaluateCel(expression, (name) => attribute(name, source));
  if (value.kind === 'error') {
    return {
      status: WasmResult.InternalFailure,
      notes: note(DEBUG, `expr_evaluate ${value.isFatal ? '' : 'value '}error: ${value.message}`),
    };
  }
  const property = toProperty(value);
  const result = property === undefined ? undefined : encodeProperty(property);
  return result === undefined ? { status: WasmResult.SerializationFailure } : { status: WasmResult.Ok, result };
};

/** Deleting what is not there is no mistake. */
export const deleteExpression: ForeignFunction = (argument, { expressions }) => {
  const token = tokenOf(argument);
  if (token === undefined) return badArgument;
  expressions.delete(token);
  return ok;
};

function tokenOf(argument: Uint8Array): number | undefined {
  return argument.length === 4 ? new DataView(argument.buffer, argument.byteOffset).getUint32(0, true) : undefined;
}
