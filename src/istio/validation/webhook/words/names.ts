import { goQuote } from '../../../api/go-json.ts';
import { addressError, prefixError } from './go-ip.ts';

/** Names, hosts and addresses as istiod judges them (istio/istio pkg/config/validation/agent/validation.go, pkg/config/labels/instance.go). */

const label = '[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?';
const labelPattern = new RegExp(`^${label}$`);
const wildcardLabel = new RegExp(String.raw`^(?:\*|(?:\*|\*-)?${label})$`);
const qualified = '(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const labelKey = new RegExp(String.raw`^(${label}(?:\.${label})*/)?(${qualified})$`);
const labelValue = new RegExp(`^(?:${qualified})?$`);

export function bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}

export function isDnsLabel(text: string): boolean {
  return text.length <= 63 && labelPattern.test(text);
}

export function isAddress(text: string): boolean {
  return addressError(text) === undefined;
}

export function portError(port: number): string | undefined {
  return port >= 1 && port <= 65_535 ? undefined : `port number ${port} must be in the range 1..65535`;
}

export function addressWords(address: string): string | undefined {
  return isAddress(address) ? undefined : `${address} is not a valid IP`;
}

export function subnetError(subnet: string): string | undefined {
  if (subnet.split('/').length !== 2) return addressWords(subnet);
  return prefixError(subnet) === undefined ? undefined : `${subnet} is not a valid CIDR block`;
}

function sizeError(name: string): string | undefined {
  if (bytes(name) > 255) return `domain name ${goQuote(name)} too long (max 255)`;
  return name === '' ? 'empty domain name not allowed' : undefined;
}

function labelsError(domain: string): string | undefined {
  const parts = domain.split('.');
  const top = parts.at(-1) ?? '';
  if (/^[-+]?\d+$/.test(top) && fitsInt(top))
    return `domain name ${goQuote(domain)} invalid (top level domain ${goQuote(top)} cannot be all-numeric)`;
  for (const [index, part] of parts.entries()) {
    if (index === parts.length - 1 && part === '') return undefined;
    if (!isDnsLabel(part)) return `domain name ${goQuote(domain)} invalid (label ${goQuote(part)} invalid)`;
  }
  return undefined;
}

/** Go's Atoi refuses what does not fit 64 bits. */
function fitsInt(digits: string): boolean {
  const value = BigInt(digits.replace(/^\+/, ''));
  return value >= -(1n << 63n) && value < 1n << 63n;
}

/** ValidateFQDN. */
export function fqdnError(name: string): string | undefined {
  return sizeError(name) ?? labelsError(name);
}

/** ValidateWildcardDomain: a wildcard may stand in front. */
export function domainError(name: string): string | undefined {
  const size = sizeError(name);
  if (size !== undefined) return size;
  const dot = name.indexOf('.');
  const first = dot < 0 ? name : name.slice(0, dot);
  if (first.length > 63 || !wildcardLabel.test(first)) return `domain name ${goQuote(name)} invalid (label ${goQuote(first)} invalid)`;
  return dot < 0 ? undefined : labelsError(name.slice(dot + 1));
}

const sniFormat = 'outbound_.<PORT>_._.<HOSTNAME>';

/** ValidateWildcardDomainForVirtualServiceBoundToGateway: at gateways also the names of AUTO_PASSTHROUGH. */
export function gatewayDomainError(isSni: boolean, name: string): string | undefined {
  const size = sizeError(name);
  if (size !== undefined) return size;
  if (!isSni || !name.startsWith('outbound_')) return domainError(name);
  const parts = name.split('_');
  if (parts.length < 4) return `domain name ${name} invalid, should follow '${sniFormat}' format`;
  const port = trimDots(parts[1] ?? '');
  const host = trimDots(parts[3] ?? '');
  const invalid = (part: string): string =>
    `domain name ${goQuote(name)} invalid (label ${goQuote(part)} invalid). should follow ${sniFormat} format`;
  if (!/\d/.test(port)) return invalid(port);
  return /[a-zA-Z]/.test(host) ? undefined : invalid(host);
}

function trimDots(text: string): string {
  return text.replaceAll(/^\.+|\.+$/g, '');
}

/** ValidatePartialWildCard. */
export function partialWildcardError(host: string): string | undefined {
  return host.includes('*') && bytes(host) !== 1 && !host.startsWith('*.') ? `partial wildcard ${goQuote(host)} not allowed` : undefined;
}

/** ValidateNamespaceSlashWildcardHostname: the hosts of Gateways and Sidecars. */
export function scopedHostErrors(host: string, isGateway: boolean, allowsExclusion: boolean): readonly string[] {
  const slash = host.indexOf('/');
  if (slash < 0) return isGateway ? hostPartErrors(host, true) : ['host must be of form namespace/dnsName'];
  const namespace = host.slice(0, slash);
  const name = host.slice(slash + 1);
  const out: string[] = [];
  if (namespace === '' || name === '') out.push('config namespace and dnsName in host entry cannot be empty');
  if (!isGateway) {
    const plain = allowsExclusion ? namespace.replace(/^~/, '') : namespace === '~' ? '.' : namespace;
    const isFine = (allowsExclusion && plain === '') || plain === '*' || plain === '.' || isDnsLabel(plain);
    if (!isFine) out.push(`invalid namespace value ${goQuote(namespace)} in sidecar`);
  } else if (namespace !== '*' && namespace !== '.' && !isDnsLabel(namespace)) {
    out.push(`invalid namespace value ${goQuote(namespace)} in gateway`);
  }
  return [...out, ...hostPartErrors(name, isGateway)];
}

function hostPartErrors(host: string, isGateway: boolean): readonly string[] {
  const domain = domainError(host);
  const isShort = host !== '*' && !host.includes('.');
  return [
    isShort ? 'short names (non FQDN) are not allowed' : undefined,
    isGateway ? undefined : domain,
    isAddress(host) ? undefined : domain,
    partialWildcardError(host),
  ].filter((text) => text !== undefined);
}

/** labels.Instance Validate, by label. */
export function labelErrors(key: string, value: string): readonly string[] {
  const out: string[] = [];
  const [, prefix = '', name = ''] = labelKey.exec(key) ?? [];
  if (name === '') out.push(`invalid tag key: ${goQuote(key)}`);
  else if (prefix.length - 1 > 253) out.push(`invalid tag key: ${goQuote(key)} (DNS prefix is too long)`);
  else if (name.length > 63) out.push(`invalid tag key: ${goQuote(key)} (name is too long)`);
  if (!labelValue.test(value)) out.push(`invalid tag value: ${goQuote(value)}`);
  return out;
}

/** ValidateUnixAddress, of what follows `unix://`. */
export function socketError(path: string): string | undefined {
  if (path === '') return 'unix address must not be empty';
  if (path.startsWith('@')) return undefined;
  return path.startsWith('/') && !path.endsWith('/') ? undefined : `${path} is not an absolute path to a file`;
}

/** What stands behind `unix://`, when it does. */
export function socketPath(address: string): string | undefined {
  return address.startsWith('unix://') ? address.slice('unix://'.length) : undefined;
}

export function portNameError(name: string): string | undefined {
  return isDnsLabel(name) ? undefined : `invalid port name: ${name}`;
}
