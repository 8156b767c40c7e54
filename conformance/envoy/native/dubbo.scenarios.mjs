/** dubbo_proxy: routes by interface, method and parameters, heartbeats, one-way calls, failures. */
import { any, scenario } from './lab.mjs';

export const scenarios = [];
const entry = (interfaceName, routes, more = {}) => ({ name: interfaceName, interface: interfaceName, routes, ...more });
const route = (name, cluster = 'upstream', match = {}) => ({ match: { method: { name, ...match } }, route: { cluster } });
const dubbo = (route_config, config = {}) => [
  {
    name: 'envoy.filters.network.dubbo_proxy',
    typed_config: any('envoy.extensions.filters.network.dubbo_proxy.v3.DubboProxy', { stat_prefix: 'd', route_config, ...config }),
  },
];
const every = [entry('*', [route({ safe_regex: { regex: '.*' } })])];
const save = (name, description, input) =>
  scenarios.push(scenario(`dubbo-${name}`, description, { topic: 'l4', stats: ['dubbo.d.'], ...input }));

const be = (n, size) =>
  BigInt.asUintN(size * 8, BigInt(n))
    .toString(16)
    .padStart(size * 2, '0');
const str = (s) =>
  (s.length < 32 ? be(s.length, 1) : be(0x30 | (s.length >> 8), 1) + be(s.length & 255, 1)) + Buffer.from(s).toString('hex');
const int = (n) => (n >= -16 && n <= 47 ? be(n + 0x90, 1) : `49${be(n, 4)}`);
const map = (pairs) =>
  `48${Object.entries(pairs)
    .map(([k, v]) => str(k) + str(v))
    .join('')}5a`;
const frame = (flag, status, id, body) => `dabb${be(flag, 1)}${be(status, 1)}${be(id, 8)}${be(body.length / 2, 4)}${body}`;
const body = (path, method, { types = 'Ljava/lang/String;', args = [str('hi')], version = '0.0.0', attachments = {} } = {}) =>
  [str('2.0.2'), str(path), str(version), str(method), str(types), ...args, map(attachments)].join('');
const call = (id, path, method, more) => ({ client: { hex: frame(0xc2, 0, id, body(path, method, more)) } });
const oneway = (id, path, method) => ({ client: { hex: frame(0x82, 0, id, body(path, method)) } });
const answer = (id, hex = `91${str('hello')}`, status = 20, cluster) => ({
  upstream: { hex: frame(0x02, status, id, hex) },
  ...(cluster === undefined ? {} : { cluster }),
});

