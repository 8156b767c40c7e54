import { utf8Bytes } from '#base/bytes.ts';
import { describe, expect, test } from 'vitest';
import { EventLoop } from '../../event-loop.ts';
import { BodyBuffer } from '../../http/body-buffer.ts';
import { TokenBucket } from '../../token-bucket.ts';
import { StreamRateLimiter } from './rate-limiter.ts';

/** What comes out of a limiter of 100 bytes a second, and when. */
function limited(): { readonly loop: EventLoop; readonly out: string[]; readonly limiter: StreamRateLimiter } {
  const loop = new EventLoop();
  const startNs = loop.nowNs;
  const out: string[] = [];
  const note = (text: string): number => out.push(`${Number(loop.nowNs - startNs) / 1e6} ms: ${text}`);
  const bucket = new TokenBucket(() => loop.nowNs, 100, 100, 1000);
  bucket.reset(10);
  const limiter = new StreamRateLimiter(
    {
      setTimer: (ms, run) => loop.setTimer(ms, run),
      write: (data, endStream) => note(`${data.length} bytes${endStream ? ', end' : ''}`),
      continue: () => note('trailers'),
      note: () => undefined,
    },
    bucket,
    100,
  );
  return { loop, out, limiter };
}

describe('body at the pace of a bucket', () => {
  test('what the bucket has at once, the rest as it fills', async () => {
    const { loop, out, limiter } = limited();
    limiter.writeData(new BodyBuffer(utf8Bytes('a'.repeat(25))), true);
    await loop.runAsync(() => false);
    expect(out).toEqual(['0 ms: 10 bytes', '100 ms: 10 bytes', '200 ms: 5 bytes, end']);
  });

  test('trailers wait for the body', async () => {
    const { loop, out, limiter } = limited();
    limiter.writeData(new BodyBuffer(utf8Bytes('a'.repeat(15))), false);
    expect(limiter.onTrailers()).toBe(true);
    await loop.runAsync(() => false);
    expect(out).toEqual(['0 ms: 10 bytes', '100 ms: 5 bytes', '100 ms: trailers']);
  });

  test('nothing comes out of one that is destroyed', async () => {
    const { loop, out, limiter } = limited();
    limiter.writeData(new BodyBuffer(utf8Bytes('abc')), true);
    limiter.destroy();
    await loop.runAsync(() => false);
    expect(out).toEqual([]);
  });
});
