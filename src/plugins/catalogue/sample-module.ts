import type { ModuleAsset } from './entry.ts';
import modules from './modules.json';

/** The repository our own samples would be published under; an example domain, nothing is fetched from it. */
export const sampleRegistry = 'oci://registry.example/filterloom';

/** The built module of a sample; `scripts/build-plugins.mjs` writes size and digest. */
export function sampleModule(name: keyof typeof modules): ModuleAsset {
  const { sha256, bytes } = modules[name];
  return { path: `plugins/${name}/${name}.wasm`, sha256, bytes };
}
