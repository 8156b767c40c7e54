import { goQuote } from '../../../api/go-json.ts';
import type { VerdictBuilder } from '../verdict.ts';
import { portError, socketError, socketPath } from '../words/names.ts';

const localHosts: ReadonlySet<string> = new Set(['', '127.0.0.1', '0.0.0.0', '::1', '::']);

/** Where an ingress listener of a Sidecar sends to: `127.0.0.1:8080`, `:8080`, `unix:///socket`. */
export function checkEndpoint(endpoint: string, out: VerdictBuilder): void {
  if (endpoint === '') return;
  const error = (text: string | undefined): void => out.check('istio/default-endpoint', text, 'defaultEndpoint');
  const socket = socketPath(endpoint);
  if (socket !== undefined) return error(socketError(socket));
  const split = splitHostPort(endpoint);
  error(split.error === undefined ? undefined : `address ${endpoint}: ${split.error}`);
  if (!localHosts.has(split.host)) {
    const forms = '127.0.0.1:<port>,0.0.0.0:<port>,[::1]:port,[::]:port,unix://filepath or unset';
    error(`sidecar: defaultEndpoint must be of form ${forms}`);
  }
  if (/^[-+]?\d+$/.test(split.port)) return error(portError(Number(split.port)));
  const why = `strconv.Atoi: parsing ${goQuote(split.port)}: invalid syntax`;
  error(`sidecar: defaultEndpoint port (${split.port}) is not a number: ${why}`);
}

interface HostPort {
  readonly host: string;
  readonly port: string;
  readonly error?: string;
}

/** Go's net.SplitHostPort. */
function splitHostPort(address: string): HostPort {
  const fail = (error: string): HostPort => ({ host: '', port: '', error });
  const colon = address.lastIndexOf(':');
  if (colon < 0) return fail('missing port in address');
  const isBracketed = address.startsWith('[');
  const end = isBracketed ? address.indexOf(']') : colon - 1;
  if (isBracketed) {
    if (end < 0) return fail("missing ']' in address");
    if (end + 1 !== colon) return fail(address[end + 1] === ':' ? 'too many colons in address' : 'missing port in address');
  } else if (address.slice(0, colon).includes(':')) return fail('too many colons in address');
  if (address.includes('[', isBracketed ? 1 : 0)) return fail("unexpected '[' in address");
  if (address.includes(']', isBracketed ? end + 1 : 0)) return fail("unexpected ']' in address");
  return { host: isBracketed ? address.slice(1, end) : address.slice(0, colon), port: address.slice(colon + 1) };
}
