import type { JsonValue } from '#base/json.ts';
import { getIn } from '#base/json.ts';
import { utf8ToByteString } from '#base/bytes.ts';
import type { FormatContext, FormatValue, Provider } from '../formatter.ts';

/** Makes the function that reads a value; a ConfigError refuses the argument. */
type Make = (argument: string) => Provider;

/** One command of the substitution format, and what may follow its name (envoy `CommandSyntaxChecker`). */
export interface Command {
  readonly parameters: 'none' | 'optional' | 'required';
  /** `:5` behind it cuts the value. */
  readonly hasLength: boolean;
  readonly make: Make;
}

export type Commands = Readonly<Record<string, Command>>;

/** A command that is only its name. */
export function plain(read: (context: FormatContext) => FormatValue): Command {
  return { parameters: 'none', hasLength: false, make: () => read };
}

export function optional(make: Make, hasLength = false): Command {
  return { parameters: 'optional', hasLength, make };
}

export function required(make: Make, hasLength = true): Command {
  return { parameters: 'required', hasLength, make };
}

/** A text; an empty one counts as none. */
export function text(value: string | undefined): string | undefined {
  return value === undefined || value === '' ? undefined : value;
}

/** The value at `path` of a `filter_metadata` or another tree; texts as bytes. */
export function valueAt(root: JsonValue | undefined, path: readonly string[]): FormatValue {
  const value = getIn(root, path);
  return typeof value === 'string' ? utf8ToByteString(value) : value;
}
