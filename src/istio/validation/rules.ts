import type { Diagnostic, Location, QuickFix, Severity } from '#base/diagnostic.ts';

type Args = Readonly<Record<string, string | number>>;

interface Rule {
  readonly severity: Severity;
  /** `{x}` is filled from the arguments. */
  readonly message: string;
  readonly help: string;
}

/** Everything the istio room says about the user's resources. A new diagnostic is one entry here. */
const rules = {
  'istio/envoy-filter-panic': {
    severity: 'error',
    message: 'istiod panics while it patches {listeners}: {why}. What was still to do for these listeners is lost.',
    help: 'A MERGE must have the type of the filter it merges into. Name the filter in the match, or use REPLACE.',
  },
  'istio/envoy-filter-no-value': {
    severity: 'error',
    message: 'istiod panics while it patches {listeners}: {why}.',
    help: 'Every operation but REMOVE needs a value.',
  },
} as const satisfies Readonly<Record<string, Rule>>;

export type RuleCode = keyof typeof rules;

/** One diagnostic of the table. */
export function finding(code: RuleCode, args: Args = {}, at?: Location, fixes?: readonly QuickFix[]): Diagnostic {
  const rule: Rule = rules[code];
  const fill = (text: string): string => text.replaceAll(/\{(\w+)\}/g, (blank, name: string) => String(args[name] ?? blank));
  return {
    code,
    severity: rule.severity,
    message: fill(rule.message),
    help: fill(rule.help),
    args,
    ...(at === undefined ? {} : { at }),
    ...(fixes === undefined || fixes.length === 0 ? {} : { fixes }),
  };
}
