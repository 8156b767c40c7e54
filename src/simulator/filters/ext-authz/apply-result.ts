import type { ByteString } from '#base/bytes.ts';
import type { Headers } from '../../http/headers.ts';
import { lowerName } from '../../http/headers.ts';
import { QueryParams } from '../../http/query-params.ts';
import { isFieldName, isFieldValue } from '../../upstreams/http2-fields.ts';
import type { MutationCheck, MutationRules } from '../../matching/header-mutation-rules.ts';
import type { CheckResult, HeaderChange } from './check-result.ts';

/** Which changes are accepted. */
export interface ChangeChecks {
  /** Refuse answers with names and values that are not legal. */
  readonly validate: boolean;
  readonly rules: MutationRules | undefined;
}

export function isValidHeader(name: ByteString, value: ByteString): boolean {
  return isFieldName(name) && isFieldValue(value);
}

export function applyChange(headers: Headers, { kind, name, value }: HeaderChange): void {
  switch (kind) {
    case 'add':
      headers.add(name, value);
      return;
    case 'append':
      if (headers.has(name)) headers.append(name, value);
      return;
    case 'add-if-absent':
      if (!headers.has(name)) headers.add(name, value);
      return;
    case 'set':
      headers.replace(name, value);
      return;
    case 'set-if-exists':
      if (headers.has(name)) headers.replace(name, value);
      return;
  }
}

/** Carries out what an OK asks for; false: something in it is not allowed. */
export function applyResult(headers: Headers, result: CheckResult, checks: ChangeChecks): boolean {
  for (const change of result.request) {
    if (checks.validate && !isValidHeader(change.name, change.value)) return false;
    const verdict = checks.rules?.(change.kind === 'append' ? 'append' : 'set', change.name, change.value) ?? 'ok';
    if (verdict === 'fail') return false;
    if (verdict === 'ok') applyChange(headers, change);
  }
  for (const given of result.remove) {
    const name = lowerName(given);
    const verdict = removal(name, checks);
    if (verdict === 'fail') return false;
    if (verdict === 'ok') headers.remove(name);
  }
  if (checks.validate && result.response.some(({ name, value }) => !isValidHeader(name, value))) return false;
  return applyParameters(headers, result, checks);
}

function removal(name: ByteString, { validate, rules }: ChangeChecks): MutationCheck {
  if (validate && !isFieldName(name)) return 'ignore';
  if (rules !== undefined) return rules('remove', name, '');
  return name.startsWith(':') || name === 'host' ? 'ignore' : 'ok';
}

function applyParameters(headers: Headers, result: CheckResult, checks: ChangeChecks): boolean {
  if (result.setParameters.length + result.removeParameters.length === 0) return true;
  const path = headers.get(':path') ?? '';
  const query = QueryParams.ofPath(path, false);
  for (const [name, value] of result.setParameters) {
    if (checks.validate && !(isEncoded(name) && isEncoded(value))) return false;
    query.overwrite(name, value);
  }
  for (const name of result.removeParameters) query.remove(name);
  headers.set(':path', query.replaceIn(path));
  return true;
}

/** envoy `PercentEncoding::queryParameterIsUrlEncoded`. */
function isEncoded(text: ByteString): boolean {
  return /^[A-Za-z0-9\-._~]*$/.test(text);
}
