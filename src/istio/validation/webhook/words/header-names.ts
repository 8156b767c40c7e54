import { goQuote } from '../../../api/go-json.ts';

/** Names of headers (istio/istio pkg/config/validation/validation.go, virtualservice.go). */

const token = /^[!#$%&'*+\-.^_`|~A-Za-z0-9]+$/;
const strictToken = /^[-_A-Za-z0-9]+$/;
const EMPTY = 'header name cannot be empty';
const pseudo: ReadonlySet<string> = new Set([':method', ':scheme', ':authority', ':path', ':status']);

const invalid = (name: string): string => `header name ${name} is not a valid header name`;
const isHost = (name: string): boolean => name.toLowerCase() === 'host';

/** Where a minor before 1.26 knew only letters, digits, `-` and `_`. */
function isToken(name: string, minor: number): boolean {
  return (minor < 26 ? strictToken : token).test(name);
}

export function strictHeaderError(name: string): string | undefined {
  if (name === '') return EMPTY;
  return strictToken.test(name) ? undefined : invalid(name);
}

export function probeHeaderError(name: string): string | undefined {
  if (name === '') return EMPTY;
  return /^[-A-Za-z0-9]+$/.test(name) ? undefined : invalid(name);
}

export function corsHeaderError(name: string, minor: number): string | undefined {
  if (name === '') return EMPTY;
  return name === '*' || isToken(name, minor) ? undefined : invalid(name);
}

/** `@request.auth.claims.NAME` or `@request.auth.claims[NAME]` (pkg/jwt/routing.go ToRoutingClaim). */
export function isClaimHeader(name: string): boolean {
  const prefix = '@request.auth.claims';
  if (!name.toLowerCase().startsWith(prefix)) return false;
  const rest = name.slice(prefix.length);
  return (rest.startsWith('.') && rest.length > 1) || (rest.startsWith('[') && rest.endsWith(']') && rest.length > 2);
}

/** In a match. */
export function matchHeaderError(name: string, minor: number): string | undefined {
  if (name === '') return EMPTY;
  if (isClaimHeader(name) || (minor >= 26 && pseudo.has(name))) return undefined;
  return isToken(name, minor) ? undefined : invalid(name);
}

export function isAuthorityHeader(name: string): boolean {
  return name.toLowerCase() === ':authority' || isHost(name);
}

/** Set or added in a request. */
export function requestHeaderError(name: string): string | undefined {
  if (name === '') return EMPTY;
  return name.startsWith(':') && !isAuthorityHeader(name) ? `invalid header ${goQuote(name)}: header cannot have ":" prefix` : undefined;
}

/** Removed from a request, or changed in a response. */
export function changedHeaderError(name: string): string | undefined {
  if (name === '') return EMPTY;
  if (isHost(name)) return `invalid header ${goQuote(name)}: cannot set Host header`;
  return name.startsWith(':') ? `invalid header ${goQuote(name)}: header cannot have ":" prefix` : undefined;
}
