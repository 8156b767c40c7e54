#!/usr/bin/env node
/**
 * Makes `public/envoy/` from the sources named in `descriptors/modules.mjs`: `descriptors.binpb.gz`, every message Envoy and
 * istiod know with its validation rules, and `docs.json.gz`, their comments. Needs the Go tool to fetch the sources.
 *
 *     node scripts/generate-descriptors.mjs            # write
 *     node scripts/generate-descriptors.mjs --check    # exit 1 when the committed output is not current
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { collectDocs } from './descriptors/docs.mjs';
import { rawDescriptor } from './descriptors/go-source.mjs';
import { downloadModules, goSources, modules } from './descriptors/modules.mjs';
import { descriptorSet } from './descriptors/set.mjs';

const folder = new URL('../public/envoy/', import.meta.url);

const files = new Map();
for (const module of downloadModules()) {
  for (const path of goSources(module.dir)) {
    const source = readFileSync(path, 'utf8');
    const raw = rawDescriptor(source);
    if (raw === undefined) continue;
    const proto = fromBinary(FileDescriptorProtoSchema, raw);
    if (!files.has(proto.name)) files.set(proto.name, { proto, source, root: module.roots });
  }
}

const kept = descriptorSet(files);
const source = Object.fromEntries(modules.map((module) => [module.path, module.version]));
const outputs = [
  { name: 'descriptors.binpb.gz', bytes: kept.bytes },
  { name: 'docs.json.gz', bytes: Buffer.from(JSON.stringify({ source, ...collectDocs(kept.files) })) },
];

let stale = false;
mkdirSync(folder, { recursive: true });
for (const { name, bytes } of outputs) {
  const at = new URL(name, folder);
  const current = existsSync(at) && gunzipSync(readFileSync(at)).equals(bytes);
  stale ||= !current;
  if (!process.argv.includes('--check') && !current) writeFileSync(at, gzipSync(bytes, { level: 9 }));
  console.log(`${name}: ${bytes.length} bytes, ${current ? 'current' : process.argv.includes('--check') ? 'NOT CURRENT' : 'written'}`);
}
console.log(`${kept.files.length} files, ${kept.messages} messages`);
if (process.argv.includes('--check') && stale) process.exitCode = 1;
