import type { JsonObject } from '#base/json.ts';
import { goQuote } from '../../../api/go-json.ts';
import { isHttp, isTls, parseProtocol } from '../../../registry/protocol.ts';
import type { Subject } from '../subject.ts';
import { checkLabels } from '../targets.ts';
import { VerdictBuilder, type Verdict } from '../verdict.ts';
import { message, messages, number, text, texts } from '../words/fields.ts';
import { addressWords, fqdnError, portError, portNameError, scopedHostErrors, socketError, socketPath } from '../words/names.ts';
import { checkDestination } from './destination.ts';
import { protocolError } from './protocol.ts';
import { checkServerTls } from './server-tls.ts';
import { checkEndpoint } from './sidecar-endpoint.ts';
import { checkConnectionPool } from './traffic-policy.ts';

/** The webhook on a Sidecar (istio/istio pkg/config/validation/validation.go ValidateSidecar). */
export function validateSidecar(subject: Subject): Verdict {
  const { spec, minor } = subject;
  const out = new VerdictBuilder();
  const selector = message(spec, 'workloadSelector');
  if (selector !== undefined) {
    const labels = message(selector, 'labels') ?? {};
    checkLabels(labels, ['workloadSelector', 'labels'], out);
    if (out.verdict.errors.length > 0) return out.verdict;
    if (Object.keys(labels).length === 0)
      out.warn(
        'istio/selector-empty',
        'sidecar: workload selector specified without labels, will be applied to all services in namespace',
        'workloadSelector',
      );
  }
  const ingress = messages(spec, 'ingress');
  const egress = messages(spec, 'egress');
  const others = ['outboundTrafficPolicy', 'inboundConnectionPool'];
  if (ingress.length === 0 && egress.length === 0 && others.every((field) => spec[field] === undefined)) {
    const empty = new VerdictBuilder();
    empty.error('istio/sidecar-empty', 'sidecar: empty configuration provided');
    return empty.verdict;
  }
  const taken = new Set<number>();
  for (const [index, listener] of ingress.entries()) checkIngress(listener, taken, out.at('ingress', index), minor.minor);
  checkConnectionPool(message(spec, 'inboundConnectionPool'), out.at('inboundConnectionPool'), minor.minor);
  checkEgress(subject, egress, out);
  const policy = message(spec, 'outboundTrafficPolicy');
  if (policy !== undefined) checkOutbound(policy, out.at('outboundTrafficPolicy'));
  return out.verdict;
}

function checkPort(port: JsonObject, out: VerdictBuilder): void {
  const name = text(port, 'name');
  if (name !== '') out.check('istio/port-name', portNameError(name), 'name');
}

function checkBind(bind: string, out: VerdictBuilder): void {
  if (bind !== '') out.check('istio/bind-invalid', addressWords(bind), 'bind');
}

const unsupportedTls = [
  ['subjectAltNames', 'sidecar: subjectAltNames is not supported in ingress tls'],
  ['httpsRedirect', 'sidecar: httpsRedirect is not supported'],
  ['credentialName', 'sidecar: credentialName is not currently supported'],
  ['credentialNames', 'sidecar: credentialNames is not currently supported'],
  ['tlsCertificates', 'sidecar: tls_certificates is not currently supported'],
] as const;

function checkIngress(listener: JsonObject, taken: Set<number>, out: VerdictBuilder, minor: number): void {
  const port = message(listener, 'port');
  if (port === undefined) return out.error('istio/port-missing', 'sidecar: port is required for ingress listeners');
  const at = out.at('port');
  const protocol = text(port, 'protocol');
  const value = number(port, 'number');
  if (number(port, 'targetPort') > 0) at.error('istio/port-invalid', 'targetPort has no impact on Sidecars', 'targetPort');
  checkPort(port, at);
  at.check('istio/protocol-unknown', protocolError(protocol), 'protocol');
  at.check('istio/port-invalid', portError(value), 'number');
  checkBind(text(listener, 'bind'), out);
  if (taken.has(value)) at.error('istio/port-duplicate', 'sidecar: ports on IP bound listeners must be unique', 'number');
  taken.add(value);
  checkEndpoint(text(listener, 'defaultEndpoint'), out);
  const tls = message(listener, 'tls');
  if (tls !== undefined) {
    const inside = out.at('tls');
    for (const [field, words] of unsupportedTls) if (tls[field] !== undefined) inside.error('istio/tls-certificates', words, field);
    const mode = text(tls, 'mode');
    if (mode === 'ISTIO_MUTUAL' || mode === 'AUTO_PASSTHROUGH')
      inside.error('istio/tls-unexpected', `configuration is invalid: cannot set mode to ${mode} in sidecar ingress tls`, 'mode');
    if (!isTls(parseProtocol(protocol))) inside.error('istio/tls-unexpected', 'server cannot have TLS settings for non HTTPS/TLS ports');
    checkServerTls(tls, inside);
  }
  const pool = message(listener, 'connectionPool');
  checkConnectionPool(pool, out.at('connectionPool'), minor);
  if (pool?.['http'] !== undefined && !isHttp(parseProtocol(protocol))) {
    const name = `port ${value} (${goQuote(text(port, 'name'))})`;
    const why = `but its protocol is not HTTP (${protocol}); only TCP settings will apply`;
    out.warn('istio/pool-ignored', `sidecar: HTTP connection pool settings are configured for ${name} ${why}`, 'connectionPool', 'http');
  }
}

