import { bytesToUtf8, concatBytes, strictUtf8, utf8Bytes } from '#base/bytes.ts';
import type { Result } from '#base/result.ts';
import { fail, ok } from '#base/result.ts';

const escapes: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, '0': 0, '\\': 92 };

/** Bytes of a text in which `\n \r \t \0 \\ \xNN` mean what they mean in most languages; everything else is UTF-8. */
export function readEscaped(text: string): Result<Uint8Array> {
  const parts: Uint8Array[] = [];
  let rest = text;
  for (;;) {
    const at = rest.indexOf('\\');
    if (at < 0) return ok(concatBytes([...parts, utf8Bytes(rest)]));
    parts.push(utf8Bytes(rest.slice(0, at)));
    const hex = /^x([0-9a-f]{2})/i.exec(rest.slice(at + 1));
    const known = escapes[rest[at + 1] ?? ''];
    if (hex === null && known === undefined)
      return fail('bad-escape', `\\${rest[at + 1] ?? ''} means nothing here.`, 'Write \\n \\r \\t \\0 \\xNN, or \\\\ for a backslash.');
    parts.push(Uint8Array.of(hex === null ? (known ?? 0) : Number.parseInt(hex[1] ?? '', 16)));
    rest = rest.slice(at + (hex === null ? 2 : 4));
  }
}

/** Bytes of hexadecimal digits; blanks and line breaks may stand between. */
export function readHex(text: string): Result<Uint8Array> {
  const digits = text.replaceAll(/\s+/g, '');
  const wrong = /[^0-9a-f]/i.exec(digits)?.[0];
  if (wrong !== undefined) return fail('bad-hex', `${wrong} is not a hexadecimal digit.`);
  if (digits.length % 2 === 1) return fail('bad-hex', 'Half a byte is missing: two digits make one.');
  return ok(Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)));
}

/** The text `readEscaped` reads back as these bytes. */
export function escaped(bytes: Uint8Array): string {
  const text = strictUtf8(bytes);
  if (text !== undefined) return Array.from(text, shownCharacter).join('');
  return Array.from(bytes, (byte) => (byte < 128 ? shownCharacter(String.fromCharCode(byte)) : `\\x${hexOf(byte)}`)).join('');
}

const named: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\' };

function shownCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return named[character] ?? (code < 32 || code === 127 ? `\\x${hexOf(code)}` : character);
}

/** `41 42 0a`. */
export function hexText(bytes: Uint8Array): string {
  return Array.from(bytes, hexOf).join(' ');
}

function hexOf(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}

const ROW = 8;

/** One line of a hex dump. */
export interface HexRow {
  readonly offset: string;
  readonly hex: string;
  readonly text: string;
}

/** The first `most` bytes in rows of eight, as text too; what is not printable is a dot. */
export function hexRows(bytes: Uint8Array, most: number): readonly HexRow[] {
  const shown = bytes.subarray(0, most);
  return Array.from({ length: Math.ceil(shown.length / ROW) }, (_, row) => {
    const part = shown.subarray(row * ROW, (row + 1) * ROW);
    return {
      offset: (row * ROW).toString(16).padStart(4, '0'),
      hex: hexText(part),
      text: bytesToUtf8(part.map((byte) => (byte < 32 || byte > 126 ? 46 : byte))),
    };
  });
}
