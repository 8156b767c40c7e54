import type { JsonObject } from '#base/json.ts';
import { goQuote } from '../../../api/go-json.ts';
import { isSubsetOf } from '../../../registry/host.ts';
import type { VerdictBuilder } from '../verdict.ts';
import { message, messages, number, textPairs, texts } from '../words/fields.ts';
import { domainError, gatewayDomainError, isAddress, labelErrors, portError, subnetError } from '../words/names.ts';
import { checkDestination } from './destination.ts';
import { checkGatewayNames } from './gateway-names.ts';

interface TlsContext {
  readonly hosts: readonly string[];
  readonly gateways: readonly string[];
  readonly isConverted: boolean;
}

/** istio/istio pkg/config/validation/validation.go validateTLSRoute. */
export function checkTlsRoute(route: JsonObject, context: TlsContext, out: VerdictBuilder): void {
  const matches = messages(route, 'match');
  if (matches.length === 0) out.error('istio/match-missing', 'TLS route must have at least one match condition');
  for (const [index, match] of matches.entries()) {
    const at = out.at('match', index);
    const hosts = texts(match, 'sniHosts');
    if (hosts.length === 0) at.error('istio/match-missing', 'TLS match must have at least one SNI host');
    for (const [host, name] of hosts.entries()) checkSni(name, context, at.at('sniHosts', host));
    checkStreamMatch(match, at);
  }
  if (messages(route, 'route').length === 0) out.error('istio/route-action', 'TLS route is required');
  checkDestinations(route, context.isConverted, out);
}

function checkSni(name: string, { hosts, gateways }: TlsContext, out: VerdictBuilder): void {
  const error = gateways.includes('mesh') ? domainError(name) : gatewayDomainError(true, name);
  if (error !== undefined) {
    if (!isAddress(name)) return out.error('istio/host-invalid', error);
    const why = 'goes against SNI spec and most clients do not support this';
    return out.warn('istio/sni-address', `using an IP address (${goQuote(name)}) ${why}`);
  }
  if (hosts.some((host) => isSubsetOf(name, host))) return;
  const all = hosts.join(', ');
  out.error('istio/sni-host', `SNI host ${goQuote(name)} is not a compatible subset of any of the virtual service hosts: [${all}]`);
}

/** validateTCPRoute. */
export function checkTcpRoute(route: JsonObject, isConverted: boolean, out: VerdictBuilder): void {
  for (const [index, match] of messages(route, 'match').entries()) checkStreamMatch(match, out.at('match', index));
  if (messages(route, 'route').length === 0) out.error('istio/route-action', 'TCP route is required');
  checkDestinations(route, isConverted, out);
}

function checkStreamMatch(match: JsonObject, out: VerdictBuilder): void {
  for (const [index, subnet] of texts(match, 'destinationSubnets').entries())
    out.check('istio/address-invalid', subnetError(subnet), 'destinationSubnets', index);
  checkOrigin(match, out);
}

/** What matches of every kind share: port, labels of the source, gateways. */
export function checkOrigin(match: JsonObject, out: VerdictBuilder): void {
  const port = number(match, 'port');
  if (port !== 0) out.check('istio/port-invalid', portError(port), 'port');
  for (const [key, value] of textPairs(match, 'sourceLabels'))
    out.checks('istio/label-invalid', labelErrors(key, value), 'sourceLabels', key);
  checkGatewayNames(texts(match, 'gateways'), out);
}

function checkDestinations(route: JsonObject, isConverted: boolean, out: VerdictBuilder): void {
  const all = messages(route, 'route');
  for (const [index, one] of all.entries()) {
    checkPresent(one, out.at('route', index));
    checkWeighted(one, isConverted, out.at('route', index));
  }
  checkWeights(all, out);
}

export function checkPresent(one: JsonObject, out: VerdictBuilder): void {
  if (one['destination'] === undefined) out.error('istio/destination-missing', 'destination is required');
}

/** A destination with its weight. */
export function checkWeighted(one: JsonObject, isConverted: boolean, out: VerdictBuilder): void {
  if (!isConverted) checkDestination(message(one, 'destination'), out.at('destination'));
  const weight = number(one, 'weight');
  if (weight < 0) out.error('istio/weight', `weight ${weight} < 0`, 'weight');
}

export function checkWeights(all: readonly JsonObject[], out: VerdictBuilder): void {
  const total = all.reduce((sum, one) => (sum + number(one, 'weight')) | 0, 0);
  if (all.length > 1 && total === 0) out.error('istio/weight', 'total destination weight = 0', 'route');
}
