import { bench, describe } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { guestModule } from '#testing/guests.ts';
import { buildListener } from './scenario/build-listener.ts';
import type { Sidecar } from './simulator.ts';
import { createSidecar } from './simulator.ts';

const code = await guestModule('plugins/path_rewrite');

/** A sample of its own VM for each place of the chain. */
function filter(i: number): JsonObject {
  const configuration = {
    '@type': 'type.googleapis.com/google.protobuf.StringValue',
    value: '{"regex":"banana/([0-9]*)","replace":"status/$1"}',
  };
  const vmConfig = { vm_id: `vm-${i}`, runtime: 'envoy.wasm.runtime.v8', code: { local: { filename: 'path_rewrite.wasm' } } };
  return {
    name: `wasm-${i}`,
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm',
      config: { name: `p${i}`, root_id: 'path_rewrite', configuration, vm_config: vmConfig },
    },
  };
}

async function start(length: number, detail: 'full' | 'none'): Promise<Sidecar> {
  const filters = Array.from({ length }, (_, i) => filter(i));
  const sidecar = createSidecar({
    listener: buildListener({ version: 1, name: '', filters }),
    clusters: { upstream: { status: 200 } },
    modules: () => code,
    detail,
  });
  const { refused } = await sidecar.start();
  if (refused !== undefined) throw new Error(refused);
  return sidecar;
}

const request = { headers: [[':path', '/banana/404'] as const] };

describe('one stream through a chain of Rust plugins', async () => {
  for (const length of [0, 1, 3, 10, 50]) {
    const sidecar = await start(length, 'none');
    bench(`${length} plugins`, async () => {
      await sidecar.send(request);
    });
  }
  const traced = await start(3, 'full');
  bench('3 plugins, with the whole trace', async () => {
    await traced.send(request);
  });
});
