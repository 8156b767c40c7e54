import type { JsonObject } from '#base/json.ts';
import { goQuote } from '../../../api/go-json.ts';
import type { Subject } from '../subject.ts';
import { VerdictBuilder, type Verdict } from '../verdict.ts';
import { member, message, messages, number, numberPairs, text, textPairs, texts } from '../words/fields.ts';
import { probeHeaderError } from '../words/header-names.ts';
import { fqdnError, isAddress, labelErrors, portError, portNameError, socketError, socketPath } from '../words/names.ts';

/** The webhook on a WorkloadEntry (istio/istio pkg/config/validation/validation.go ValidateWorkloadEntry). */
export function validateWorkloadEntry({ spec }: Subject): Verdict {
  const out = new VerdictBuilder();
  checkWorkload(spec, undefined, out);
  return out.verdict;
}

/** A workload; `servicePorts` are the port names of the ServiceEntry it stands in, where names are no addresses. */
export function checkWorkload(entry: JsonObject, servicePorts: ReadonlySet<string> | undefined, out: VerdictBuilder): void {
  const address = text(entry, 'address');
  if (address === '') {
    const network = text(entry, 'network');
    if (network === '') return out.error('istio/endpoint-address', 'address is required');
    out.warn('istio/endpoint-unset', `address is unset with network ${goQuote(network)}`, 'network');
  }
  const socket = socketPath(address);
  const ports = numberPairs(entry, 'ports');
  if (socket !== undefined) {
    out.check('istio/endpoint-address', socketError(socket), 'address');
    if (ports.length > 0) out.error('istio/endpoint-port', `unix endpoint ${address} must not include ports`, 'ports');
  } else if (address !== '' && !isAddress(address)) {
    if (servicePorts !== undefined)
      out.error('istio/endpoint-address', `endpoint address ${goQuote(address)} is not a valid IP address`, 'address');
    else out.check('istio/endpoint-address', endpointAddressError(address), 'address');
  }
  checkEndpointPorts(ports, servicePorts, out);
  checkLabels(entry, out);
  if (socket !== undefined && servicePorts !== undefined && servicePorts.size !== 1)
    out.error('istio/endpoint-port', 'exactly 1 service port required for unix endpoints', 'address');
}

/** An address may be a name or an IP. */
export function endpointAddressError(address: string): string | undefined {
  if (isAddress(address) || fqdnError(address) === undefined) return undefined;
  return `endpoint address ${goQuote(address)} is not a valid FQDN or an IP address`;
}

export function checkEndpointPorts(
  ports: readonly (readonly [string, number])[],
  known: ReadonlySet<string> | undefined,
  out: VerdictBuilder,
): void {
  for (const [name, port] of ports) {
    if (known !== undefined && !known.has(name))
      out.error('istio/endpoint-port', `endpoint port ${port} is not defined by the service entry`, 'ports', name);
    out.check('istio/port-name', portNameError(name), 'ports', name);
    out.check('istio/port-invalid', portError(port), 'ports', name);
  }
}

export function checkLabels(of: JsonObject, out: VerdictBuilder): void {
  for (const [key, value] of textPairs(of, 'labels')) out.checks('istio/label-invalid', labelErrors(key, value), 'labels', key);
}

/** The webhook on a WorkloadGroup (ValidateWorkloadGroup). */
export function validateWorkloadGroup({ spec }: Subject): Verdict {
  const out = new VerdictBuilder();
  if (message(spec, 'template') === undefined) {
    out.error('istio/template-missing', 'template is required');
    return out.verdict;
  }
  const found = textPairs(message(spec, 'metadata') ?? {}, 'labels').map(([key, value]) => [key, labelErrors(key, value)] as const);
  const texts = found.flatMap(([, errors]) => errors);
  if (texts.length > 0) {
    const key = found.find(([, errors]) => errors.length > 0)?.[0] ?? '';
    out.error('istio/label-invalid', `invalid labels: ${goErrors(texts)}`, 'metadata', 'labels', key);
    return out.verdict;
  }
  const probe = message(spec, 'probe');
  if (probe !== undefined) checkProbe(probe, out.at('probe'));
  return out.verdict;
}

/** Several errors as hashicorp/go-multierror prints them. */
function goErrors(errors: readonly string[]): string {
  const count = errors.length === 1 ? '1 error' : `${errors.length} errors`;
  return `${count} occurred:\n${errors.map((error) => `\t* ${error}\n`).join('')}\n`;
}

const probeNumbers = ['periodSeconds', 'initialDelaySeconds', 'timeoutSeconds', 'successThreshold', 'failureThreshold'];

/** validateReadinessProbe. */
function checkProbe(probe: JsonObject, out: VerdictBuilder): void {
  for (const field of probeNumbers) if (number(probe, field) < 0) out.error('istio/negative', `${field} must be non-negative`, field);
  const method = member(probe, 'httpGet', 'tcpSocket', 'exec', 'grpc');
  const chosen = method === undefined ? {} : (message(probe, method) ?? {});
  const at = method === undefined ? out : out.at(method);
  switch (method) {
    case 'httpGet': {
      at.check('istio/port-invalid', portError(number(chosen, 'port')), 'port');
      const scheme = text(chosen, 'scheme');
      if (scheme !== '' && scheme !== 'HTTP' && scheme !== 'HTTPS')
        at.error('istio/probe', 'httpGet.scheme must be one of "HTTPS", "HTTP"', 'scheme');
      for (const [index, header] of messages(chosen, 'httpHeaders').entries())
        at.check('istio/header-name', probeHeaderError(text(header, 'name')), 'httpHeaders', index, 'name');
      return;
    }
    case 'tcpSocket':
      return at.check('istio/port-invalid', portError(number(chosen, 'port')), 'port');
    case 'exec':
      if (texts(chosen, 'command').length === 0) at.error('istio/probe', 'exec.command is required', 'command');
      return;
    case 'grpc':
      return at.error('istio/probe', 'unknown health check method *v1alpha3.ReadinessProbe_Grpc');
    default:
      at.error('istio/probe', 'unknown health check method <nil>');
  }
}
