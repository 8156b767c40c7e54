import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { loadEnvoyTypes } from '#envoy/registry.ts';
import type { EnvoyTypes } from '#envoy/types.ts';

let loaded: EnvoyTypes | undefined;

/** Envoy's descriptors, as the page serves them: beside the build, in `public/`. */
export function envoyTypes(): EnvoyTypes {
  loaded ??= loadEnvoyTypes(new Uint8Array(gunzipSync(readFileSync(new URL('../public/envoy/descriptors.binpb.gz', import.meta.url)))));
  return loaded;
}
