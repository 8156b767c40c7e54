import { readFileSync } from 'node:fs';
import { inflate, parseEnvoyDocs } from '#envoy/docs.ts';
import { loadEnvoyTypes } from '#envoy/registry.ts';
import type { EnvoyTypes } from '#envoy/types.ts';

function read(name: string): Promise<Uint8Array<ArrayBuffer>> {
  return inflate(new Uint8Array(readFileSync(new URL(`../../public/envoy/${name}`, import.meta.url))));
}

let loaded: Promise<EnvoyTypes> | undefined;

/** The committed vocabulary, once per test file. */
export function envoyTypes(): Promise<EnvoyTypes> {
  loaded ??= read('descriptors.binpb.gz').then((bytes) => loadEnvoyTypes(bytes));
  return loaded;
}

export async function envoyTypesWithDocs(): Promise<EnvoyTypes> {
  return loadEnvoyTypes(await read('descriptors.binpb.gz'), parseEnvoyDocs(await read('docs.json.gz')));
}
