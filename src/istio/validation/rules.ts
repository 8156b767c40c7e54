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
  'istio/export-unreadable': {
    severity: 'error',
    message: '{resource} cannot be exported: {why}',
    help: 'Mend the resource first; istiod makes nothing of it either.',
  },
  'istio/export-loss': {
    severity: 'warning',
    message: '{target} cannot say {what} of {resource}.',
    help: '{why}',
  },
  'istio/export-needs-1.30': {
    severity: 'error',
    message: 'Istio {minor} does not know TrafficExtension.',
    help: 'TrafficExtension came with 1.30. WasmPlugin works on every version.',
  },
  'istio/export-builtin-left-out': {
    severity: 'info',
    message: 'The built-in filter {filter} is left out of the Envoy configuration.',
    help: "It belongs to Istio's own build of Envoy, or has no configuration outside istiod.",
  },
  'istio/export-module-file': {
    severity: 'info',
    message: 'The module {url} is expected as the file {file}.',
    help: 'Envoy alone does not pull images. Put the module there, or change the filename.',
  },
  'istio/export-cluster-stand-in': {
    severity: 'info',
    message: 'The cluster {cluster} is written with the address 127.0.0.1:{port}.',
    help: 'A filter calls it. Fill in the address of the real service.',
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
