import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConfigError } from '../config-error.ts';
import type { ConnectionInfo } from '../http/connection-info.ts';
import { FilterStates } from '../http/filter-state.ts';
import { Headers } from '../http/headers.ts';
import { StreamInfo } from '../http/stream-info.ts';
import { commands } from './commands.ts';
import type { FormatContext } from './formatter.ts';
import { compileFormat, compileJsonFormat } from './formatter.ts';

const connection: ConnectionInfo = {
  id: 7,
  remoteAddress: '10.1.2.3:4000',
  directRemoteAddress: '10.1.2.3:4000',
  localAddress: '[::1]:80',
  requestedServerName: '',
  applicationProtocols: [],
  transportProtocol: 'raw_buffer',
  filterChainName: '',
  filterState: new FilterStates(),
};

function context(path: string, headers: readonly (readonly [string, string])[] = []): FormatContext {
  return {
    info: new StreamInfo(connection, 0n),
    requestHeaders: Headers.request([
      [':path', path],
      [':authority', 'a.example:81'],
      ...headers.map(([name, value]): [string, string] => [name, value]),
    ]),
    nowNs: 5_000_000n,
    environment: { hostname: 'here', variables: new Map([['HOME', '/root']]), uniqueId: () => 'id' },
    metadata: (kind) => (kind === 'ROUTE' ? { a: { b: [1, 'é'] } } : undefined),
  };
}

test.each([
  ['100%%', '/x', '100%'],
  ['%REQ(X-A?:path)%', '/x', '/x'],
  ['%REQ(:path):2%|%REQ(none)%', '/abc', '/a|-'],
  ['%PATH(NQ)% %QUERY_PARAM(q)% %QUERY_PARAMS%', '/x?q=%41&r', '/x A q=%41&r'],
  ['%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT% %DOWNSTREAM_LOCAL_PORT%', '/', '10.1.2.3 80'],
  ['%REQUESTED_SERVER_NAME(SNI_FIRST)%', '/', 'a.example'],
  ['%METADATA(ROUTE:a:b)%', '/', '[1,"\xc3\xa9"]'],
  ['%ENVIRONMENT(HOME)% %ENVIRONMENT(NONE)% %DURATION%', '/', '/root - 5'],
  ['%RESPONSE_CODE% %UPSTREAM_HOST% %RESPONSE_FLAGS%', '/', '0 - -'],
])('%s of %s', (format, path, text) => {
  expect(compileFormat(format)(context(path))).toBe(text);
});

test('a single command of a JSON format keeps its type', () => {
  const format = compileJsonFormat({
    z: '%RESPONSE_CODE%',
    a: 'code %RESPONSE_CODE%',
    none: '%REQ(none)%',
    list: [true, '%CONNECTION_ID%'],
  });
  expect(format(context('/'))).toEqual({ a: 'code 0', list: [true, 7], none: null, z: 0 });
});

describe('what Envoy refuses', () => {
  test.each([
    ['50%', "Incorrect configuration: 50%. Couldn't find valid command at position 2"],
    ['%NOBODY%', 'Not supported field in StreamInfo: NOBODY'],
    ['%REQ%', 'REQ requires parameters'],
    ['%PROTOCOL(x)%', 'PROTOCOL does not take any parameters or length'],
    ['%START_TIME:5%', 'START_TIME does not allow length to be specified.'],
  ])('%s', (format, message) => {
    expect(() => compileFormat(format)).toThrow(new ConfigError(message));
  });
});

test('every command gives a text for every stream', () => {
  const name = fc.constantFrom(...[...commands].filter(([, command]) => command.parameters !== 'required').map(([key]) => key));
  fc.assert(
    fc.property(
      name.filter((key) => key !== 'METADATA' && !key.endsWith('FILTER_STATE')),
      fc.webPath(),
      (command, path) => {
        expect(typeof compileFormat(`%${command}%`)(context(`/${path}`))).toBe('string');
      },
    ),
  );
});
