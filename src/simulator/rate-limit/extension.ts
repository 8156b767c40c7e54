import { compileProblem } from '../cel/check.ts';
import { evaluateCel } from '../cel/evaluate.ts';
import { parseCel } from '../cel/parse.ts';
import { streamActivation } from '../cel/stream-activation.ts';
import { printDuration, printTimestamp } from '../cel/times.ts';
import type { CelValue } from '../cel/value.ts';
import { ConfigError } from '../config-error.ts';
import type { ConfigReader } from '../config-reader.ts';
import type { Action } from './actions.ts';

const EXPRESSION = 'envoy.extensions.rate_limit_descriptors.expr.v3.Descriptor';

/** Descriptors by extension: CEL expressions as text (envoy `source/extensions/rate_limit_descriptors/expr`). */
export function compileExtension(extension: ConfigReader): Action {
  const config = extension.any('typed_config');
  const url = config?.typeUrl ?? '';
  const type = url.slice(url.lastIndexOf('/') + 1);
  if (config === undefined || type !== EXPRESSION) {
    throw new ConfigError(`Didn't find a registered implementation for '${extension.string('name')}' with type URL: '${type}'`);
  }
  const key = config.string('descriptor_key');
  const skip = config.bool('skip_if_error');
  const parsed = parseCel(config.string('text'));
  if (!parsed.ok) throw new ConfigError(`Unable to parse descriptor expression: INVALID_ARGUMENT: ${parsed.error}`);
  const problem = compileProblem(parsed.value);
  if (problem !== undefined) throw new ConfigError(`Unable to compile descriptor expression: ${problem}`);
  return ({ stream }) => {
    const text = printed(evaluateCel(parsed.value, streamActivation(stream)));
    return text === undefined ? (skip ? 'skip' : undefined) : [key, text];
  };
}

/** Envoy `Expr::print`; undefined for errors. */
function printed(value: CelValue): string | undefined {
  switch (value.kind) {
    case 'error':
      return undefined;
    case 'bool':
    case 'int':
    case 'uint':
    case 'double':
    case 'string':
    case 'bytes':
      return String(value.value);
    case 'timestamp':
      return printTimestamp(value.value);
    case 'duration':
      return printDuration(value.value);
    case 'list':
      return 'CelList value';
    case 'map':
    case 'object':
      return 'CelMap value';
    default:
      return value.kind;
  }
}
