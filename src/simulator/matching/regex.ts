import type { ByteString } from '#base/bytes.ts';
import { byteStringToBytes, strictUtf8, utf8ToByteString } from '#base/bytes.ts';
import { ConfigError } from '../config-error.ts';
import { translateRe2 } from './re2/translate.ts';

/** A compiled expression of RE2. Texts are bytes; RE2 reads them as UTF-8, and a byte that is none is matched by `\C` alone. */
export interface Re2 {
  /** Somewhere in the text (`RE2::PartialMatch`). */
  test(text: ByteString): boolean;
  /** The whole text (`RE2::FullMatch`). */
  testWhole(text: ByteString): boolean;
  /** Every match replaced; `\0` to `\9` stand for groups (`RE2::GlobalReplace`). */
  replaceAll(text: ByteString, rewrite: string): ByteString;
}

/** Compiles a regular expression as Envoy does (`RE2` with its defaults). ConfigError: it is none, in RE2's words. */
export function compileRe2(pattern: string): Re2 {
  const source = translateRe2(pattern);
  const groups = groupsOf(source);
  const part = compile(source, 'u');
  const whole = compile(`^(?:${source})$`, 'u');
  const sticky = compile(source, 'gu');
  return {
    test: (text) => part.test(decode(text)),
    testWhole: (text) => whole.test(decode(text)),
    replaceAll: (text, rewrite) => globalReplace(sticky, groups, text, rewrite),
  };
}

/** RE2 must match the whole text (`safe_regex` of matchers). */
export function compileFullMatch(pattern: string): (text: ByteString) => boolean {
  const regex = compileRe2(pattern);
  return (text) => regex.testWhole(text);
}

/** `RegexMatchAndSubstitute`: every match is replaced, `\1` stands for a group. */
export function compileSubstitution(pattern: string, substitution: string): (text: ByteString) => ByteString {
  const regex = compileRe2(pattern);
  return (text) => regex.replaceAll(text, substitution);
}

/** Only what RE2 itself would accept but JavaScript cannot hold (a pattern of megabytes) ends here. */
function compile(source: string, flags: string): RegExp {
  try {
    return new RegExp(source, flags);
  } catch {
    throw new ConfigError('pattern too large - compile failed');
  }
}

function groupsOf(source: string): number {
  return (new RegExp(`${source}|`, 'u').exec('')?.length ?? 1) - 1;
}

/**
 * re2 `GlobalReplace`: unlike in JavaScript, there is no empty match right behind another match; a rewrite that names a group the expression does not have changes nothing.
 */
function globalReplace(regex: RegExp, groups: number, text: ByteString, rewrite: string): ByteString {
  const highest = Math.max(
    -1,
    ...Array.from(rewrite.matchAll(/\\(\d|[^\d])/gs), ([, what]) => (/\d/.test(what ?? '') ? Number(what) : -1)),
  );
  if (highest > groups) return text;
  const subject = decode(text);
  let out = '';
  let copied = 0;
  let lastEnd = -1;
  regex.lastIndex = 0;
  for (let found = regex.exec(subject); found !== null; found = regex.exec(subject)) {
    const isEmpty = found[0] === '';
    const end = found.index + found[0].length;
    if (!isEmpty || found.index !== lastEnd) {
      out += subject.slice(copied, found.index) + expand(rewrite, found);
      copied = end;
      lastEnd = end;
    }
    if (isEmpty) regex.lastIndex = end + ((subject.codePointAt(end) ?? 0) > 0xff_ff ? 2 : 1);
    if (regex.lastIndex > subject.length) break;
  }
  return encode(out + subject.slice(copied));
}

/** re2 `RE2::Rewrite`: stops at an escape that is none. */
function expand(rewrite: string, found: RegExpExecArray): string {
  let out = '';
  for (let at = 0; at < rewrite.length; at++) {
    const c = rewrite.charAt(at);
    if (c !== '\\') {
      out += c;
      continue;
    }
    const next = rewrite.charAt(++at);
    if (next === '\\') out += '\\';
    else if (/\d/.test(next)) out += found[Number(next)] ?? '';
    else return out;
  }
  return out;
}

const ASCII = /^[\0-\x7f]*$/;

/** Bytes as text; one that is not UTF-8 becomes a surrogate of its own. */
function decode(text: ByteString): string {
  if (ASCII.test(text)) return text;
  const whole = strictUtf8(byteStringToBytes(text));
  if (whole !== undefined) return whole;
  return text.replaceAll(/[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}|[\x80-\xff]/g, (piece) => {
    const decoded = piece.length === 1 ? undefined : strictUtf8(byteStringToBytes(piece));
    return decoded ?? Array.from(piece, (byte) => String.fromCharCode(0xdc_00 + byte.charCodeAt(0))).join('');
  });
}

function encode(text: string): ByteString {
  if (ASCII.test(text)) return text;
  let out = '';
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    out += code >= 0xdc_80 && code <= 0xdc_ff ? String.fromCharCode(code - 0xdc_00) : utf8ToByteString(character);
  }
  return out;
}
