import type { JsonObject } from '#base/json.ts';
import { goQuote } from '../../../api/go-json.ts';
import { isWildcard } from '../../../registry/host.ts';
import { isHttp, isTcp, isTls, parseProtocol } from '../../../registry/protocol.ts';
import type { Subject } from '../subject.ts';
import { checkLabels as checkSelectorLabels } from '../targets.ts';
import { VerdictBuilder, type Verdict } from '../verdict.ts';
import { message, messages, number, numberPairs, text, texts } from '../words/fields.ts';
import { domainError, fqdnError, partialWildcardError, portError, portNameError, subnetError } from '../words/names.ts';
import { checkExportTo } from './export-to.ts';
import { protocolError } from './protocol.ts';
import { checkEndpointPorts, checkLabels, checkWorkload, endpointAddressError } from './workload.ts';

/** The webhook on a ServiceEntry (istio/istio pkg/config/validation/validation.go ValidateServiceEntry). */
export function validateServiceEntry(subject: Subject): Verdict {
  const { spec, namespace } = subject;
  const out = new VerdictBuilder();
  const selector = message(spec, 'workloadSelector');
  if (selector !== undefined) {
    const labels = message(selector, 'labels') ?? {};
    checkSelectorLabels(labels, ['workloadSelector', 'labels'], out);
    if (out.verdict.errors.length > 0) return out.verdict;
    if (Object.keys(labels).length === 0)
      out.warn(
        'istio/selector-empty',
        'service entry: workload selector specified without labels, will be applied to all services in namespace',
        'workloadSelector',
      );
  }
  const endpoints = messages(spec, 'endpoints');
  if (selector !== undefined && endpoints.length > 0)
    out.error('istio/endpoints-or-selector', 'only one of WorkloadSelector or Endpoints is allowed in Service Entry', 'endpoints');
  checkHosts(spec, out);
  checkAddresses(spec, out);
  const names = checkPorts(subject, out);
  checkResolution(subject, names, out);
  const hosts = texts(spec, 'hosts');
  if (resolutionOf(spec) !== 'NONE' && hosts.length > 1) {
    const plain = messages(spec, 'ports').findIndex((port) => {
      const protocol = parseProtocol(text(port, 'protocol'));
      return !isHttp(protocol) && !isTls(protocol);
    });
    if (plain >= 0) out.error('istio/hosts-and-tcp', 'multiple hosts provided with non-HTTP, non-TLS ports', 'ports', plain);
  }
  checkExportTo(namespace, texts(spec, 'exportTo'), { allowsNobody: true }, out);
  return out.verdict;
}

function resolutionOf(spec: JsonObject): string {
  return typeof spec['resolution'] === 'number' ? 'unknown' : text(spec, 'resolution') || 'NONE';
}

function checkHosts(spec: JsonObject, out: VerdictBuilder): void {
  const hosts = texts(spec, 'hosts');
  if (hosts.length === 0) out.error('istio/hosts-missing', 'service entry must have at least one host');
  for (const [index, host] of hosts.entries()) {
    if (host === '*') {
      out.error('istio/host-invalid', 'invalid host *', 'hosts', index);
      continue;
    }
    out.check('istio/host-invalid', domainError(host), 'hosts', index);
    const partial = resolutionOf(spec) === 'DYNAMIC_DNS' ? undefined : partialWildcardError(host);
    if (partial !== undefined) out.warn('istio/host-partial', partial, 'hosts', index);
  }
}

function checkAddresses(spec: JsonObject, out: VerdictBuilder): void {
  const addresses = texts(spec, 'addresses');
  for (const [index, address] of addresses.entries()) out.check('istio/address-invalid', subnetError(address), 'addresses', index);
  const range = addresses.findIndex((address) => address.includes('/'));
  const resolution = resolutionOf(spec);
  if (range >= 0 && resolution !== 'NONE' && resolution !== 'STATIC')
    out.error('istio/address-invalid', 'CIDR addresses are allowed only for NONE/STATIC resolution types', 'addresses', range);
}

/** Does istiod invent addresses (pilot/pkg/networking/serviceentry/ip_autoallocation.go ShouldV2AutoAllocateIPFromConfig)? On by default since 1.25. */
function getsAddresses({ resource, spec, minor }: Subject): boolean {
  return (
    minor.minor >= 25 &&
    resolutionOf(spec) !== 'NONE' &&
    resource.labels['networking.istio.io/enable-autoallocate-ip']?.toLowerCase() !== 'false' &&
    texts(spec, 'addresses').length === 0
  );
}

function checkPorts(subject: Subject, out: VerdictBuilder): ReadonlySet<string> {
  const { spec } = subject;
  const names = new Set<string>();
  const numbers = new Set<number>();
  const needsAddress = texts(spec, 'addresses').length === 0 && !getsAddresses(subject);
  for (const [index, port] of messages(spec, 'ports').entries()) {
    const at = out.at('ports', index);
    const name = text(port, 'name');
    const value = number(port, 'number');
    const protocol = text(port, 'protocol');
    if (names.has(name)) at.error('istio/port-duplicate', `service entry port name ${goQuote(name)} already defined`, 'name');
    names.add(name);
    if (numbers.has(value)) at.error('istio/port-duplicate', `service entry port ${value} already defined`, 'number');
    numbers.add(value);
    const target = number(port, 'targetPort');
    if (target !== 0) at.check('istio/port-invalid', portError(target), 'targetPort');
    if (needsAddress && (protocol === '' || protocol === 'TCP')) {
      const why = 'addresses are required for ports serving TCP (or unset) protocol when IP Autoallocation is not enabled';
      at.warn('istio/tcp-without-address', why, 'protocol');
    }
    at.check('istio/port-name', portNameError(name), 'name');
    at.check('istio/protocol-unknown', protocolError(protocol), 'protocol');
    at.check('istio/port-invalid', portError(value), 'number');
  }
  return names;
}

