import type { JsonObject } from '#base/json.ts';
import { hostsMatch } from '../../../registry/host.ts';
import type { Subject } from '../subject.ts';
import { VerdictBuilder, type Verdict } from '../verdict.ts';
import { message, messages, texts } from '../words/fields.ts';
import { isClaimHeader } from '../words/header-names.ts';
import { domainError, gatewayDomainError, isAddress } from '../words/names.ts';
import { checkExportTo } from './export-to.ts';
import { checkGatewayNames } from './gateway-names.ts';
import { checkHttpRoute } from './http-route.ts';
import { checkTcpRoute, checkTlsRoute } from './stream-routes.ts';
import { warnUnreachable } from './unreachable.ts';

/** The webhook on a VirtualService (istio/istio pkg/config/validation/validation.go ValidateVirtualService). */
export function validateVirtualService({ resource, namespace, spec, minor }: Subject): Verdict {
  const out = new VerdictBuilder();
  const hosts = texts(spec, 'hosts');
  const gateways = texts(spec, 'gateways');
  const isDelegate = hosts.length === 0;
  const http = messages(spec, 'http');
  const tls = messages(spec, 'tls');
  const tcp = messages(spec, 'tcp');
  if (isDelegate) {
    const never = (what: string, field: string): void =>
      out.error('istio/delegate', `delegate virtual service must have no ${what} specified`, field);
    if (gateways.length > 0) never('gateways', 'gateways');
    if (tls.length > 0) never('tls route', 'tls');
    if (tcp.length > 0) never('tcp route', 'tcp');
  }
  const isConverted = resource.annotations['internal.istio.io/route-semantics'] === 'gateway';
  checkGatewayNames(gateways, out, isConverted);
  const isForGateway = gateways.length > 0 && !gateways.includes('mesh');
  if (!isForGateway) checkClaims(http, gateways, out);
  checkHosts(hosts, isForGateway, tls, out);
  if (http.length === 0 && tcp.length === 0 && tls.length === 0)
    out.error('istio/routes-missing', 'http, tcp or tls must be provided in virtual service');
  for (const [index, route] of http.entries())
    checkHttpRoute(route, { isDelegate, isConverted, minor: minor.minor }, out.at('http', index));
  for (const [index, route] of tls.entries()) checkTlsRoute(route, { hosts, gateways, isConverted }, out.at('tls', index));
  for (const [index, route] of tcp.entries()) checkTcpRoute(route, isConverted, out.at('tcp', index).withoutWarnings());
  checkExportTo(namespace, texts(spec, 'exportTo'), {}, out);
  warnUnreachable(http, out, 'http');
  warnUnreachable(tcp, out, 'tcp');
  warnUnreachable(tls, out, 'tls');
  return out.verdict;
}

/** Claims of a token choose routes at gateways only. */
function checkClaims(http: readonly JsonObject[], gateways: readonly string[], out: VerdictBuilder): void {
  for (const [index, route] of http.entries()) {
    for (const [at, match] of messages(route, 'match').entries()) {
      for (const field of ['headers', 'withoutHeaders']) {
        for (const key of Object.keys(message(match, field) ?? {}).sort()) {
          if (!isClaimHeader(key)) continue;
          const found = `found no gateways: [${gateways.join(' ')}]`;
          const text = `JWT claim based routing (key: ${key}) is only supported for gateway, ${found}`;
          out.error('istio/claim-route', text, 'http', index, 'match', at, field, key);
        }
      }
    }
  }
}

function checkHosts(hosts: readonly string[], isForGateway: boolean, tls: readonly JsonObject[], out: VerdictBuilder): void {
  const isSni = tls.some((route) => messages(route, 'match').some((match) => texts(match, 'sniHosts').length > 0));
  let allFine = true;
  for (const [index, host] of hosts.entries()) {
    const error = isForGateway ? gatewayDomainError(isSni, host) : domainError(host);
    if (error !== undefined && isAddress(host)) continue;
    const isWild = error === undefined && !isForGateway && host === '*';
    const text = isWild ? 'wildcard host * is not allowed for virtual services bound to the mesh gateway' : error;
    if (text === undefined) continue;
    allFine = false;
    out.error('istio/host-invalid', text, 'hosts', index);
  }
  if (!allFine) return;
  for (const [index, host] of hosts.entries()) {
    for (const [later, other] of hosts.slice(index + 1).entries()) {
      if (!hostsMatch(host, other)) continue;
      out.error('istio/hosts-overlap', `duplicate hosts in virtual service: ${host} & ${other}`, 'hosts', index + 1 + later);
    }
  }
}
