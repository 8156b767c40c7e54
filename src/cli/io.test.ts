import { Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { OutputClosed, standardIo } from './io.ts';

/** A stream whose writes all fail. */
function failing(code: string): NodeJS.WriteStream {
  const error = Object.assign(new Error(code), { code });
  return new Writable({ write: (_chunk, _encoding, done) => done(error) }) as unknown as NodeJS.WriteStream;
}

test.each([
  ['EPIPE', ''],
  ['ENOSPC', 'Standard output cannot be written: ENOSPC'],
])('after %s nothing more is worked out', async (code, message) => {
  const io = standardIo(failing(code), failing('EPIPE'));
  io.err('nobody hears this');
  io.out('first');
  await setImmediate();
  expect(() => io.out('second')).toThrow(OutputClosed);
  expect(() => io.out('third')).toThrow(message);
});
