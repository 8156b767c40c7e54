import type { Subject } from '../subject.ts';
import { checkSelector } from '../targets.ts';
import { VerdictBuilder, type Verdict } from '../verdict.ts';
import { number } from '../words/fields.ts';

/** The webhook on a ProxyConfig (istio/istio pkg/config/validation/validation.go ValidateProxyConfig). */
export function validateProxyConfig({ spec }: Subject): Verdict {
  const out = new VerdictBuilder();
  checkSelector(spec, out);
  if (number(spec, 'concurrency') < 0) out.error('istio/negative', 'concurrency must be greater than or equal to 0', 'concurrency');
  return out.verdict;
}
