/** The floor below every host: the same guest with host functions that answer with fixed bytes and do nothing else. */
import { readFileSync } from 'node:fs';
import { leastCpu } from './measure.mjs';

const badFileDescriptor = 8;

/** CPU microseconds of one stream through one filter of `sample`. */
export function guestAlone({ module: file, configuration }) {
  const module = new WebAssembly.Module(readFileSync(file));
  const encoder = new TextEncoder();
  const config = encoder.encode(JSON.stringify(configuration(0)));
  const value = encoder.encode('/banana/418');
  let guest;
  let bytes;
  let view;
  const fill = (data, pointerAt, sizeAt) => {
    const malloc = guest.malloc ?? guest.proxy_on_memory_allocate;
    const at = malloc(data.length) >>> 0;
    if (bytes === undefined || bytes.length === 0) {
      bytes = new Uint8Array(guest.memory.buffer);
      view = new DataView(bytes.buffer);
    }
    for (let i = 0; i < data.length; i++) bytes[at + i] = data[i];
    view.setUint32(pointerAt, at, true);
    view.setUint32(sizeAt, data.length, true);
    return 0;
  };
  const imports = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) (imports[from] ??= {})[name] = () => 0;
  imports.env.proxy_get_header_map_value = (map, name, size, pointerAt, sizeAt) => fill(value, pointerAt, sizeAt);
  imports.env.proxy_get_buffer_bytes = (type, start, length, pointerAt, sizeAt) => fill(config, pointerAt, sizeAt);
  // what the Go runtime cannot do without: an end of the folders it is given, time, seeds for the hashes of its maps
  const wasi = imports.wasi_snapshot_preview1 ?? {};
  wasi.fd_prestat_get = () => badFileDescriptor;
  wasi.clock_time_get = (clock, precision, timeAt) => {
    new DataView(guest.memory.buffer).setBigUint64(timeAt, 1_000_000_000n, true);
    return 0;
  };
  wasi.random_get = (at, size) => {
    new Uint8Array(guest.memory.buffer, at, size).forEach((_, i, target) => (target[i] = (i * 151 + 77) & 0xff));
    return 0;
  };
  const instance = new WebAssembly.Instance(module, imports);
  guest = instance.exports;
  guest._initialize?.();
  guest.proxy_on_context_create?.(1, 0);
  guest.proxy_on_vm_start?.(1, 0);
  if (guest.proxy_on_configure?.(1, config.length) === 0) throw new Error(`${file} refused its configuration`);
  let id = 2;
  return leastCpu(() => {
    const context = id++;
    guest.proxy_on_context_create?.(context, 1);
    guest.proxy_on_request_headers?.(context, 7, 1);
    guest.proxy_on_response_headers?.(context, 3, 0);
    guest.proxy_on_response_body?.(context, 2, 1);
    guest.proxy_on_log?.(context);
    guest.proxy_on_done?.(context);
    guest.proxy_on_delete?.(context);
  });
}
