import { byteStringToUtf8 } from '#base/bytes.ts';
import type { JsonObject, JsonValue } from '#base/json.ts';
import { compileProblem } from '../../cel/check.ts';
import { evaluateCel } from '../../cel/evaluate.ts';
import { parseCel } from '../../cel/parse.ts';
import { printDuration, printTimestamp } from '../../cel/times.ts';
import { streamActivation } from '../../cel/stream-activation.ts';
import type { CelNode } from '../../cel/syntax.ts';
import type { CelValue } from '../../cel/value.ts';
import { ConfigError } from '../../config-error.ts';
import type { HttpStream } from '../../http/stream.ts';

/** An attribute a processor is told: a CEL expression, known by its text. */
export interface Attribute {
  readonly text: string;
  readonly node: CelNode;
}

export function compileAttributes(texts: readonly string[]): readonly Attribute[] {
  return [...new Set(texts)].map((text) => {
    const parsed = parseCel(text);
    const problem = parsed.ok ? compileProblem(parsed.value) : parsed.error;
    if (!parsed.ok || problem !== undefined)
      throw new ConfigError(`Unable to parse descriptor expression: INVALID_ARGUMENT: ${problem ?? ''}`);
    return { text, node: parsed.value };
  });
}

/** The values there are; what cannot be evaluated is left out (envoy `ExpressionManager::evaluateAttributes`). */
export function evaluateAttributes(attributes: readonly Attribute[], stream: HttpStream): JsonObject {
  const activation = streamActivation(stream);
  const out: Record<string, JsonValue> = {};
  for (const { text, node } of attributes) {
    const value = plain(evaluateCel(node, activation));
    if (value !== undefined) out[text] = value;
  }
  return out;
}

function plain(value: CelValue): JsonValue | undefined {
  switch (value.kind) {
    case 'null':
      return null;
    case 'bool':
    case 'double':
      return value.value;
    case 'int':
    case 'uint':
      return Number(value.value);
    case 'string':
    case 'bytes':
      return byteStringToUtf8(value.value);
    case 'error':
      return undefined;
    case 'timestamp':
      return printedTime(value.value);
    case 'duration':
      return printDuration(value.value);
    default:
      return `${typeWords[value.kind]} value`;
  }
}

/** What is not plain is told by the name of its type in cel-cpp (`Expr::print`). */
const typeWords = { list: 'CelList', map: 'CelMap', object: 'Message', type: 'CelType' } as const;

/** absl's `FormatTime` gives the zone as an offset. */
function printedTime(ns: bigint): string {
  return printTimestamp(ns).replace(/Z$/, '+00:00');
}
