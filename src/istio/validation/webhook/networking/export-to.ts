import type { VerdictBuilder } from '../verdict.ts';
import { isDnsLabel } from '../words/names.ts';

export interface ExportRules {
  /** `~` (to nobody) is allowed. */
  readonly allowsNobody?: boolean;
  /** DestinationRules for chosen workloads stay in their namespace. */
  readonly hasSelector?: boolean;
}

/** The namespaces a resource is shown to (istio/istio pkg/config/validation/validation.go validateExportTo). */
export function checkExportTo(namespace: string, entries: readonly string[], rules: ExportRules, out: VerdictBuilder): void {
  if (entries.length === 0) return;
  const seen = new Set<string>();
  const error = (text: string, ...path: (string | number)[]): void => out.error('istio/export-to', text, 'exportTo', ...path);
  for (const [index, entry] of entries.entries()) {
    const key = entry === '.' ? namespace : entry;
    if (seen.has(key)) {
      error(
        key === entry
          ? `duplicate entries in exportTo for entry ${entry}`
          : `duplicate entries in exportTo: . and current namespace ${namespace}`,
        index,
      );
    } else if (key === '~' && rules.allowsNobody !== true) error('exportTo ~ (none) is not allowed for Istio configuration objects', index);
    else if (key === '~' || key === '.' || key === '*' || isDnsLabel(key)) seen.add(key);
    else error('only .,*, or a valid DNS 1123 label is allowed as exportTo entry', index);
  }
  if (rules.hasSelector === true && seen.size > 0) {
    if (!seen.has(namespace)) error('destination rule with workload selector cannot have exportTo beyond current namespace');
    else if (seen.size > 1) error('destination rule with workload selector cannot have multiple entries in exportTo');
  }
  if (seen.has('*') && entries.length > 1) error('cannot have both public (*) and non-public exportTo values for a resource');
  if (seen.has('~') && entries.length > 1) error('cannot export service entry to no one (~) and someone');
}
