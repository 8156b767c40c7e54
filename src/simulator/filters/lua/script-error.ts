import type { LuaValue } from '../../lua/codec.ts';
import { numberText, typeName } from '../../lua/codec.ts';

/** What a script did wrong: thrown by the methods of host objects, caught where they are called, and raised in the script. */
export class ScriptError extends Error {
  override readonly name = 'ScriptError';
  readonly argument: number | undefined;

  /** `argument` as in `LuaRefusal`. */
  constructor(message: string, argument?: number) {
    super(message);
    this.argument = argument;
  }
}

/** Arguments of a call, read as Lua's `luaL_check…` functions do; the object itself is argument 1. */
export class Arguments {
  readonly values: readonly LuaValue[];

  constructor(values: readonly LuaValue[]) {
    this.values = values;
  }

  get count(): number {
    return this.values.length;
  }

  at(index: number): LuaValue {
    return this.values[index - 1];
  }

  /** A text; numbers are taken as they print. */
  string(index: number): string {
    return stringOf(this.at(index)) ?? this.#fail(index, 'string');
  }

  /** The same, missing and nil allowed. */
  optionalString(index: number): string | undefined {
    return this.at(index) === undefined ? undefined : this.string(index);
  }

  number(index: number): number {
    const value = this.at(index);
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    return typeof number === 'number' && !Number.isNaN(number) ? number : this.#fail(index, 'number');
  }

  boolean(index: number): boolean {
    const value = this.at(index);
    return typeof value === 'boolean' ? value : this.#fail(index, 'boolean');
  }

  entries(index: number): readonly (readonly [LuaValue, LuaValue])[] {
    const value = this.at(index);
    return isTable(value) ? value.entries : this.#fail(index, 'table');
  }

  #fail(index: number, expected: string): never {
    const got = index > this.count ? 'no value' : typeName(this.at(index));
    throw new ScriptError(`${expected} expected, got ${got}`, index);
  }
}

export function isTable(value: LuaValue): value is Extract<LuaValue, { readonly kind: 'table' }> {
  return typeof value === 'object' && value.kind === 'table';
}

export function stringOf(value: LuaValue): string | undefined {
  if (typeof value === 'number') return numberText(value);
  return typeof value === 'string' ? value : undefined;
}
