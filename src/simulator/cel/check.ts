import { isKnownCall } from './functions.ts';
import { asMacro } from './macros.ts';
import { structProblem } from './structs.ts';
import { parts, type CelNode } from './syntax.ts';

/** Why an expression cannot be run, whatever it is given (cel-cpp `CreateExpression`); undefined if it can. */
export function compileProblem(node: CelNode): string | undefined {
  for (const part of parts(node)) {
    const problem = compileProblem(part);
    if (problem !== undefined) return problem;
  }
  if (node.kind === 'call' && asMacro(node) === undefined && !isKnownCall(node)) return 'No overloads provided for FunctionStep creation';
  return node.kind === 'struct'
    ? structProblem(
        node.type,
        node.fields.map(([name]) => name),
      )
    : undefined;
}
