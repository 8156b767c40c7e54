// The few host functions of the Proxy-Wasm ABI 0.2.1 this plugin needs, and AssemblyScript strings in and out of them.

// @ts-ignore: decorator
@external('env', 'proxy_log')
declare function proxy_log(level: u32, message: usize, size: usize): u32;
// @ts-ignore: decorator
@external('env', 'proxy_get_buffer_bytes')
declare function proxy_get_buffer_bytes(type: u32, start: u32, max: u32, data: usize, size: usize): u32;
// @ts-ignore: decorator
@external('env', 'proxy_add_header_map_value')
declare function proxy_add_header_map_value(map: u32, name: usize, nameSize: usize, value: usize, valueSize: usize): u32;
// @ts-ignore: decorator
@external('env', 'proxy_replace_header_map_value')
declare function proxy_replace_header_map_value(map: u32, name: usize, nameSize: usize, value: usize, valueSize: usize): u32;
// @ts-ignore: decorator
@external('env', 'proxy_remove_header_map_value')
declare function proxy_remove_header_map_value(map: u32, name: usize, nameSize: usize): u32;

export namespace LogLevel {
  export const debug: u32 = 1;
  export const info: u32 = 2;
  export const error: u32 = 4;
  export const critical: u32 = 5;
}

export namespace HeaderMap {
  export const request: u32 = 0;
  export const response: u32 = 2;
}

const pluginConfiguration: u32 = 7;

export function log(level: u32, message: string): void {
  const bytes = String.UTF8.encode(message);
  proxy_log(level, changetype<usize>(bytes), bytes.byteLength);
}

/** The plugin configuration as text; only `proxy_on_configure` may ask. */
export function readConfiguration(size: u32): string {
  if (size == 0) return '';
  const out = memory.data(8);
  if (proxy_get_buffer_bytes(pluginConfiguration, 0, size, out, out + sizeof<usize>()) != 0) return '';
  const data = load<usize>(out);
  const text = String.UTF8.decodeUnsafe(data, load<usize>(out + sizeof<usize>()));
  // The host asked `allocate` for this block and gave it to us.
  heap.free(data);
  return text;
}

/** What the host calls when it has bytes for the guest. */
export function allocate(size: usize): usize {
  return heap.alloc(size);
}

export function addHeader(map: u32, name: string, value: string): void {
  const n = String.UTF8.encode(name);
  const v = String.UTF8.encode(value);
  proxy_add_header_map_value(map, changetype<usize>(n), n.byteLength, changetype<usize>(v), v.byteLength);
}

export function setHeader(map: u32, name: string, value: string): void {
  const n = String.UTF8.encode(name);
  const v = String.UTF8.encode(value);
  proxy_replace_header_map_value(map, changetype<usize>(n), n.byteLength, changetype<usize>(v), v.byteLength);
}

export function removeHeader(map: u32, name: string): void {
  const n = String.UTF8.encode(name);
  proxy_remove_header_map_value(map, changetype<usize>(n), n.byteLength);
}
