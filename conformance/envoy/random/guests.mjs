/** Chains of probe plugins by chance, with native filters between them, and messages of every shape through them. */
import { http as guest } from '../host/dsl.mjs';

const maps = { request_headers: 0, request_trailers: 1, response_headers: 2, response_trailers: 3 };
const names = ['x-a', 'x-b', 'content-length', 'content-type', ':path', 'x-up'];
const routesTo = [
  { name: 'other', match: { prefix: '/other' }, route: { cluster: 'other' } },
  { name: 'direct', match: { prefix: '/direct' }, direct_response: { status: 200, body: { inline_string: 'direct' } } },
  { name: 'main', match: { prefix: '/' }, route: { cluster: 'upstream' } },
];

/** A scenario: one to three plugins whose callbacks do a few things each, four requests. */
export function guestScenario(chance, name) {
  const filters = Array.from({ length: 1 + chance.below(3) }, (_, i) => guest(script(chance), { name: `p${i}`, vmId: `v${i}` }));
  if (chance.isTrue(0.3)) filters.splice(chance.below(filters.length + 1), 0, native(chance));
  return {
    version: 1,
    name,
    description: 'Plugins by chance.',
    filters,
    routes: [{ name: 'host', domains: ['*'], routes: routesTo }],
    clusters: { other: { status: 404, body: 'other' } },
    timeoutMs: 400,
    steps: Array.from({ length: 4 }, () => ({ request: request(chance), upstream: answer(chance) })),
  };
}

function native(chance) {
  const filter = (kind, message, config) => ({
    name: `envoy.filters.http.${kind}`,
    typed_config: { '@type': `type.googleapis.com/envoy.extensions.filters.http.${message}`, ...config },
  });
  return chance.oneOf({
    buffer: () => filter('buffer', 'buffer.v3.Buffer', { max_request_bytes: chance.pick([4, 1000]) }),
    deny: () =>
      filter('rbac', 'rbac.v3.RBAC', {
        rules: {
          action: 'DENY',
          policies: { p: { permissions: [{ header: { name: 'x-a', string_match: { exact: '1' } } }], principals: [{ any: true }] } },
        },
      }),
    mutation: () =>
      filter('header_mutation', 'header_mutation.v3.HeaderMutation', {
        mutations: { request_mutations: [{ append: { header: { key: 'x-a', value: 'm' } } }], response_mutations: [{ remove: 'x-up' }] },
      }),
  });
}

function script(chance) {
  const sections = [];
  const add = (title, lines) => sections.push(`[${title}]`, ...lines);
  for (const direction of ['request', 'response']) {
    if (chance.isTrue(0.6)) {
      add(`${direction}_headers`, [
        ...chance.some(3, () => headerCommand(chance, `${direction}_headers`)),
        ...result(chance, [0, 0, 0, 0, 1, 1, 2]),
      ]);
    }
    if (chance.isTrue(0.6)) {
      const body = [...chance.some(2, () => bodyCommand(chance, direction)), ...result(chance, [0, 0, 0, 1, 1, 2, 3])];
      add(`${direction}_body`, body);
      if (chance.isTrue(0.5))
        add(`${direction}_body end`, [...chance.some(2, () => bodyCommand(chance, direction)), ...result(chance, [0, 0, 0, 1])]);
    }
    if (chance.isTrue(0.3))
      add(`${direction}_trailers`, [
        ...chance.some(2, () => headerCommand(chance, `${direction}_trailers`)),
        ...result(chance, [0, 0, 0, 1]),
      ]);
  }
  if (chance.isTrue(0.2)) add('log', ['get_property response\\0code', 'get_property request\\0path']);
  return sections.length === 0 ? '[request_headers]\nlog 2 nothing' : sections.join('\n');
}

const result = (chance, list) => (chance.isTrue(0.5) ? [`return ${chance.pick(list)}`] : []);

function headerCommand(chance, phase) {
  const map = maps[phase];
  const name = chance.pick(names);
  const value =
    name === 'content-length' ? '3' : name === ':path' ? chance.pick(['/other', '/direct', '/x']) : chance.pick(['1', '2', '""']);
  const isResponse = phase.startsWith('response');
  return chance.oneOf({
    replace: () =>
      isResponse && name === ':path' ? `replace_header_map_value ${map} x-a ${value}` : `replace_header_map_value ${map} ${name} ${value}`,
    add: () => `add_header_map_value ${map} ${name.startsWith(':') || name === 'content-length' ? 'x-b' : name} ${value}`,
    remove: () => `remove_header_map_value ${map} ${name === ':path' ? 'x-a' : name}`,
    get: () => `get_header_map_pairs ${map}`,
    property: () =>
      `get_property ${chance.pick(['route_name', 'cluster_name', 'request\\0path', 'response\\0code', 'request\\0total_size'])}`,
    route: () => 'clear_route_cache',
    reply: () =>
      chance.isTrue(0.4)
        ? `send_local_response ${chance.pick([200, 403, 503])} details ${chance.pick(['body', '""'])} x-reply:1 -1`
        : 'log 2 here',
    trap: () => (chance.isTrue(0.15) ? 'trap' : 'log 2 there'),
  });
}

function bodyCommand(chance, direction) {
  const buffer = direction === 'request' ? 0 : 1;
  return chance.oneOf({
    read: () => `get_buffer_bytes ${buffer} 0 1000`,
    status: () => `get_buffer_status ${buffer}`,
    replace: () => `set_buffer_bytes ${buffer} 0 1000 ${chance.pick(['NEW', '""'])}`,
    prepend: () => `set_buffer_bytes ${buffer} 0 0 <`,
    append: () => `set_buffer_bytes ${buffer} 1000000 0 >`,
    headers: () => headerCommand(chance, `${direction}_headers`),
    trailers: () => `add_header_map_value ${direction === 'request' ? 1 : 3} x-t 1`,
  });
}

function message(chance) {
  const body = () => chance.pick(['abc', 'hello', '', '0123456789']);
  return {
    ...chance.oneOf({
      none: () => ({}),
      one: () => ({ body: body() || 'x' }),
      several: () => ({ bodyChunks: [body() || 'y', body(), body() || 'z'], chunkDelayMs: 10 }),
    }),
    ...chance.fields(0.25, { trailers: () => [['x-trailer', '1']] }),
  };
}

function request(chance) {
  const own = message(chance);
  const isEmpty = Object.keys(own).length === 0;
  return {
    headers: [
      [':method', isEmpty ? chance.pick(['GET', 'HEAD']) : 'POST'],
      [':path', chance.pick(['/x', '/x', '/other', '/direct'])],
      ...chance.some(2, () => [chance.pick(['x-a', 'x-b']), chance.pick(['1', '2'])]),
    ],
    ...own,
  };
}

function answer(chance) {
  return chance.isTrue(0.3) ? { echo: true } : { status: chance.pick([200, 200, 404, 503]), headers: [['x-up', '1']], ...message(chance) };
}
