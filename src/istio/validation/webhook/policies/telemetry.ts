import type { JsonObject } from '#base/json.ts';
import type { Subject } from '../subject.ts';
import { checkOneTarget, checkSelector, checkTargetRef, checkTargetRefs } from '../targets.ts';
import { VerdictBuilder, type Verdict } from '../verdict.ts';
import { member, message, messages, number, pairs, text } from '../words/fields.ts';
import { celError } from './log-filter.ts';

/** The webhook on a Telemetry (istio/istio pkg/config/validation/validation.go ValidateTelemetry). */
export function validateTelemetry({ spec, minor }: Subject): Verdict {
  const out = new VerdictBuilder();
  checkOneTarget(spec, out);
  checkSelector(spec, out);
  const targetRef = message(spec, 'targetRef');
  if (targetRef !== undefined) checkTargetRef(targetRef, ['targetRef'], minor, out);
  checkTargetRefs(spec, minor, out);
  for (const [index, metrics] of messages(spec, 'metrics').entries()) checkMetrics(metrics, out.at('metrics', index));
  const tracing = messages(spec, 'tracing');
  if (tracing.length > 1) out.warn('istio/telemetry-many', 'multiple tracing is not currently supported', 'tracing');
  for (const [index, one] of tracing.entries()) checkTracing(one, out.at('tracing', index));
  for (const [index, logging] of messages(spec, 'accessLogging').entries()) {
    const at = out.at('accessLogging', index);
    const filter = message(logging, 'filter');
    if (filter !== undefined) at.check('istio/log-filter', celError(text(filter, 'expression')), 'filter', 'expression');
    checkProviders(logging, at);
  }
  return out.verdict;
}

function checkProviders(of: JsonObject, out: VerdictBuilder): void {
  const at = messages(of, 'providers').findIndex((provider) => text(provider, 'name') === '');
  if (at >= 0) out.error('istio/provider-name', 'providers.name may not be empty', 'providers', at);
}

const tagErrors = [
  ['literal', 'value', 'literal tag value may not be empty'],
  ['header', 'name', 'header tag name may not be empty'],
  ['environment', 'name', 'environment tag name may not be empty'],
] as const;

function checkTracing(tracing: JsonObject, out: VerdictBuilder): void {
  if (messages(tracing, 'providers').length > 1)
    out.warn('istio/telemetry-many', 'multiple providers is not currently supported', 'providers');
  checkProviders(tracing, out);
  const sampling = number(tracing, 'randomSamplingPercentage');
  if (sampling < 0 || sampling > 100)
    out.error('istio/percent', 'randomSamplingPercentage must be in range [0.0, 100.0]', 'randomSamplingPercentage');
  for (const [name, tag] of pairs(tracing, 'customTags')) {
    if (name === '') out.error('istio/tag', 'tag name may not be empty', 'customTags', name);
    const kind = member(tag, 'literal', 'environment', 'header', 'formatter');
    const [, field, words] = tagErrors.find(([own]) => own === kind) ?? [];
    if (kind !== undefined && field !== undefined && text(message(tag, kind) ?? {}, field) === '')
      out.error('istio/tag', words ?? '', 'customTags', name, kind);
  }
}

function checkMetrics(metrics: JsonObject, out: VerdictBuilder): void {
  checkProviders(metrics, out);
  for (const [index, override] of messages(metrics, 'overrides').entries()) {
    const at = out.at('overrides', index);
    for (const [name, tag] of pairs(override, 'tagOverrides')) {
      if (name === '') at.warn('istio/tag-unnamed', 'tagOverrides.name may not be empty', 'tagOverrides', name);
      const isRemoval = text(tag, 'operation') === 'REMOVE';
      const hasValue = text(tag, 'value') !== '';
      if (!isRemoval && !hasValue) at.error('istio/tag', 'tagOverrides.value must be set when operation is UPSERT', 'tagOverrides', name);
      if (isRemoval && hasValue)
        at.error('istio/tag', 'tagOverrides.value may only be set when operation is UPSERT', 'tagOverrides', name, 'value');
    }
    if (message(override, 'match')?.['customMetric'] === '')
      at.error('istio/tag', 'customMetric may not be empty', 'match', 'customMetric');
  }
}
