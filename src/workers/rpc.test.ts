import { afterEach, expect, test } from 'vitest';
import { ok } from '#base/result.ts';
import { connect, serve } from './rpc.ts';

interface Arithmetic {
  double: { args: number; result: number };
  explode: { args: undefined; result: never };
  hang: { args: undefined; result: never };
}

const open: MessageChannel[] = [];

function pair() {
  const channel = new MessageChannel();
  open.push(channel);
  serve<Arithmetic>(channel.port2, {
    double: async (n) => ok(n * 2),
    explode: () => Promise.reject(new Error('bang')),
    hang: () => new Promise(() => undefined),
  });
  return connect<Arithmetic>(channel.port1);
}

afterEach(() => {
  for (const channel of open.splice(0)) {
    channel.port1.close();
    channel.port2.close();
  }
});

test('a call is answered', async () => {
  expect(await pair().call('double', 21)).toEqual({ ok: true, value: 42 });
});

test('an exception in a handler is a failure with its message', async () => {
  const answer = await pair().call('explode', undefined);
  expect(answer).toMatchObject({ ok: false, error: { code: 'internal' } });
});

test('dispose answers what is pending and what comes later', async () => {
  const client = pair();
  const pending = client.call('hang', undefined);
  client.dispose({ code: 'guest-timeout', message: 'stopped' });
  expect(await pending).toEqual({ ok: false, error: { code: 'guest-timeout', message: 'stopped' } });
  expect(await client.call('double', 1)).toMatchObject({ ok: false });
});