function checkEgress(subject: Subject, egress: readonly JsonObject[], out: VerdictBuilder): void {
  const ports = new Set<number>();
  const sockets = new Set<string>();
  let hasCatchAll = false;
  for (const [index, listener] of egress.entries()) {
    const at = out.at('egress', index);
    const port = message(listener, 'port');
    if (port === undefined) {
      if (hasCatchAll) {
        at.error('istio/egress-catch-all', 'sidecar: egress can have only one listener with empty port');
        continue;
      }
      if (index === egress.length - 1) hasCatchAll = true;
      else at.error('istio/egress-catch-all', 'sidecar: the egress listener with empty port should be the last listener in the list');
    } else {
      checkEgressPort(port, listener, at);
      const value = number(port, 'number');
      const bind = text(listener, 'bind');
      if (value === 0 && sockets.has(bind))
        at.error('istio/port-duplicate', 'sidecar: unix domain socket values for listeners must be unique', 'bind');
      if (value !== 0 && ports.has(value))
        at.error('istio/port-duplicate', 'sidecar: ports on IP bound listeners must be unique', 'port', 'number');
      if (value === 0) sockets.add(bind);
      else ports.add(value);
    }
    checkEgressHosts(subject, texts(listener, 'hosts'), at);
  }
}

function checkEgressPort(port: JsonObject, listener: JsonObject, out: VerdictBuilder): void {
  const at = out.at('port');
  const bind = text(listener, 'bind');
  if (number(port, 'targetPort') > 0) at.error('istio/port-invalid', 'targetPort has no impact on Sidecars', 'targetPort');
  checkPort(port, at);
  at.check('istio/protocol-unknown', protocolError(text(port, 'protocol')), 'protocol');
  if (number(port, 'number') !== 0) {
    at.check('istio/port-invalid', portError(number(port, 'number')), 'number');
    return checkBind(bind, out);
  }
  const socket = socketPath(bind);
  if (socket === undefined)
    out.error('istio/bind-invalid', 'sidecar: ports with 0 value must have a unix domain socket bind address', 'bind');
  else out.check('istio/bind-invalid', socketError(socket), 'bind');
  if (text(listener, 'captureMode') === 'IPTABLES')
    out.error('istio/bind-invalid', 'sidecar: captureMode must be DEFAULT/NONE for unix domain socket listeners', 'captureMode');
}

function checkEgressHosts({ namespace, minor }: Subject, hosts: readonly string[], out: VerdictBuilder): void {
  if (hosts.length === 0) return out.error('istio/hosts-missing', 'sidecar: egress listener must contain at least one host');
  const allowsExclusion = minor.minor >= 30;
  const seen = new Map<string, Set<string>>();
  for (const [index, host] of hosts.entries()) {
    const slash = host.indexOf('/');
    if (slash >= 0 && !(allowsExclusion && host.startsWith('~'))) {
      const scope = host.slice(0, slash) === '.' ? namespace : host.slice(0, slash);
      const name = host.slice(slash + 1);
      const known = seen.get(scope) ?? new Set();
      seen.set(scope, known);
      if (name === '*' ? known.size > 0 : known.has(name) || known.has('*'))
        out.warn('istio/host-duplicate', `duplicated egress host: ${host}`, 'hosts', index);
      known.add(name);
    }
    out.checks('istio/host-invalid', scopedHostErrors(host, false, allowsExclusion), 'hosts', index);
  }
  if (seen.get('*')?.has('*') === true && seen.size > 1)
    out.warn('istio/host-duplicate', '`*/*` host select all resources, no other hosts can be added', 'hosts');
}

/** validateSidecarOutboundTrafficPolicy. */
function checkOutbound(policy: JsonObject, out: VerdictBuilder): void {
  const mode = text(policy, 'mode') || 'REGISTRY_ONLY';
  const error = (text: string, ...path: string[]): void => out.error('istio/outbound-policy', text, ...path);
  if (mode === 'ALLOW_ANY_DYNAMIC_DNS' || policy['mode'] === 2)
    return error('sidecar: ALLOW_ANY_DYNAMIC_DNS mode is only supported in MeshConfig, not in Sidecar resource', 'mode');
  const proxy = message(policy, 'egressProxy');
  if (proxy === undefined) return;
  if (mode !== 'ALLOW_ANY')
    return error('sidecar: egress_proxy must be set only with ALLOW_ANY outbound_traffic_policy mode', 'egressProxy');
  out.check('istio/host-invalid', fqdnError(text(proxy, 'host')), 'egressProxy', 'host');
  if (proxy['port'] === undefined) return error('sidecar: egress_proxy port must be non-nil', 'egressProxy');
  checkDestination(proxy, out.at('egressProxy'));
}
