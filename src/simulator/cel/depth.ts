import { asMacro } from './macros.ts';
import { parts, type CelMistake, type CelNode } from './syntax.ts';

/** How deep expressions, and what is made of them, may be nested (cel-cpp `parser/options.h`, as Envoy has it). */
export const maxDepth = 32;

/** What is wrong with a part at this depth and the parts below it. */
export function depthMistakes(node: CelNode, depth: number): readonly CelMistake[] {
  if (depth > maxDepth) return [{ at: undefined, message: `Exceeded max recursion depth of ${maxDepth} when parsing.` }];
  // `&&` and `||` are balanced trees there
  const step = node.kind === 'logic' ? Math.ceil(Math.log2(node.terms.length)) : 1;
  const macro = node.kind === 'call' ? asMacro(node) : undefined;
  return (macro?.kind === 'has' ? [macro.field.of] : parts(node)).flatMap((part) => depthMistakes(part, depth + step));
}
