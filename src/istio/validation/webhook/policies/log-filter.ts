import { CelSyntaxError } from '../../cel/error.ts';
import { parseCel } from '../../cel/syntax.ts';

const operands = "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";

/** A CEL expression of access logs; it is only parsed (istio/istio pkg/config/validation/validation_istiod.go). */
export function celError(expression: string): string | undefined {
  try {
    parseCel(expression);
    return undefined;
  } catch (error) {
    if (error instanceof CelSyntaxError) return `must be a valid CEL expression, ${sentences(expression, error).join('\n')}`;
    throw error;
  }
}

/** The first errors of cel-go's parser; after them it goes on and may find more. */
function sentences(expression: string, { at, found, wanted }: CelSyntaxError): readonly string[] {
  if (wanted === 'token') {
    const rest = found.startsWith('"') || found.startsWith("'") ? found : found.slice(0, 1);
    const first = sentence(expression, at, `token recognition error at: '${rest}'`);
    const isAll = rest === found;
    return isAll ? [first, sentence(expression, expression.length, `mismatched input '<EOF>' expecting ${operands}`)] : [first];
  }
  if (wanted === 'end') return [sentence(expression, at, `extraneous input '${found}' expecting <EOF>`)];
  const expected = wanted === 'operand' ? operands : wanted === 'name' ? '{IDENTIFIER, ESC_IDENTIFIER}' : wanted;
  return [sentence(expression, at, `mismatched input '${found === '' ? '<EOF>' : found}' expecting ${expected}`)];
}

function sentence(expression: string, at: number, why: string): string {
  if (expression === '') return `ERROR: <input>:1:0: Syntax error: ${why}`;
  return `ERROR: <input>:1:${at + 1}: Syntax error: ${why}\n | ${expression}\n | ${'.'.repeat(at)}^`;
}
