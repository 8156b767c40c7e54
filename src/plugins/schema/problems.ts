import type { Severity } from '#base/diagnostic.ts';
import type { JsonPath } from '#base/json.ts';

/** Something to say about a value under its configuration schema. `args` are the values inside the message. */
export interface ConfigProblem {
  /** From the root of the configuration; of a missing key, where it should stand. */
  readonly path: JsonPath;
  readonly code: ConfigProblemCode;
  readonly severity: Severity;
  readonly message: string;
  readonly help?: string | undefined;
  readonly args: ProblemArgs;
}

export type ProblemArgs = Readonly<Record<string, string | number>>;

export type ConfigProblemCode = `plugins/config-${keyof typeof texts}`;

interface ProblemText {
  readonly severity?: Severity;
  readonly message: (args: ProblemArgs) => string;
  /** Advice; an argument `help` of the report wins. */
  readonly help?: (args: ProblemArgs) => string | undefined;
}

const plural = (count: string | number | undefined, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

/** Everything that can be said about a configuration. To add a problem: one entry here. */
const texts = {
  type: { message: (a) => `must be ${a['expected']}, not ${a['actual']}` },
  required: { message: (a) => `"${a['key']}" is missing` },
  'unknown-key': {
    message: (a) => `unknown key "${a['key']}"` + (a['suggestion'] === undefined ? '' : `, did you mean "${a['suggestion']}"?`),
    help: (a) => (a['known'] === '' ? 'No keys are allowed here.' : `Allowed here: ${a['known']}.`),
  },
  enum: {
    message: (a) => `must be one of ${a['options']}` + (a['suggestion'] === undefined ? '' : `, did you mean ${a['suggestion']}?`),
  },
  const: { message: (a) => `must be ${a['value']}` },
  empty: { message: () => 'must not be empty' },
  'min-length': { message: (a) => `must have at least ${plural(a['limit'], 'character')}, has ${a['actual']}` },
  'max-length': { message: (a) => `must have at most ${plural(a['limit'], 'character')}, has ${a['actual']}` },
  pattern: {
    message: (a) => `must match ${a['pattern']}`,
    help: (a) => (a['example'] === undefined ? undefined : `For example ${a['example']}.`),
  },
  format: {
    message: (a) => `must be ${a['expected']}`,
    help: (a) => (a['example'] === undefined ? undefined : `For example ${a['example']}.`),
  },
  minimum: { message: (a) => `must be ${a['limit']} or more` },
  maximum: { message: (a) => `must be ${a['limit']} or less` },
  'exclusive-minimum': { message: (a) => `must be more than ${a['limit']}` },
  'exclusive-maximum': { message: (a) => `must be less than ${a['limit']}` },
  'multiple-of': { message: (a) => `must be a multiple of ${a['divisor']}` },
  'min-items': { message: (a) => `must have at least ${plural(a['limit'], 'item')}, has ${a['actual']}` },
  'max-items': { message: (a) => `must have at most ${plural(a['limit'], 'item')}, has ${a['actual']}` },
  'unique-items': { message: (a) => `is the same as item ${a['first']}`, help: () => 'Each item may be there only once.' },
  contains: { message: (a) => `must have at least ${plural(a['limit'], 'fitting item')}, has ${a['actual']}` },
  'max-contains': { message: (a) => `must have at most ${plural(a['limit'], 'fitting item')}, has ${a['actual']}` },
  'min-properties': { message: (a) => `must have at least ${plural(a['limit'], 'key')}, has ${a['actual']}` },
  'max-properties': { message: (a) => `must have at most ${plural(a['limit'], 'key')}, has ${a['actual']}` },
  'key-name': { message: (a) => `the key "${a['key']}" is not allowed: it ${a['problem']}` },
  dependency: { message: (a) => `"${a['key']}" is needed when "${a['because']}" is there` },
  'no-alternative': { message: (a) => `fits none of the ${a['count']} alternatives` + (a['options'] === '' ? '' : `: ${a['options']}`) },
  'several-alternatives': {
    message: (a) => `fits ${a['count']} alternatives where only one may fit` + (a['options'] === '' ? '' : `: ${a['options']}`),
  },
  excluded: { message: () => 'is a value the schema excludes' },
  forbidden: { message: () => 'must not be there' },
  deprecated: { severity: 'hint', message: (a) => `"${a['key']}" is deprecated` },
  'schema-reference': {
    severity: 'warning',
    message: (a) => `the schema refers to ${a['reference']}, which it does not contain: not checked`,
  },
  'schema-pattern': { severity: 'warning', message: (a) => `the schema's pattern ${a['pattern']} is no regular expression: not checked` },
  unchecked: { severity: 'info', message: (a) => `too long to be checked against ${a['pattern']}` },
  'too-deep': { severity: 'warning', message: (a) => `nested more than ${a['limit']} levels: not checked any deeper` },
} satisfies Readonly<Record<string, ProblemText>>;

/** A problem with the texts of the table. `help` replaces the table's advice. */
export function configProblem(code: keyof typeof texts, path: JsonPath, args: ProblemArgs = {}, help?: string): ConfigProblem {
  const text: ProblemText = texts[code];
  return {
    path,
    code: `plugins/config-${code}`,
    severity: text.severity ?? 'error',
    message: text.message(args),
    help: help ?? text.help?.(args),
    args,
  };
}

/** Whether a value with these problems is invalid: remarks about the schema or old fields are not the value's fault. */
export function hasErrors(problems: readonly ConfigProblem[]): boolean {
  return problems.some((problem) => problem.severity === 'error');
}
