/**
 * Bytes as text: UTF-8, or UTF-16 with the byte order mark that PowerShell writes before what it redirects. `undefined` for bytes that are
 * neither, among them everything with a NUL character. Half a character at the end, where a file was cut, is left out.
 */
export function decodeText(bytes: Uint8Array): string | undefined {
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8';
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: true });
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined; // the bytes are no text in that encoding
  }
}
