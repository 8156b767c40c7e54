import type { ByteString } from '#base/bytes.ts';
import type { Resp } from './resp.ts';
import type { RespInput } from './resp-input.ts';

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', a: '\u0007' };

/** A command typed by hand: words, bare or in quotes, up to CR LF (envoy `codec_impl.cc`, the states `Inline…`). Undefined while it is not whole. */
export function readInline(input: RespInput): Resp | undefined {
  const words: Resp[] = [];
  for (;;) {
    const c = input.next();
    if (c === undefined) return undefined;
    if (c === '\r') return input.expect('\n') ? { type: 'array', items: words } : undefined;
    if (isSpace(c)) continue;
    const word = c === '"' ? quoted(input) : c === "'" ? singleQuoted(input) : bare(input, c);
    if (word === undefined) return undefined;
    words.push({ type: 'bulk', text: word });
  }
}

function isSpace(c: string): boolean {
  return /\s/.test(c);
}

function bare(input: RespInput, first: string): ByteString | undefined {
  let text = first;
  for (;;) {
    const c = input.peek();
    if (c === '') return undefined;
    if (isSpace(c)) return text;
    if (c === '"') input.fail();
    text += c;
    input.next();
  }
}

/** What follows a closing quote: a space or the end of the line. */
function closed(input: RespInput, text: ByteString): ByteString | undefined {
  const c = input.peek();
  if (c === '') return undefined;
  return isSpace(c) ? text : input.fail();
}

function quoted(input: RespInput): ByteString | undefined {
  let text = '';
  for (;;) {
    const c = input.next();
    if (c === undefined) return undefined;
    if (c === '\r') input.fail();
    if (c === '"') return closed(input, text);
    if (c !== '\\') {
      text += c;
      continue;
    }
    const escape = input.next();
    if (escape === undefined) return undefined;
    if (escape === '\r') input.fail();
    if (escape !== 'x') {
      text += escapes[escape] ?? escape;
      continue;
    }
    const hex = hexDigits(input);
    if (hex === undefined) return undefined;
    text += hex.length === 2 ? String.fromCharCode(Number.parseInt(hex, 16)) : `x${hex}`;
  }
}

function hexDigits(input: RespInput): string | undefined {
  let hex = '';
  while (hex.length < 2) {
    const c = input.peek();
    if (c === '') return undefined;
    if (!/[0-9a-f]/i.test(c)) return hex;
    hex += c;
    input.next();
  }
  return hex;
}

function singleQuoted(input: RespInput): ByteString | undefined {
  let text = '';
  for (;;) {
    const c = input.next();
    if (c === undefined) return undefined;
    if (c === '\r') input.fail();
    if (c === "'") return closed(input, text);
    if (c === '\\' && input.peek() === "'") {
      input.next();
      text += "'";
    } else if (c === '\\' && input.peek() === '') return undefined;
    else text += c;
  }
}
