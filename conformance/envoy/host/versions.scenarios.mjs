/** The older ABI versions: what differs. */
import { http, scenario, vmConfiguration } from './dsl.mjs';

const post = {
  headers: [
    [':method', 'POST'],
    ['x-empty', ''],
  ],
  body: 'body',
  trailers: [['x-t', '1']],
};
const upstream = { headers: [['x-up', '1']], body: 'response' };
const readings = `
  get_header_map_value 0 x-none
  get_header_map_value 0 x-empty
  get_header_map_value 2 x-none
  get_header_map_value 3 x-none
  get_property nothing
`;
const whole = `
  [request_headers]
  ${readings}
  add_header_map_value 0 x-new 1
  [request_body]
  get_buffer_bytes 0 0 100
  [response_headers]
  ${readings}
  [log]
  ${readings}
`;

export const scenarios = ['0.1.0', '0.2.0'].flatMap((version) => {
  const guest = `rust/probe-${version}`;
  const name = version.replaceAll('.', '');
  return [
    scenario(`abi-${name}`, `ABI ${version}: callbacks and missing headers.`, {
      filters: [http(whole, { guest, vm: { configuration: vmConfiguration('vm') } })],
      request: post,
      upstream,
    }),
    scenario(`abi-${name}-pause`, `ABI ${version}: a pause in the headers callback.`, {
      filters: [
        http(
          `
          [request_headers]
          set_tick_period_milliseconds 60
          return 1
          [tick]
          set_effective_context $stream
          ${version === '0.1.0' ? 'continue_request' : 'continue_stream 0'}
          set_tick_period_milliseconds 0
          `,
          { guest },
        ),
      ],
      request: post,
      upstream,
    }),
    scenario(`abi-${name}-pause-response`, `ABI ${version}: a pause of the response.`, {
      filters: [
        http(
          `
          [response_headers]
          set_tick_period_milliseconds 60
          return 1
          [tick]
          set_effective_context $stream
          ${version === '0.1.0' ? 'continue_response' : 'continue_stream 1'}
          set_tick_period_milliseconds 0
          `,
          { guest },
        ),
      ],
      request: {},
      upstream,
    }),
    ...(version === '0.1.0'
      ? [
          scenario('abi-010-only', 'What only ABI 0.1.0 has.', {
            filters: [
              http(
                `
                [context_create]
                get_configuration
                [vm_start]
                get_configuration
                [configure]
                get_configuration
                get_configuration @0xffffffff
                [request_headers]
                get_configuration
                clear_route_cache
                [log]
                get_configuration
                `,
                { guest, vm: { configuration: vmConfiguration('vm configuration') } },
              ),
            ],
            request: {},
          }),
        ]
      : []),
  ];
});
