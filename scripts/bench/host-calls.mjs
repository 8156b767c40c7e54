/** What one host call costs the host: the functions that guests import, called without a guest around them. */
import { readFileSync } from 'node:fs';
import { allHostFunctions } from '#proxywasm/imports/table.ts';
import { loadModule } from '#proxywasm/load-module.ts';
import { WasmRuntime } from '#proxywasm/wasm-runtime.ts';
import { Headers } from '#simulator/http/headers.ts';
import { request } from './chains.mjs';
import { leastCpu } from './measure.mjs';

const none = new Uint8Array(0);
const metric = { increment() {}, record() {}, value: () => 1n };
const host = {
  nowNs: () => 1n,
  monotonicNs: () => 1n,
  randomBytes() {},
  log() {},
  logLevel: () => 0,
  metric: () => metric,
  setTimer: () => ({ cancel() {} }),
  post() {},
};
const settings = {
  name: 'bench',
  rootId: '',
  vmId: '',
  vmConfiguration: new Uint8Array(4096),
  environment: [],
  allowedCapabilities: [],
  pluginConfiguration: none,
};

/** Rows of name and nanoseconds. The allocator of the guest is a constant, so a value's block costs nothing here. */
export async function measureHostCalls() {
  const code = await loadModule(new Uint8Array(readFileSync('conformance/guests/wat/noop.wasm')));
  const made = new WasmRuntime(host).createPlugin(settings, code, {});
  if (!made.ok) throw new Error(made.error.message);
  const context = made.value.createHttpContext({ kind: 'http', clearRouteCache() {} });
  const { vm } = context;
  const headers = Headers.request(request.headers);
  context.log({ requestHeaders: headers });
  vm.current = context;
  // a module without callbacks has no moment in which it holds the map
  Object.defineProperties(context, { readableMap: { value: () => headers }, map: { value: () => headers } });
  const functions = new Map(allHostFunctions('0.2.1').map(([, name, fn]) => [name, fn.make(vm)]));
  const text = (at, value) => {
    vm.memory.setText(at, value);
    return [at, value.length];
  };
  const path = text(2048, ':path');
  const added = text(2100, 'x-added');
  const value = text(2200, '/status/418');
  const line = text(2300, 'a line of the log that nobody may ever read');
  const out = [3000, 3004];
  const rows = [
    { name: 'proxy_get_header_map_value', args: [0, ...path, ...out] },
    { name: 'proxy_replace_header_map_value', args: [0, ...path, ...value] },
    { name: 'proxy_add_header_map_value and _remove_', args: [0, ...added, ...value], undo: 'proxy_remove_header_map_value' },
    { name: 'proxy_get_header_map_pairs', args: [0, ...out] },
    { name: 'proxy_get_buffer_bytes, 4 KiB', args: [6, 0, 4096, ...out] },
    { name: 'proxy_log', args: [2, ...line] },
    { name: 'proxy_set_effective_context', args: [context.id] },
  ];
  return rows.map(({ name, args, undo }) => {
    const call = functions.get(name.split(/[ ,]/)[0]);
    const back = undo === undefined ? undefined : functions.get(undo);
    const status = call(...args);
    if (status !== 0) throw new Error(`${name} answers ${status}`);
    const us = leastCpu(
      () => {
        for (let i = 0; i < 1000; i++) {
          call(...args);
          back?.(0, ...added);
        }
      },
      { warmUpMs: 100, batches: 10, batchMs: 20 },
    );
    return { name, ns: us };
  });
}
