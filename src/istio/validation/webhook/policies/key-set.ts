import { isArray, isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { cannotUnmarshal, goKind } from '../../../api/go-json.ts';
import { readGoJson } from '../words/go-json-text.ts';

export interface KeySet {
  /** Why it cannot be read. */
  readonly error?: string;
  /** Indexes of keys that hold what must stay secret. */
  readonly secrets?: readonly number[];
}

/** A JSON Web Key Set as istiod reads it (github.com/lestrrat-go/jwx v1 jwk.Parse). */
export function readKeySet(text: string): KeySet {
  const fail = (error: string): KeySet => ({ error: `failed to unmarshal JWK set: ${error}` });
  const { value, error } = readGoJson(text);
  if (value === undefined) return fail(error ?? '');
  if (value === null) return { secrets: [] };
  if (!isObject(value)) return fail(isArray(value) ? "expected '{', but got '['" : 'error reading token: EOF');
  const keys = value['keys'];
  if (keys === undefined) {
    const why = keyError(value);
    return why === undefined ? { secrets: isSecret(value) ? [0] : [] } : fail(`failed to parse sole key in key set: ${why}`);
  }
  if (keys !== null && !isArray(keys)) return fail(`failed to decode "keys": ${cannotUnmarshal(goKind(keys), '[]json.RawMessage')}`);
  for (const [index, key] of (keys ?? []).entries()) {
    const why = keyError(key);
    if (why !== undefined) return fail(`failed to decode key #${index} in "keys": ${why}`);
  }
  return { secrets: (keys ?? []).flatMap((key, index) => (isSecret(key) ? [index] : [])) };
}

function isSecret(key: JsonValue): boolean {
  return isObject(key) && (key['kty'] === 'oct' || key['d'] !== undefined);
}

/** Fields that a key must have, in the order of the complaints; those whose value is base64. */
const kinds: Readonly<Record<string, { readonly name: string; readonly open: readonly string[]; readonly secret: readonly string[] }>> = {
  RSA: { name: 'rsa', open: ['e', 'n'], secret: ['d', 'e', 'n'] },
  EC: { name: 'ecdsa', open: ['crv', 'x', 'y'], secret: ['crv', 'd', 'x', 'y'] },
  OKP: { name: 'okp', open: ['crv', 'x'], secret: ['crv', 'd', 'x'] },
  oct: { name: 'symmetric', open: ['k'], secret: ['k'] },
};

const plainFields: ReadonlySet<string> = new Set(['crv', 'alg', 'kid', 'use', 'x5t', 'x5t#S256', 'x5u']);

function keyError(key: JsonValue): string | undefined {
  const hint = 'failed to unmarshal JSON into key hint: ';
  if (!isObject(key)) {
    const type = 'struct { Kty string "json:\\"kty\\""; D json.RawMessage "json:\\"d\\"" }';
    return key === null ? 'invalid key type from JSON ()' : hint + cannotUnmarshal(goKind(key), type);
  }
  const kty = key['kty'] ?? '';
  if (typeof kty !== 'string') return `${hint}json: cannot unmarshal ${goKind(kty)} into Go struct field .kty of type string`;
  const kind = Object.hasOwn(kinds, kty) ? kinds[kty] : undefined;
  if (kind === undefined) return `invalid key type from JSON (${kty})`;
  const isPrivate = key['d'] !== undefined && kty !== 'oct';
  const type = kty === 'oct' ? 'symmetricKey' : `${kind.name}${isPrivate ? 'Private' : 'Public'}Key`;
  const why = fieldError(key, isPrivate ? kind.secret : kind.open);
  return why === undefined ? undefined : `failed to unmarshal JSON into key (*jwk.${type}): ${why}`;
}

function fieldError(key: JsonObject, required: readonly string[]): string | undefined {
  for (const [field, value] of Object.entries(key)) {
    const isBytes = required.includes(field) && !plainFields.has(field);
    if (!isBytes && !plainFields.has(field)) continue;
    const decode = `failed to decode value for key ${field}: `;
    if (typeof value !== 'string' && value !== null)
      return `${decode}error reading next value: ${cannotUnmarshal(goKind(value ?? null), 'string')}`;
    if (isBytes && !isBase64(value ?? '')) return `${decode}expected base64 encoded []byte (string)`;
  }
  const missing = required.find((field) => key[field] === undefined || (key[field] === null && plainFields.has(field)));
  return missing === undefined ? undefined : `required field ${missing} is missing`;
}

/** With or without padding, in either alphabet, not in both. */
function isBase64(text: string): boolean {
  const plain = text.replaceAll(/[\r\n]/g, '');
  const alphabet = /[+/]/.test(plain) ? '[A-Za-z0-9+/]' : String.raw`[-\w]`;
  const isPadded = plain.endsWith('=');
  const tail = isPadded ? `(?:${alphabet}{2}==|${alphabet}{3}=)` : `(?:${alphabet}{2,3})?`;
  return new RegExp(`^(?:${alphabet}{4})*${tail}$`).test(plain);
}
