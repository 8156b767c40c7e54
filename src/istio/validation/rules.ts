import type { Diagnostic, Location, QuickFix, Severity } from '#base/diagnostic.ts';
import { analyzerRules } from './rules-analyzers.ts';
import { checkRules } from './rules-check.ts';
import { exportRules } from './rules-export.ts';
import { networkingRules } from './rules-networking.ts';
import { patchRules } from './rules-patch.ts';
import { pluginRules } from './rules-plugin.ts';
import { policyRules } from './rules-policies.ts';

/** What a diagnostic says; `{x}` is filled from its arguments. */
export interface Rule {
  readonly severity: Severity;
  readonly message: string;
  readonly help: string;
}

/**
 * Everything the istio room says about resources it has read: what schema, webhook and analyzers say, our own advice, what an export
 * cannot keep. A new diagnostic is one entry in one of the parts.
 */
const rules = { ...checkRules, ...analyzerRules, ...networkingRules, ...policyRules, ...pluginRules, ...patchRules, ...exportRules };

export type RuleCode = keyof typeof rules;

export type RuleArgs = Readonly<Record<string, string | number>>;

/** All codes, for documentation and for silencing. */
export const ruleCodes: readonly RuleCode[] = Object.keys(rules) as RuleCode[];

/** One diagnostic of the table. */
export function finding(code: RuleCode, args: RuleArgs = {}, at?: Location, fixes?: readonly QuickFix[]): Diagnostic {
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
