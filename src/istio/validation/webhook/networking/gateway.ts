import type { JsonObject } from '#base/json.ts';
import { goQuote } from '../../../api/go-json.ts';
import { isHttp, isTls, parseProtocol } from '../../../registry/protocol.ts';
import type { Subject } from '../subject.ts';
import { VerdictBuilder, type Verdict } from '../verdict.ts';
import { message, messages, number, text, texts } from '../words/fields.ts';
import { addressWords, isDnsLabel, portError, scopedHostErrors, socketError, socketPath } from '../words/names.ts';
import { checkServerTls, isPassthrough } from './server-tls.ts';

/** The webhook on a Gateway (istio/istio pkg/config/validation/validation.go ValidateGateway). */
export function validateGateway({ resource, spec }: Subject): Verdict {
  const out = new VerdictBuilder();
  const isConverted = resource.annotations['internal.istio.io/gateway-semantics'] === 'gateway';
  if (!isDnsLabel(resource.name) && !isConverted) out.error('istio/gateway-name', `invalid gateway name: ${goQuote(resource.name)}`);
  const servers = messages(spec, 'servers');
  if (servers.length === 0) out.error('istio/gateway-empty', 'gateway must have at least one server');
  for (const [index, server] of servers.entries()) checkServer(server, out.at('servers', index));
  const names = new Set<string>();
  for (const [index, server] of servers.entries()) {
    const port = message(server, 'port');
    if (port === undefined) continue;
    const name = text(port, 'name');
    if (names.has(name))
      out.error('istio/port-duplicate', `port names in servers must be unique: duplicate name ${name}`, 'servers', index, 'port', 'name');
    names.add(name);
    const isRedirect = message(server, 'tls')?.['httpsRedirect'] === true;
    if (isRedirect && !isHttp(parseProtocol(text(port, 'protocol'))))
      out.warn(
        'istio/redirect-not-http',
        'tls.httpsRedirect should only be used with http servers',
        'servers',
        index,
        'tls',
        'httpsRedirect',
      );
  }
  return out.verdict;
}

function checkServer(server: JsonObject, out: VerdictBuilder): void {
  const hosts = texts(server, 'hosts');
  if (hosts.length === 0) out.error('istio/hosts-missing', 'server config must contain at least one host');
  for (const [index, host] of hosts.entries()) out.checks('istio/host-invalid', scopedHostErrors(host, true, true), 'hosts', index);
  const port = message(server, 'port');
  const bind = text(server, 'bind');
  const isPortFine = checkPort(port, bind, out);
  const socket = socketPath(bind);
  if (socket !== undefined) {
    out.check('istio/bind-invalid', socketError(socket), 'bind');
    if (port !== undefined && number(port, 'number') !== 0)
      out.error('istio/port-invalid', `port number must be 0 for unix domain socket: ${protoText(port)}`, 'port', 'number');
  } else if (bind !== '') out.check('istio/bind-invalid', addressWords(bind), 'bind');
  const tls = message(server, 'tls');
  if (tls !== undefined) checkServerTls(tls, out.at('tls'));
  if (isPortFine && port !== undefined) checkTlsOfPort(port, tls, out);
}

function checkPort(port: JsonObject | undefined, bind: string, out: VerdictBuilder): boolean {
  if (port === undefined) {
    out.error('istio/port-missing', 'port is required');
    return false;
  }
  const at = out.at('port');
  const before = out.verdict.errors.length;
  const protocol = text(port, 'protocol');
  if (parseProtocol(protocol) === 'Unsupported') {
    const known = 'HTTP, HTTP2, GRPC, GRPC-WEB, MONGO, REDIS, MYSQL, TCP';
    at.error('istio/protocol-unknown', `invalid protocol ${goQuote(protocol)}, supported protocols are ${known}`, 'protocol');
  }
  const value = number(port, 'number');
  if (value > 0 || socketPath(bind) === undefined) at.check('istio/port-invalid', portError(value), 'number');
  if (number(port, 'targetPort') > 0) at.error('istio/port-invalid', 'targetPort has no impact on Gateways', 'targetPort');
  if (text(port, 'name') === '') at.error('istio/port-name', `port name must be set: ${protoText(port)}`);
  return out.verdict.errors.length === before;
}

function checkTlsOfPort(port: JsonObject, tls: JsonObject | undefined, out: VerdictBuilder): void {
  const protocol = parseProtocol(text(port, 'protocol'));
  if (isTls(protocol)) {
    if (tls === undefined) out.error('istio/tls-missing', 'server must have TLS settings for HTTPS/TLS protocols', 'port', 'protocol');
    return;
  }
  if (tls === undefined) return;
  if (!isHttp(protocol)) return out.error('istio/tls-unexpected', 'server cannot have TLS settings for non HTTPS/TLS ports', 'tls');
  const hasFiles = ['caCertificates', 'privateKey', 'serverCertificate'].some((field) => text(tls, field) !== '');
  if (!isPassthrough(tls) || hasFiles)
    out.error('istio/tls-unexpected', 'server cannot have TLS settings for plain text HTTP ports', 'tls');
}

/** A port as Go prints a message of protobuf. */
function protoText(port: JsonObject): string {
  return [
    number(port, 'number') === 0 ? [] : [`number:${number(port, 'number')}`],
    text(port, 'protocol') === '' ? [] : [`protocol:${goQuote(text(port, 'protocol'))}`],
    text(port, 'name') === '' ? [] : [`name:${goQuote(text(port, 'name'))}`],
    number(port, 'targetPort') === 0 ? [] : [`target_port:${number(port, 'targetPort')}`],
  ]
    .flat()
    .join('  ');
}