function checkResolution(subject: Subject, names: ReadonlySet<string>, out: VerdictBuilder): void {
  const { spec } = subject;
  const endpoints = messages(spec, 'endpoints');
  const resolution = resolutionOf(spec);
  switch (resolution) {
    case 'NONE':
      if (endpoints.length > 0) out.error('istio/resolution', 'no endpoints should be provided for resolution type none', 'endpoints');
      if (message(spec, 'workloadSelector') !== undefined)
        out.warn('istio/resolution-ignored', 'workloadSelector should not be set when resolution mode is NONE', 'workloadSelector');
      return;
    case 'STATIC':
      for (const [index, endpoint] of endpoints.entries()) checkWorkload(endpoint, names, out.at('endpoints', index));
      return;
    case 'DYNAMIC_DNS':
      return checkDynamic(subject, out);
    case 'DNS':
    case 'DNS_ROUND_ROBIN':
      return checkDns(spec, resolution, names, out);
    default:
      out.error('istio/resolution', 'unsupported resolution type ', 'resolution');
  }
}

function checkDns(spec: JsonObject, resolution: string, names: ReadonlySet<string>, out: VerdictBuilder): void {
  const endpoints = messages(spec, 'endpoints');
  const hosts = texts(spec, 'hosts');
  if (endpoints.length === 0) {
    const at = hosts.findIndex((host) => fqdnError(host) !== undefined);
    if (at >= 0) {
      const what = `hosts must be FQDN or contain only prefix wildcards if no endpoints are provided for resolution mode ${resolution}`;
      out.error('istio/resolution', `${what}, ${fqdnError(hosts[at] ?? '') ?? ''}`, 'hosts', at);
    }
  }
  if (resolution === 'DNS_ROUND_ROBIN' && endpoints.length > 1)
    out.error('istio/resolution', `there must only be 0 or 1 endpoint for resolution mode ${resolution}`, 'endpoints');
  for (const [index, endpoint] of endpoints.entries()) {
    const at = out.at('endpoints', index);
    at.check('istio/endpoint-address', endpointAddressError(text(endpoint, 'address')), 'address');
    checkLabels(endpoint, at);
    checkEndpointPorts(numberPairs(endpoint, 'ports'), names, at);
  }
  const isStream = messages(spec, 'ports').some((port) => isTcp(parseProtocol(text(port, 'protocol'))));
  if (texts(spec, 'addresses').length > 0 && isStream && hosts.length > 1) {
    const why = 'service entry can not have more than one host specified simultaneously with address and tcp port';
    out.warn('istio/hosts-share-address', why, 'hosts');
  }
}

const dynamicProtocols: ReadonlySet<string> = new Set(['HTTP', 'TLS', 'GRPC', 'HTTP2']);

function checkDynamic({ resource, spec, minor }: Subject, out: VerdictBuilder): void {
  const error = (text: string, ...path: (string | number)[]): void => out.error('istio/resolution', text, ...path);
  const hosts = texts(spec, 'hosts');
  if (hosts.length === 0) error('at least one wildcard host must be provided for resolution type DYNAMIC_DNS');
  for (const [index, host] of hosts.entries())
    if (!isWildcard(host)) error('host must be wildcarded for resolution mode DYNAMIC_DNS', 'hosts', index);
  if (texts(spec, 'addresses').length > 0) {
    const why = 'HTTP route domains will only be generatedfrom the hosts field values';
    error(`addresses cannot be set for resolution type DYNAMIC_DNS. ${why}`, 'addresses');
  }
  if (messages(spec, 'endpoints').length > 0) {
    const why = 'Destination IP address determined from hostsfield values';
    error(`endpoints cannot be set for resolution type DYNAMIC_DNS. ${why}`, 'endpoints');
  }
  for (const [index, port] of messages(spec, 'ports').entries()) {
    const protocol = parseProtocol(text(port, 'protocol'));
    const isOld = minor.minor < 30;
    if (isOld ? protocol === 'HTTP' || protocol === 'TLS' : dynamicProtocols.has(protocol)) continue;
    const known = isOld ? 'HTTP and TLS protocol is' : 'HTTP, TLS, GRPC, and HTTP2 protocols are';
    error(`only ${known} supported for resolution type DYNAMIC_DNS`, 'ports', index, 'protocol');
  }
  if (text(spec, 'location') === 'MESH_EXTERNAL' || text(spec, 'location') === '') return;
  if (minor.minor < 30) return error('location must be MESH_EXTERNAL for resolution type DYNAMIC_DNS', 'location');
  const waypoint = resource.labels['istio.io/use-waypoint'] ?? '';
  if (waypoint !== '' && waypoint.toLowerCase() !== 'none')
    error('location MESH_INTERNAL with resolution type DYNAMIC_DNS is not supported when using waypoints', 'location');
}
