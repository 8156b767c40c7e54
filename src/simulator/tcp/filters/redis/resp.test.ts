import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RespError } from './resp-input.ts';
import type { Resp } from './resp.ts';
import { encodeResp, RespDecoder } from './resp.ts';

const line = fc.string({ unit: fc.constantFrom('a', ' ', '$', '*', 'é') });
const { value: anyValue } = fc.letrec<{ value: Resp }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.record({ type: fc.constant('bulk' as const), text: fc.string({ unit: fc.constantFrom('a', '\r', '\n', '\u0000', ':') }) }),
    fc.record({ type: fc.constantFrom('simple' as const, 'error' as const), text: line }),
    fc.record({ type: fc.constant('integer' as const), value: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) }),
    fc.constant<Resp>({ type: 'null' }),
    fc.record({ type: fc.constant('array' as const), items: fc.array(tie('value'), { maxLength: 4 }) }),
  ),
}));

function decode(...pieces: readonly string[]): readonly Resp[] {
  const out: Resp[] = [];
  const decoder = new RespDecoder();
  for (const piece of pieces) decoder.feed(piece, (value) => out.push(value));
  return out;
}

describe('RESP', () => {
  test('what is written is read again, wherever the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(anyValue, { maxLength: 3 }), fc.nat(), (values, at) => {
        const bytes = values.map(encodeResp).join('');
        const cut = bytes.length === 0 ? 0 : at % bytes.length;
        expect(decode(bytes.slice(0, cut), bytes.slice(cut))).toEqual(values);
      }),
    );
  });

  test('commands typed by hand have words, in quotes or not', () => {
    const [value] = decode(String.raw`SET 'it\'s' "a\x41\n"` + '\r\n');
    expect(value).toEqual({ type: 'array', items: ['SET', "it's", 'aA\n'].map((text) => ({ type: 'bulk', text })) });
  });

  test.each(['@x', '*x', '$3\r\nabcd', 'ECHO "a"b', ':\r\n', '*-2\r\n'])('%s is refused at once', (text) => {
    expect(() => decode(text)).toThrow(RespError);
  });
});
