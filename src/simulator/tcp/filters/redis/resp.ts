import type { ByteString } from '#base/bytes.ts';
import { RespInput } from './resp-input.ts';
import { readInline } from './inline-command.ts';

/** A RESP value as redis_proxy holds it. */
export type Resp =
  | { readonly type: 'array'; readonly items: readonly Resp[] }
  | { readonly type: 'bulk' | 'simple' | 'error'; readonly text: ByteString }
  | { readonly type: 'integer'; readonly value: bigint }
  | { readonly type: 'null' };

export const bulk = (text: ByteString): Resp => ({ type: 'bulk', text });
export const simple = (text: ByteString): Resp => ({ type: 'simple', text });
export const errorReply = (text: ByteString): Resp => ({ type: 'error', text });
export const array = (items: readonly Resp[]): Resp => ({ type: 'array', items });
export const command = (...words: readonly ByteString[]): Resp => array(words.map(bulk));

export function encodeResp(value: Resp): ByteString {
  switch (value.type) {
    case 'array':
      return `*${value.items.length}\r\n${value.items.map(encodeResp).join('')}`;
    case 'bulk':
      return `$${value.text.length}\r\n${value.text}\r\n`;
    case 'simple':
      return `+${value.text}\r\n`;
    case 'error':
      return `-${value.text}\r\n`;
    case 'integer':
      return `:${value.value}\r\n`;
    default:
      return '$-1\r\n';
  }
}

/**
 * Takes values out of a stream of bytes (envoy `source/extensions/filters/network/common/redis/codec_impl.cc`). Types of RESP3 are read and become
 * what a RESP2 peer is told: Envoy negotiates no other version unless its cluster asks for it.
 */
export class RespDecoder {
  #rest: ByteString = '';

  /** Hands every whole value to `take`, in order. Throws `RespError` at the first byte that cannot be. */
  feed(bytes: ByteString, take: (value: Resp) => void): void {
    this.#rest += bytes;
    while (this.#rest !== '') {
      const input = new RespInput(this.#rest);
      const value = startsInline(input.peek()) ? readInline(input) : readValue(input);
      if (value === undefined) return;
      this.#rest = input.rest();
      take(value);
    }
  }
}

function startsInline(first: string): boolean {
  return /[A-Za-z0-9\s"']/.test(first);
}

/** A value, or undefined while it is not whole. */
function readValue(input: RespInput): Resp | undefined {
  const type = input.next();
  switch (type) {
    case '*':
      return readItems(input, 1, true);
    case '~':
    case '>':
      return readItems(input, 1, false);
    case '%':
      return readItems(input, 2, false);
    case '|': {
      // Attributes are read and forgotten; the value they speak of follows.
      const attributes = readItems(input, 2, false);
      return attributes && readValue(input);
    }
    case '$':
      return readBulk(input, bulk);
    case '=':
      return readBulk(input, (text) => bulk(text.slice(4)));
    case '!':
      return readBulk(input, errorReply);
    case ':':
      return input.integer((value) => ({ type: 'integer', value }));
    case '+':
      return input.line(simple);
    case '-':
      return input.line(errorReply);
    case ',':
    case '(':
      return input.line(bulk);
    case '#':
      return input.line((text) => ({ type: 'integer', value: text === 't' ? 1n : 0n }));
    case '_':
      return input.line(() => ({ type: 'null' }));
    default:
      return type === undefined ? undefined : input.fail();
  }
}

function readItems(input: RespInput, perEntry: number, mayBeNull: boolean): Resp | undefined {
  const count = input.integer((value) => value);
  if (count === undefined) return undefined;
  if (count < 0n) return mayBeNull && count === -1n ? { type: 'null' } : input.fail();
  const items: Resp[] = [];
  for (let i = 0; i < Number(count) * perEntry; i++) {
    const item = readValue(input);
    if (item === undefined) return undefined;
    items.push(item);
  }
  return array(items);
}

function readBulk(input: RespInput, make: (text: ByteString) => Resp): Resp | undefined {
  const length = input.integer((value) => value);
  if (length === undefined) return undefined;
  if (length < 0n) return { type: 'null' };
  const text = input.take(Number(length));
  if (text === undefined || !input.expect('\r') || !input.expect('\n')) return undefined;
  return make(text);
}
