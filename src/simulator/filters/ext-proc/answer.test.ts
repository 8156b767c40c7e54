import { utf8Bytes } from '#base/bytes.ts';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ProtoWriter } from '../../wasm/proto-writer.ts';
import { readAnswer } from './answer.ts';
import { readJsonAnswer } from './json-answer.ts';
import { encodeRequest } from './request.ts';

/** A `requestHeaders` answer that sets one header and removes another. */
function headersAnswer(value: string): Uint8Array {
  const option = new ProtoWriter().message(1, new ProtoWriter().string(1, 'x-a').string(3, value));
  const mutation = new ProtoWriter().message(1, option).string(2, 'x-b');
  return new ProtoWriter().message(1, new ProtoWriter().message(1, new ProtoWriter().message(2, mutation))).finish();
}

describe('answers', () => {
  test('by gRPC and in JSON say the same', () => {
    const json = {
      request_headers: {
        response: { header_mutation: { set_headers: [{ header: { key: 'x-a', raw_value: btoa('1') } }], remove_headers: ['x-b'] } },
      },
    };
    const answer = readAnswer(headersAnswer('1'));
    expect(answer).toMatchObject({ kind: 'headers', ofRequest: true, common: { headers: { remove: ['x-b'] } } });
    expect(readJsonAnswer(utf8Bytes(JSON.stringify(json)))).toEqual(answer);
  });

  test('an empty message is no answer to anything', () => {
    expect(readAnswer(new Uint8Array(0))?.kind).toBe('unknown');
    expect(readJsonAnswer(utf8Bytes('{}'))?.kind).toBe('unknown');
  });

  test('what is no message is told apart', () => {
    expect(readAnswer(new Uint8Array([255]))).toBeUndefined();
    expect(readJsonAnswer(utf8Bytes('[]'))).toBeUndefined();
    expect(readJsonAnswer(new Uint8Array([0xff]))).toBeUndefined();
  });

  test('any bytes are read without an exception', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        readAnswer(bytes);
        readJsonAnswer(bytes);
      }),
    );
  });
});

test('a request leaves out what has its default', () => {
  const part = { kind: 'body', bytes: new Uint8Array(0), endStream: false } as const;
  const bytes = encodeRequest({ part, ofRequest: true, metadata: {}, attributes: undefined, observing: false, protocol: undefined });
  expect([...bytes]).toEqual([0x22, 0, 0x42, 0]);
});
