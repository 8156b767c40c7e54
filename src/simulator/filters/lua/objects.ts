import type { LuaObject, LuaValue } from '../../lua/codec.ts';
import type { LuaAnswer } from '../../lua/lua-state.ts';
import { Arguments, ScriptError } from './script-error.ts';

/** What a method gives: its results, or nothing yet because the script waits. */
export type MethodResult = readonly LuaValue[] | 'wait';

/** A method of a class of host objects. `owner` is the stream and direction the script runs for. */
export type Method<Target, Owner> = (target: Target, args: Arguments, owner: Owner) => MethodResult;

/** A class of host objects as scripts see it. */
export interface HostClass<Target, Owner> {
  readonly name: string;
  /** Name of Envoy's C++ class, as it shows in errors. */
  readonly cppName: string;
  readonly methods: Readonly<Record<string, Method<Target, Owner>>>;
}

interface Entry<Owner> {
  readonly owner: Owner;
  readonly call: (method: string, args: Arguments) => MethodResult | undefined;
  readonly className: string;
}

/** The live objects of one script. An object dies when the callback that made it returns (envoy `BaseLuaObject::markDead`). */
export class HostObjects<Owner> {
  readonly #live = new Map<number, Entry<Owner>>();
  #last = 0;

  add<Target>(hostClass: HostClass<Target, Owner>, target: Target, owner: Owner): LuaObject {
    const id = ++this.#last;
    this.revive(id, hostClass, target, owner);
    return { kind: 'object', id, class: hostClass.name };
  }

  revive<Target>(id: number, hostClass: HostClass<Target, Owner>, target: Target, owner: Owner): void {
    this.#live.set(id, { owner, className: hostClass.name, call: (method, args) => hostClass.methods[method]?.(target, args, owner) });
  }

  kill(id: number): void {
    this.#live.delete(id);
  }

  /** Carries out `<class> <method>`; `cppName` tells the name of a class in errors. */
  call(operation: string, values: readonly LuaValue[], cppName: (className: string) => string): LuaAnswer | 'wait' {
    const at = operation.indexOf(' ');
    const className = operation.slice(0, at);
    const args = new Arguments(values);
    try {
      const self = values[0];
      if (typeof self !== 'object' || self.kind !== 'object')
        throw new ScriptError(`${cppName(className)} expected, got ${args.count === 0 ? 'no value' : typeOf(self)}`, 1);
      const entry = this.#live.get(self.id);
      if (entry === undefined) throw new ScriptError('object used outside of proper scope');
      if (entry.className !== className) throw new ScriptError(`${cppName(className)} expected, got userdata`, 1);
      const result = entry.call(operation.slice(at + 1), args) ?? [];
      return result === 'wait' ? 'wait' : { ok: true, values: result };
    } catch (error) {
      if (!(error instanceof ScriptError)) throw error;
      return { ok: false, message: error.message, argument: error.argument };
    }
  }
}

function typeOf(value: LuaValue): string {
  if (value === undefined) return 'nil';
  return typeof value === 'object' ? (value.kind === 'other' ? value.type : value.kind === 'table' ? 'table' : 'userdata') : typeof value;
}
