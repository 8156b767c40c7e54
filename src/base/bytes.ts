/**
 * Header names, header values and log texts are bytes in Envoy. We hold them as *byte strings*: JS strings in which every
 * character is one byte (Latin-1). They compare, concatenate and intern like strings, never lose a byte, and cost one
 * `charCodeAt` a byte to write. `utf8ToByteString` and `byteStringToUtf8` are for the edges where people type and read.
 */
export type ByteString = string;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function utf8ToByteString(text: string): ByteString {
  // eslint-disable-next-line no-control-regex -- the test is exactly "is this ASCII"
  return /^[\x00-\x7f]*$/.test(text) ? text : bytesToByteString(encoder.encode(text));
}

/** For showing: bytes that are not UTF-8 become U+FFFD. */
export function byteStringToUtf8(text: ByteString): string {
  // eslint-disable-next-line no-control-regex -- the test is exactly "is this ASCII"
  return /^[\x00-\x7f]*$/.test(text) ? text : decoder.decode(byteStringToBytes(text));
}

export function byteStringToBytes(text: ByteString): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) out[i] = text.charCodeAt(i);
  return out;
}

export function bytesToByteString(bytes: Uint8Array): ByteString {
  let out = '';
  for (let i = 0; i < bytes.length; i += 8192) out += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return out;
}

export function utf8Bytes(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

export function bytesToUtf8(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** The text, or `undefined` when the bytes are not valid UTF-8. */
export function strictUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined; // the caller asked whether it is UTF-8; "no" is an answer
  }
}

export function concatBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

export function bytesToBase64(bytes: Uint8Array): string {
  return btoa(bytesToByteString(bytes));
}

/** Standard or URL-safe alphabet, padding optional; `undefined` when it is not base64. */
export function base64ToBytes(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return byteStringToBytes(atob(text.replaceAll('-', '+').replaceAll('_', '/')));
  } catch {
    return undefined; // the caller asked whether it is base64; "no" is an answer
  }
}
