/** What our simulator takes for each chain of `chains.mjs`. */
import { readFileSync } from 'node:fs';
import { loadModule } from '#proxywasm/load-module.ts';
import { createSidecar } from '#simulator/simulator.ts';
import { listenerOf, modulesOf, request } from './chains.mjs';
import { leastCpu } from './measure.mjs';

/** As Envoy runs in this comparison: lines below warning are dropped before anybody formats them. */
const warning = 3;
const codes = new Map();

/** A running proxy with the chain; its modules are compiled once. */
export async function startChain(chain, settings) {
  for (const file of modulesOf(chain)) if (!codes.has(file)) codes.set(file, await loadModule(new Uint8Array(readFileSync(file))));
  const sidecar = createSidecar({ listener: listenerOf(chain), modules: (source) => codes.get(source.filename), ...settings });
  const { refused } = await sidecar.start();
  if (refused !== undefined) throw new Error(`${chain.name}: ${refused}`);
  return sidecar;
}

/** CPU microseconds per stream: without trace, with everything noted down, and with the trace read as well. */
export async function measureChain(chain) {
  const cost = async (settings, look) => {
    const sidecar = await startChain(chain, settings);
    const { response } = await sidecar.send(request);
    if (response?.status !== 200) throw new Error(`${chain.name} answers ${response?.status}`);
    const us = leastCpu(() => look(sidecar.exchange(request)));
    sidecar.close();
    return us;
  };
  return {
    us: await cost({ detail: 'none', logLevel: warning }, () => {}),
    noted: await cost({ detail: 'full' }, () => {}),
    read: await cost({ detail: 'full' }, (exchange) => exchange.trace().events.length),
  };
}
