import type { JsonObject } from '#base/json.ts';
import { message } from '../proto-json.ts';

/** Envoy matchers as istiod makes them from policy values (istio/istio `pilot/pkg/security/authz/matcher`). */

/** `regexp.QuoteMeta`. */
export function quoteMeta(text: string): string {
  return text.replaceAll(/[\\.+*?()|[\]{}^$]/g, String.raw`\$&`);
}

export function regexMatcher(regex: string): JsonObject {
  return { safeRegex: { regex } };
}

/** `*`, `*suffix`, `prefix*` or the exact text, with `prefix` in front of what is compared. */
export function stringMatcher(value: string, prefix = ''): JsonObject {
  if (value === '*') return regexMatcher('.+');
  if (value.startsWith('*')) {
    const rest = value.slice(1);
    return prefix === '' ? { suffix: rest } : regexMatcher(`${prefix}.*${quoteMeta(rest)}`);
  }
  return value.endsWith('*') ? { prefix: prefix + value.slice(0, -1) } : { exact: prefix + value };
}

export function headerMatcher(name: string, value: string, ignoreCase = false): JsonObject {
  if (value === '*') return { name, presentMatch: true };
  const text = stringMatcher(value);
  return { name, stringMatch: message({ ...text, ignoreCase: ignoreCase ? true : undefined }) };
}

/** One value matcher, or any of several. */
export function anyOf(matchers: readonly JsonObject[]): JsonObject {
  const [only] = matchers;
  return matchers.length === 1 && only !== undefined ? only : { orMatch: { valueMatchers: matchers } };
}

export function metadataMatcher(filter: string, path: readonly string[], value: JsonObject): JsonObject {
  return { filter, path: path.map((key) => ({ key })), value };
}

export const jwtFilter = 'envoy.filters.http.jwt_authn';

/** A claim that is a text, or a list with such a text (`MetadataListValueMatcherForJWTClaims`). */
export function claimMatcher(claims: readonly string[], value: JsonObject): JsonObject {
  return metadataMatcher(jwtFilter, ['payload', ...claims], {
    orMatch: { valueMatchers: [{ listMatch: { oneOf: value } }, value] },
  });
}

/** `10.0.0.0/8` or a single address as Envoy's `CidrRange`; `undefined` when it is neither. */
export function cidrRange(text: string): JsonObject | undefined {
  const [address = '', bits] = text.split('/');
  const v6 = address.includes(':');
  if (!v6 && !/^(?:\d{1,3}\.){3}\d{1,3}$/.test(address)) return undefined;
  const length = bits === undefined ? (v6 ? 128 : 32) : Number(bits);
  if (!Number.isInteger(length) || length < 0 || length > (v6 ? 128 : 32)) return undefined;
  return message({ addressPrefix: address, prefixLen: length });
}

/** `[a]` → `a`; `[a][b]` → `a`, `b`; `undefined` when it is not in brackets. */
export function namesInBrackets(text: string): readonly string[] | undefined {
  if (/^(?:\[[^[\]]*\])+$/.test(text)) return [...text.matchAll(/\[([^[\]]*)\]/g)].map((found) => found[1] ?? '');
  return text.startsWith('[') && text.endsWith(']') ? [text.slice(1, -1)] : undefined;
}
