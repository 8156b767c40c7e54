import { parts, type CelCall, type CelMistake, type CelNode } from './syntax.ts';

export type Macro =
  | { readonly kind: 'has'; readonly field: Extract<CelNode, { kind: 'select' }> }
  | {
      readonly kind: 'all' | 'exists' | 'exists_one' | 'map' | 'filter';
      readonly range: CelNode;
      readonly variable: string;
      /** `map` with three arguments: what has to hold for an item. */
      readonly condition: CelNode | undefined;
      readonly step: CelNode;
    };

const loops = ['all', 'exists', 'exists_one', 'map', 'filter'] as const;

/** A call as the macro it is (langdef "Macros"); undefined for one of a function, also of the same name with other arguments. */
export function asMacro(call: CelCall): Macro | undefined {
  const [first, second, third] = call.args;
  if (call.target === undefined) {
    return call.name === 'has' && call.args.length === 1 && first?.kind === 'select' ? { kind: 'has', field: first } : undefined;
  }
  const kind = loops.find((name) => name === call.name);
  if (kind === undefined || first?.kind !== 'name' || second === undefined) return undefined;
  const loop = { kind, range: call.target, variable: first.name };
  if (call.args.length === 2) return { ...loop, condition: undefined, step: second };
  return kind === 'map' && call.args.length === 3 && third !== undefined ? { ...loop, condition: second, step: third } : undefined;
}

/** Macros with an argument of the wrong form. */
export function macroMistakes(node: CelNode): readonly CelMistake[] {
  const own = node.kind === 'call' ? macroMistake(node) : undefined;
  return [...(own === undefined ? [] : [own]), ...parts(node).flatMap(macroMistakes)];
}

function macroMistake({ target, name, args }: CelCall): CelMistake | undefined {
  const [first] = args;
  if (first === undefined) return undefined;
  if (target === undefined) {
    if (name !== 'has' || args.length !== 1 || first.kind === 'select') return undefined;
    return { at: first.at, message: 'has() argument must be a field selection' };
  }
  const isLoop = loops.some((loop) => loop === name) && (args.length === 2 || (args.length === 3 && name === 'map'));
  if (!isLoop || first.kind === 'name') return undefined;
  return { at: first.at, message: `${name}() variable name must be a simple identifier` };
}
