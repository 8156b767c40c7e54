import type { JsonObject } from '#base/json.ts';
import type { VerdictBuilder } from '../verdict.ts';
import { message, number, text } from '../words/fields.ts';
import { domainError, portError } from '../words/names.ts';
import { subsetNameError } from './destination-rule.ts';

/** Where a route leads (istio/istio pkg/config/validation/validation.go validateDestination). */
export function checkDestination(destination: JsonObject | undefined, out: VerdictBuilder): void {
  if (destination === undefined) return;
  const host = text(destination, 'host');
  if (host === '*') out.error('istio/host-invalid', 'invalid destination host *', 'host');
  else out.check('istio/host-invalid', domainError(host), 'host');
  const subset = text(destination, 'subset');
  if (subset !== '') out.check('istio/subset-name', subsetNameError(subset), 'subset');
  const port = message(destination, 'port');
  if (port !== undefined) out.check('istio/port-invalid', portError(number(port, 'number')), 'port', 'number');
}