save('interfaces', 'Interfaces by name, beginning and end; the first configuration that fits wins.', {
  networkFilters: dubbo([
    entry('org.shop.*', [route({ exact: 'buy' }, 'left')]),
    entry('*.Echo', [route({ prefix: 's' }, 'right'), route({ safe_regex: { regex: 'get.+' } })]),
  ]),
  clusters: { left: {}, right: {} },
  conversation: [
    call(1, 'org.shop.Cart', 'buy'),
    answer(1, undefined, undefined, 'left'),
    call(2, 'org.demo.Echo', 'say'),
    answer(2, undefined, undefined, 'right'),
    call(3, 'org.demo.Echo', 'getAll'),
    answer(3, undefined, undefined, 'upstream'),
    call(4, 'org.shop.Cart', 'sell'),
    call(5, 'Echo', 'say'),
    call(6, '.Echo', 'say'),
  ],
});
save('version-group', 'A version and a group are asked for.', {
  networkFilters: dubbo([
    entry('a.B', [route({ exact: 'm' }, 'left')], { version: '1.0.0' }),
    entry('a.B', [route({ exact: 'm' }, 'right')], { group: 'g' }),
    entry('a.B', [route({ exact: 'm' })]),
  ]),
  clusters: { left: {}, right: {} },
  conversation: [
    call(1, 'a.B', 'm', { version: '1.0.0' }),
    call(2, 'a.B', 'm', { attachments: { group: 'g' } }),
    call(3, 'a.B', 'm', { version: '2.0.0' }),
  ],
});
save('parameters', 'Routes by the values of parameters and by attachments.', {
  networkFilters: dubbo([
    entry('a.B', [
      route({ exact: 'm' }, 'left', { params_match: { 0: { exact_match: 'red' } } }),
      route({ exact: 'm' }, 'right', { params_match: { 0: { range_match: { start: 10, end: 20 } } } }),
      {
        match: { method: { name: { exact: 'm' } }, headers: [{ name: 'who', string_match: { exact: 'me' } }] },
        route: { cluster: 'third' },
      },
      route({ exact: 'm' }),
    ]),
  ]),
  clusters: { left: {}, right: {}, third: {} },
  conversation: [
    call(1, 'a.B', 'm', { args: [str('red')] }),
    call(2, 'a.B', 'm', { types: 'I', args: [int(15)] }),
    call(3, 'a.B', 'm', { types: 'I', args: [int(20)] }),
    call(4, 'a.B', 'm', { args: [str('blue')], attachments: { who: 'me' } }),
    call(5, 'a.B', 'm', { types: '', args: [] }),
    call(7, 'a.B', 'm', { args: [str('15')] }),
    call(6, 'a.B', 'm', { types: 'I', args: [int(-300)] }),
  ],
});
save('answers', 'Kinds of answers: a value, nothing, exceptions, errors.', {
  networkFilters: dubbo(every),
  conversation: [
    call(1, 'a.B', 'm'),
    answer(1, '92'),
    call(2, 'a.B', 'm'),
    answer(2, `90${str('java.lang.Error')}`),
    call(3, 'a.B', 'm'),
    answer(3, `94${str('x')}${map({ a: 'b' })}`),
    call(4, 'a.B', 'm'),
    answer(4, str('no such service'), 60),
    call(5, 'a.B', 'm'),
    answer(5, `93${str('e')}${map({})}`),
  ],
});
save('heartbeat', 'Heartbeats are answered by Envoy.', {
  networkFilters: dubbo(every),
  conversation: [{ client: { hex: frame(0xe2, 0, 9, '4e') } }, call(1, 'a.B', 'm'), answer(1)],
});
save('oneway', 'One-way calls, then one with an answer.', {
  networkFilters: dubbo(every),
  conversation: [oneway(1, 'a.B', 'm'), call(2, 'a.B', 'm'), answer(2)],
});
save('pipeline', 'Several calls at once and in pieces.', {
  networkFilters: dubbo(every),
  conversation: [
    { client: { hex: call(1, 'a.B', 'm').client.hex + call(2, 'a.B', 'm').client.hex.slice(0, 30) } },
    { client: { hex: call(2, 'a.B', 'm').client.hex.slice(30) } },
    { ...answer(2), id: 2 },
    { upstream: { hex: answer(1).upstream.hex.slice(0, 20) }, id: 1 },
    { upstream: { hex: answer(1).upstream.hex.slice(20) }, id: 1 },
  ],
});
save('unknown-cluster', 'The cluster of a route does not exist.', {
  networkFilters: dubbo([entry('*', [route({ safe_regex: { regex: '.*' } }, 'nowhere')])]),
  conversation: [call(1, 'a.B', 'm'), call(2, 'a.B', 'm')],
});
save('no-hosts', 'The cluster has no hosts.', {
  networkFilters: dubbo(every),
  upstream: { noHosts: true },
  conversation: [call(1, 'a.B', 'm')],
});
save('refused', 'The server refuses the connection.', {
  networkFilters: dubbo(every),
  upstream: { unreachable: true },
  conversation: [call(1, 'a.B', 'm')],
  informative: ['received', 'sent'],
});
save('client-leaves', 'The client ends while a call waits.', {
  networkFilters: dubbo(every),
  conversation: [call(1, 'a.B', 'm'), { closeClient: true }],
});
for (const [name, hex] of [
  ['magic', `dabc${'00'.repeat(20)}`],
  ['size', `dabbc200${'00'.repeat(8)}00000000`],
  ['serialization', frame(0xc5, 0, 1, body('a.B', 'm'))],
  ['body', frame(0xc2, 0, 1, '4e4e4e4e')],
])
  save(`broken-${name}`, 'Bytes that are no call.', { networkFilters: dubbo(every), conversation: [{ client: { hex } }] });
save('broken-answer', 'The answer cannot be decoded.', {
  networkFilters: dubbo(every),
  conversation: [call(1, 'a.B', 'm'), { upstream: { hex: `dabc${'00'.repeat(20)}` } }],
});
