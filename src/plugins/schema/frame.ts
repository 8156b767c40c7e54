import type { JsonObject, JsonPath, JsonValue } from '#base/json.ts';
import type { ConfigProblem } from './problems.ts';
import type { References } from './references.ts';
import type { Schema } from './read-schema.ts';

/** One schema applied to one value: what the keyword checks read, and where they report. */
export interface Frame {
  readonly schema: JsonObject;
  readonly path: JsonPath;
  readonly problems: ConfigProblem[];
  /** What this schema has looked at; `unevaluatedProperties` and `unevaluatedItems` are about the rest. */
  readonly evaluated: Evaluated;
  readonly references: References;
  /** Schemas already applied to this very value: following a reference back to one of them would never end. */
  readonly entered: readonly JsonObject[];
  /** Draft 7 and older ignore everything beside `$ref`. */
  readonly isRefAlone: boolean;
  /** Applies another schema to the same value. */
  readonly same: (schema: Schema, value: JsonValue) => Outcome;
  /** Applies a schema to a part of the value and reports here. */
  readonly child: (schema: Schema, value: JsonValue, step: string | number) => void;
}

export interface Evaluated {
  readonly keys: Set<string>;
  readonly items: Set<number>;
}

export interface Outcome {
  readonly problems: readonly ConfigProblem[];
  readonly evaluated: Evaluated;
}

export function mergeEvaluated(into: Evaluated, from: Evaluated): void {
  for (const key of from.keys) into.keys.add(key);
  for (const item of from.items) into.items.add(item);
}
