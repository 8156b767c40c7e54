import { describe, expect, test } from 'vitest';
import { ConfigReader } from '../../config-reader.ts';
import { Headers } from '../../http/headers.ts';
import type { SessionStates } from './session-state.ts';
import { compileSessionStates } from './session-state.ts';

const states = (kind: 'Cookie' | 'Header', config: object): SessionStates =>
  compileSessionStates(
    new ConfigReader({
      typed_config: {
        '@type': `type.googleapis.com/envoy.extensions.http.stateful_session.${kind.toLowerCase()}.v3.${kind}BasedSessionState`,
        ...config,
      },
    }),
  );
const SECOND = 1_000_000_000n;

/** What a client that keeps its cookie sends next. */
function nextRequest(response: Headers): Headers {
  const cookie = (response.get('set-cookie') ?? '').split(';')[0] ?? '';
  return Headers.request([
    [':path', '/'],
    ['cookie', cookie],
  ]);
}

describe('a client comes back to the host it was told', () => {
  test('by cookie, until its time is over', () => {
    const find = states('Cookie', { cookie: { name: 's', ttl: '10s' } });
    const response = Headers.response();
    find(Headers.request([[':path', '/']]), 100n * SECOND)?.remember('10.0.0.1:80', response);
    expect(find(nextRequest(response), 110n * SECOND)?.address).toBe('10.0.0.1:80');
    expect(find(nextRequest(response), 111n * SECOND)?.address).toBeUndefined();
  });

  test('by header', () => {
    const find = states('Header', { name: 'x-session' });
    const response = Headers.response();
    find(Headers.request(), 0n)?.remember('10.0.0.1:80', response);
    const request = Headers.request([['x-session', response.get('x-session') ?? '']]);
    expect(find(request, 0n)?.address).toBe('10.0.0.1:80');
  });
});

test.each([
  ['/a', true],
  ['/a/b', true],
  ['/a?b', true],
  ['/ab', false],
  ['/', false],
])('a session of path /a: a request for %s has one: %s', (path, has) => {
  const find = states('Cookie', { cookie: { name: 's', path: '/a' } });
  expect(find(Headers.request([[':path', path]]), 0n) !== undefined).toBe(has);
});
