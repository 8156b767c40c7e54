import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { loadEnvoyTypes } from '#envoy/registry.ts';
import type { EnvoyTypes } from '#envoy/types.ts';

/** The static files of the page. The command line runs bundled from `build/`, which stands beside `public/`. */
const assets = join(dirname(fileURLToPath(import.meta.url)), '..', 'public');

let loaded: EnvoyTypes | undefined;

/** Envoy's generated descriptors, read once. */
export function envoyTypes(): EnvoyTypes {
  loaded ??= loadEnvoyTypes(new Uint8Array(gunzipSync(readFileSync(join(assets, 'envoy', 'descriptors.binpb.gz')))));
  return loaded;
}
