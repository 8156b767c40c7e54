/** Loading, linking and starting modules. */
import { readdirSync } from 'node:fs';
import { http, scenario, vmConfiguration } from './dsl.mjs';

/** Every module of `guests/wat` and `guests/bad`: each says itself what it shows. */
const modules = ['wat', 'bad'].flatMap((folder) =>
  readdirSync(new URL(`../../guests/${folder}/`, import.meta.url))
    .filter((file) => file.endsWith('.wasm') && !/^(traps|loop)/.test(file))
    .sort()
    .map((file) => `${folder}/${file.replace('.wasm', '')}`),
);

const trapKinds = [
  'unreachable',
  'load out of bounds',
  'division by zero',
  'remainder by zero',
  'division overflow',
  'float out of range',
  'table index out of bounds',
  'call of another type',
  'call of an empty table entry',
  'endless recursion',
  'fill out of bounds',
];

export const scenarios = [
  ...modules.map((guest) =>
    scenario(`module-${guest.replace('/', '-')}`, `The module ${guest} is started, then asked once.`, {
      filters: [http('a configuration', { guest, name: guest.split('/')[1] })],
      request: {},
    }),
  ),
  ...trapKinds.map((kind, i) =>
    scenario(`trap-kind-${kind.replaceAll(' ', '-')}`, `A trap of the engine: ${kind}.`, {
      filters: [http('x'.repeat(i + 1), { guest: 'wat/traps', name: 'traps' })],
      request: {},
    }),
  ),
  scenario('start-order', 'What is readable in each callback of the start.', {
    filters: [
      http(
        `
        [context_create]
        get_buffer_bytes 6 0 100
        get_buffer_bytes 7 0 9
        get_buffer_status 7
        [vm_start]
        get_buffer_bytes 6 0 100
        get_buffer_bytes 7 0 9
        [configure]
        get_buffer_bytes 6 0 100
        get_buffer_bytes 6 2 3
        get_buffer_bytes 6 90 3
        get_buffer_bytes 7 0 9
        [request_headers]
        get_buffer_bytes 6 0 100
        get_buffer_bytes 7 0 9
        [done]
        get_buffer_bytes 6 0 100
        get_buffer_bytes 7 0 9
        `,
        { vm: { configuration: vmConfiguration('vm configuration') } },
      ),
    ],
    request: {},
  }),
  scenario('start-call-data', 'Buffer 8 is whatever the context looked at last.', {
    filters: [
      http(
        `
        [configure]
        get_buffer_bytes 8 0 10
        get_buffer_bytes 6 0 100
        get_buffer_bytes 8 0 100
        get_buffer_status 5
        get_buffer_bytes 8 0 100
        get_buffer_status 4
        get_buffer_status 9
        get_buffer_status 0xffffffff
        set_buffer_bytes 6 0 1 x
        set_buffer_bytes 7 0 1 x
        set_buffer_bytes 8 0 1 x
        [request_headers]
        get_buffer_bytes 8 0 1000
        get_buffer_status 8
        get_buffer_bytes 6 0 3
        get_buffer_status 8
        `,
        { vm: { configuration: vmConfiguration('vm configuration') } },
      ),
    ],
    request: {},
  }),
  scenario('start-vm-start-false', 'on_vm_start says false.', { filters: [http('[vm_start]\nreturn 0')], request: {} }),
  scenario('start-configure-false', 'on_configure says false.', { filters: [http('[configure]\nreturn 0')], request: {} }),
  scenario('start-configure-two', 'Any result but 0 is true.', { filters: [http('[configure]\nreturn 0xfffffffe')], request: {} }),
  scenario('start-context-create-trap', 'A trap in on_context_create: on_vm_start is called all the same, on_configure is not.', {
    filters: [http('[context_create]\ntrap\n[vm_start]\nlog 2 started\n[configure]\nlog 2 configured')],
    request: {},
  }),
  scenario('start-vm-start-trap', 'A trap in on_vm_start.', { filters: [http('[vm_start]\ntrap')], request: {} }),
  scenario('start-configure-trap', 'A trap in on_configure.', { filters: [http('[configure]\ntrap')], request: {} }),
  scenario('start-configure-trap-open', 'A trap in on_configure refuses the plugin whatever the policy.', {
    filters: [http('[configure]\ntrap', { failure_policy: 'FAIL_OPEN' })],
    request: {},
  }),
  scenario('start-two-policies', 'fail_open and failure_policy together are refused.', {
    filters: [http('', { failure_policy: 'FAIL_CLOSED', fail_open: true })],
    request: {},
  }),
  scenario('start-environment', 'Environment variables: given and taken from the process.', {
    filters: [
      http('[configure]\nenv', {
        vm: { environment_variables: { host_env_keys: ['LAB_HOST_ENV', 'LAB_NOT_SET'], key_values: { ONE: '1', EMPTY: '' } } },
      }),
    ],
    request: {},
  }),
  scenario('start-environment-twice', 'A variable in both lists is refused.', {
    filters: [http('', { vm: { environment_variables: { host_env_keys: ['LAB_HOST_ENV'], key_values: { LAB_HOST_ENV: 'x' } } } })],
    request: {},
  }),
  scenario('start-two-plugins-one-vm', 'Two plugins of one VM: context ids, one initialisation, each its own configuration.', {
    filters: [
      http('[configure]\nlog 2 first\n[request_headers]\nlog 2 first\\srequest', { name: 'one', root: 'r1', vmId: 'v' }),
      http('[configure]\nlog 2 second\n[request_headers]\nlog 2 second\\srequest', { name: 'two', root: 'r2', vmId: 'v' }),
    ],
    request: [{}, {}],
  }),
  scenario('start-same-plugin-twice', 'The same plugin twice in a chain: one root context, two stream contexts.', {
    filters: [http('[request_headers]\nlog 2 request', { vmId: 'v' }), http('[request_headers]\nlog 2 request', { vmId: 'v' })],
    request: {},
  }),
  scenario('start-same-configuration-other-name', 'Two names, otherwise equal: two root contexts.', {
    filters: [
      http('[request_headers]\nlog 2 request', { name: 'a', vmId: 'v' }),
      http('[request_headers]\nlog 2 request', { name: 'b', vmId: 'v' }),
    ],
    request: {},
  }),
  scenario('start-two-vms', 'Two vm_ids: two VMs.', {
    filters: [http('[request_headers]\nlog 2 request', { vmId: 'v' }), http('[request_headers]\nlog 2 request', { vmId: 'w' })],
    request: {},
  }),
  scenario('start-two-vm-configurations', 'One vm_id, two VM configurations: two VMs.', {
    filters: [
      http('[request_headers]\nget_buffer_bytes 6 0 9', { vmId: 'v', vm: { configuration: vmConfiguration('a') } }),
      http('[request_headers]\nget_buffer_bytes 6 0 9', { vmId: 'v', vm: { configuration: vmConfiguration('b') } }),
    ],
    request: {},
  }),
  scenario('start-second-plugin-refused', 'The second plugin of a VM refuses its configuration.', {
    filters: [http('[configure]\nlog 2 first', { name: 'one', vmId: 'v' }), http('[configure]\nreturn 0', { name: 'two', vmId: 'v' })],
    request: {},
  }),
  scenario('start-prefixes', 'Log prefixes with and without name, root id and VM id.', {
    filters: [
      http('[configure]\nlog 2 root\n[request_headers]\nlog 2 stream', { name: '', filter: 'a', root: '', vmId: '' }),
      http('[configure]\nlog 2 root\n[request_headers]\nlog 2 stream', { name: 'n', root: '', vmId: '' }),
      http('[configure]\nlog 2 root\n[request_headers]\nlog 2 stream', { name: '', filter: 'b', root: 'r', vmId: 'v' }),
      http('[configure]\nlog 2 root\n[request_headers]\nlog 2 stream', { name: 'n', root: 'r', vmId: 'v' }),
    ],
    request: {},
  }),
  scenario('start-restricted-callbacks', 'Capabilities: callbacks that are not granted are not called.', {
    filters: [
      http('[request_headers]\nlog 2 headers\n[request_body]\nlog 2 body\n[log]\nlog 2 log', {
        capability_restriction_config: {
          allowed_capabilities: {
            proxy_log: {},
            random_get: {},
            environ_sizes_get: {},
            environ_get: {},
            proxy_get_buffer_bytes: {},
            proxy_on_context_create: {},
            proxy_on_configure: {},
            proxy_on_request_headers: {},
          },
        },
      }),
    ],
    request: { body: 'x' },
  }),
  scenario('start-restricted-functions', 'Capabilities: host functions that are not granted fail and are logged.', {
    filters: [
      http('[request_headers]\nget_header_map_value 0 :path\nadd_header_map_value 0 a b\nset_tick_period_milliseconds 5\nprint text', {
        capability_restriction_config: {
          allowed_capabilities: {
            proxy_log: {},
            random_get: {},
            environ_sizes_get: {},
            environ_get: {},
            proxy_get_buffer_bytes: {},
            proxy_get_header_map_value: {},
            proxy_on_context_create: {},
            proxy_on_configure: {},
            proxy_on_request_headers: {},
          },
        },
      }),
    ],
    request: {},
  }),
];
