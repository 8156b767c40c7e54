/** Memory of many streams in flight in one VM. */
import { readFileSync } from 'node:fs';
import { loadModule } from '#proxywasm/load-module.ts';
import { FilterStates } from '#simulator/http/filter-state.ts';
import { Headers } from '#simulator/http/headers.ts';
import { HttpStream } from '#simulator/http/stream.ts';
import { compileListener } from '#simulator/listener/compile-listener.ts';
import { Proxy } from '#simulator/proxy.ts';
import { createWasmServices } from '#simulator/wasm/wasm-services.ts';
import { chains, listenerOf, modulesOf, request } from './chains.mjs';

const silent = { headers() {}, data() {}, trailers() {}, reset() {}, finished() {} };

/**
 * Bytes of the heap and of buffers that `count` streams hold while they wait in one VM for an upstream that never answers. The modules' own
 * memory is not in it: `heapUsed` knows nothing of it, and a guest that needs more of it says so in its own figure.
 */
export async function measureInFlight(chainName, count) {
  const chain = chains.find(({ name }) => name === chainName);
  const codes = new Map();
  for (const file of modulesOf(chain)) codes.set(file, await loadModule(new Uint8Array(readFileSync(file))));
  const listener = listenerOf(chain);
  const manager = listener.filter_chains[0].filters[0].typed_config;
  manager.route_config.virtual_hosts[0].routes = [{ match: { prefix: '/' }, route: { cluster: 'silent', timeout: '0s' } }];
  const proxy = new Proxy();
  proxy.clusters.set('silent', { hang: true });
  const wasm = createWasmServices(
    proxy,
    {},
    { code: ({ filename }) => codes.get(filename), mainThread: false, istioAgent: false, logLevel: 3 },
  );
  const compiled = await compileListener(listener, { proxy, wasm, extensions: new Map(), routes: new Map(), onlyChain: 0 });
  const begin = (id) => {
    const connection = {
      id,
      remoteAddress: '10.0.0.9:41000',
      directRemoteAddress: '10.0.0.9:41000',
      localAddress: '10.0.0.1:80',
      requestedServerName: '',
      applicationProtocols: [],
      transportProtocol: 'raw_buffer',
      filterChainName: '',
      filterState: new FilterStates(),
    };
    const stream = new HttpStream(compiled.chains[0].manager, connection, silent, 'HTTP/1.1');
    stream.receiveHeaders(Headers.request(request.headers.map((pair) => [...pair])), true);
    proxy.loop.drain();
    return stream;
  };
  const used = () => {
    globalThis.gc();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  for (let i = 0; i < 200; i++) begin(i).receiveReset();
  const before = used();
  const streams = Array.from({ length: count }, (_, i) => begin(i));
  const bytes = used() - before;
  if (streams.some(({ over }) => over)) throw new Error('a stream has ended before it was counted');
  for (const stream of streams) stream.receiveReset();
  compiled.close();
  return { chain: chainName, count, bytes };
}
