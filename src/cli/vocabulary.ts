import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { loadEnvoyTypes } from '#envoy/registry.ts';
import type { EnvoyTypes } from '#envoy/types.ts';
import { projectFile } from './assets.ts';

let loaded: EnvoyTypes | undefined;

/** Envoy's generated descriptors, read once. */
export function envoyTypes(): EnvoyTypes {
  loaded ??= loadEnvoyTypes(new Uint8Array(gunzipSync(readFileSync(projectFile('public', 'envoy', 'descriptors.binpb.gz')))));
  return loaded;
}
