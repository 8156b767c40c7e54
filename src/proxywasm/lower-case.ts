import type { ByteString } from '#base/bytes.ts';

/**
 * ASCII letters to lower case, other bytes untouched: how Envoy stores header names (`Http::LowerCaseString`). JavaScript's own
 * `toLowerCase` would change Latin-1 letters too.
 */
export function lowerCase(name: ByteString): ByteString {
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i);
    if (code >= 65 && code <= 90) return name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
  }
  return name;
}
