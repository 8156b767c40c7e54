import { goQuote } from '../../../api/go-json.ts';
import { addressError, prefixError } from '../words/go-ip.ts';
import { bytes } from '../words/names.ts';

/** What policies compare requests with (istio/istio pkg/config/security/security.go). */

export function emptyValueError(key: string, values: readonly string[]): string | undefined {
  return values.includes('') ? `empty value not allowed, found in ${key}` : undefined;
}

function wildcardError(key: string, values: readonly string[]): string | undefined {
  const empty = emptyValueError(key, values);
  if (empty !== undefined) return empty;
  for (const value of values) {
    const stars = value.split('*').length - 1;
    if (stars > 1) return `at most one wildcard is allowed, found in ${key}: ${goQuote(value)}`;
    if (stars === 1 && !value.startsWith('*') && !value.endsWith('*'))
      return `wildcard is only allowed at the start or end, found in ${key}: ${goQuote(value)}`;
  }
  return undefined;
}

export function trustDomainError(key: string, values: readonly string[]): string | undefined {
  const wild = wildcardError(key, values);
  if (wild !== undefined) return wild;
  const path = values.find((value) => value.includes('/'));
  return path === undefined ? undefined : `trust domain must not contain '/', found in ${key}: ${goQuote(path)}`;
}

export function serviceAccountError(key: string, values: readonly string[]): string | undefined {
  if (values.length > 16) return 'may not have more than 16 values';
  const expected = "expected format 'serviceAccount' or 'namespace/serviceAccount', found";
  for (const value of values) {
    if (value === '') return `empty value not allowed, found in ${key}`;
    if (value.includes('*')) return `wildcard not allowed, found in ${key}`;
    const parts = value.split('/');
    if (parts.length > 2) return `${expected} ${goQuote(value)} in ${key}`;
    if (bytes(value) > 320) return `value cannot exceed 320 characters, found ${goQuote(value)} in ${key}`;
    if (parts.length < 2) continue;
    if (parts[0] === '') return `${expected} empty namespace ${goQuote(value)} in ${key}`;
    if (parts[1] === '') return `${expected} empty serviceAccount ${goQuote(value)} in ${key}`;
  }
  return undefined;
}

const isTemplate = (path: string): boolean => path.includes('{*}') || path.includes('{**}');

export function pathTemplateError(key: string, paths: readonly string[]): string | undefined {
  for (const written of paths) {
    const path = written.replaceAll(/^\/+|\/+$/g, '');
    const fail = (why: string): string => `invalid or unsupported path ${path}, found in ${key}. ${why}`;
    let isAfterAny = false;
    for (const part of path.split('/')) {
      if (part === '{*}' || part === '{**}') {
        if (isAfterAny) return fail('{**} is not the last operator');
        isAfterAny = part === '{**}';
        continue;
      }
      if (/[{}]/.test(part)) return fail("Contains '{' or '}' beyond a supported path template");
      if (isTemplate(written) && !/^[a-zA-Z0-9\-._~%!$&'()+,;:@=]+$/.test(part))
        return fail(`Contains segment ${part} with invalid string literal`);
    }
  }
  return undefined;
}

export function addressErrors(values: readonly string[]): readonly string[] {
  return values.flatMap((value) => {
    if (!value.includes('/')) return addressError(value) === undefined ? [] : [`bad IP address (${value})`];
    const error = prefixError(value);
    return error === undefined ? [] : [`bad CIDR range (${value}): ${error}`];
  });
}

export function portErrors(values: readonly string[]): readonly string[] {
  return values.flatMap((value) => {
    if (!/^\d+$/.test(value)) return [`bad port (${value}): strconv.ParseUint: parsing ${goQuote(value)}: invalid syntax`];
    const port = BigInt(value);
    if (port >= 1n << 32n) return [`bad port (${value}): strconv.ParseUint: parsing ${goQuote(value)}: value out of range`];
    return port > 65_535n ? [`bad port (${value}): <nil>`] : [];
  });
}

/** Several errors of one attribute are one in the condition's sentence, as go-multierror prints them. */
function joined(errors: readonly string[]): string | undefined {
  if (errors.length === 0) return undefined;
  const count = errors.length === 1 ? '1 error' : `${errors.length} errors`;
  return `${count} occurred:\n${errors.map((error) => `\t* ${error}\n`).join('')}\n`;
}

function mapKeyError(key: string): string | undefined {
  const open = key.indexOf('[');
  return key.endsWith(']') && open > 0 && open < bytes(key) - 2 ? undefined : `bad key (${key}): should have format a[b]`;
}

const plain: ReadonlySet<string> = new Set([
  'source.namespace',
  'source.principal',
  'request.auth.principal',
  'request.auth.audiences',
  'request.auth.presenter',
  'connection.sni',
]);

/** A condition of `when` (ValidateAttribute). */
export function attributeError(key: string, values: readonly string[], minor: number): string | undefined {
  const empty = emptyValueError(key, values);
  if (empty !== undefined) return empty;
  if (['request.headers', 'request.auth.claims', 'experimental.envoy.filters.'].some((prefix) => key.startsWith(prefix)))
    return mapKeyError(key);
  if (key === 'source.ip' || key === 'remote.ip' || key === 'destination.ip') return joined(addressErrors(values));
  if (key === 'destination.port') return joined(portErrors(values));
  if (key === 'source.serviceAccount') return serviceAccountError(key, values);
  if (key === 'source.trustDomain' && minor >= 30) return wildcardError(key, values);
  if (plain.has(key)) return undefined;
  if (key === 'destination.namespace') return `attribute ${key} is replaced by the metadata.namespace`;
  if (key.startsWith('destination.labels')) return `attribute ${key} is replaced by the workload selector`;
  if (key === 'destination.name' || key === 'destination.user') return `deprecated attribute ${key}: only supported in v1alpha1`;
  return `unknown attribute: ${key}`;
}
