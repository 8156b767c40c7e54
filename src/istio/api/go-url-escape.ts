import { byteStringToBytes, strictUtf8, type ByteString } from '#base/bytes.ts';
import { goQuote } from './go-json.ts';

/** Why a url cannot be read; caught where the url's parts meet (`go-url.ts`). */
export class UrlError extends Error {}

export type UrlPart = 'path' | 'host' | 'zone' | 'user' | 'fragment';

/** Characters besides letters, digits and `-_.~` that stand for themselves in each part (net/url shouldEscape). */
const plain: Readonly<Record<UrlPart, string>> = {
  path: '$&+,/:;=@',
  host: '!$&\'()*+,;=:[]<>"',
  zone: '!$&\'()*+,;=:[]<>"',
  user: '$&+,;=',
  fragment: '$&+,/:;=?@!()*',
};

function mustEscape(char: string, part: UrlPart): boolean {
  return !/[A-Za-z0-9\-_.~]/.test(char) && !plain[part].includes(char);
}

/** Percent-encodes a part as Go writes it. */
export function escapeUrl(text: ByteString, part: UrlPart): ByteString {
  return text.replace(/[^A-Za-z0-9\-_.~]/g, (char) => {
    return mustEscape(char, part) ? `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}` : char;
  });
}

/** Decodes a part, or throws a `UrlError` with Go's message (net/url unescape). */
export function unescapeUrl(text: ByteString, part: UrlPart): ByteString {
  const strictHost = part === 'host' || part === 'zone';
  let out = '';
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    if (char !== '%') {
      if (strictHost && char < '\x80' && mustEscape(char, part)) throw new UrlError(`invalid character ${goQuote(char)} in host name`);
      out += char;
      continue;
    }
    const escape = text.slice(i, i + 3);
    if (!/^%[0-9A-Fa-f]{2}$/.test(escape)) throw badEscape(escape);
    const byte = Number.parseInt(escape.slice(1), 16);
    const decoded = String.fromCharCode(byte);
    if (part === 'host' && byte < 0x80 && escape !== '%25') throw badEscape(escape);
    if (part === 'zone' && escape !== '%25' && decoded !== ' ' && mustEscape(decoded, 'host')) throw badEscape(escape);
    out += decoded;
    i += 2;
  }
  return out;
}

function badEscape(escape: ByteString): UrlError {
  const text = strictUtf8(byteStringToBytes(escape));
  // Three bytes may cut a character in two; Go quotes such bytes one by one.
  const quoted =
    text === undefined ? goQuote(escape).replace(/[\x80-\xff]/g, (char) => `\\x${char.charCodeAt(0).toString(16)}`) : goQuote(text);
  return new UrlError(`invalid URL escape ${quoted}`);
}

/** Is this text a valid encoding of a part, though perhaps not Go's own (net/url validEncoded)? */
export function validEncoded(text: ByteString, part: UrlPart): boolean {
  return Array.from(text).every((char) => "!$&'()*+,;=:@[]%".includes(char) || !mustEscape(char, part));
}
