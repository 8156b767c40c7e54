/**
 * Where Envoy's vocabulary comes from: the Go modules istiod itself is linked with, at the versions of Istio 1.31 and
 * Envoy 1.40. Their generated sources carry every message descriptor with its validation rules, and the comments.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** `roots`: every message of the module is kept; otherwise only what the roots refer to. */
export const modules = [
  { path: 'github.com/envoyproxy/go-control-plane/envoy', version: 'v1.40.0', roots: true },
  { path: 'github.com/envoyproxy/go-control-plane/contrib', version: 'v1.36.1-0.20260729145720-a2d8c7492908', roots: true },
  { path: 'github.com/cncf/xds/go', version: 'v0.0.0-20260202195803-dba9d589def2', roots: true },
  { path: 'github.com/envoyproxy/protoc-gen-validate', version: 'v1.3.3', roots: false },
  { path: 'cel.dev/expr', version: 'v0.25.2', roots: false },
  { path: 'github.com/prometheus/client_model', version: 'v0.6.3', roots: false },
  { path: 'go.opentelemetry.io/proto/otlp', version: 'v1.11.0', roots: false },
  { path: 'google.golang.org/genproto/googleapis/api', version: 'v0.0.0-20260720211330-0afa2a65878a', roots: false },
  { path: 'google.golang.org/genproto/googleapis/rpc', version: 'v0.0.0-20260720211330-0afa2a65878a', roots: false },
  { path: 'google.golang.org/protobuf', version: 'v1.36.12', roots: false },
];

/** The folders of the modules, fetched by the Go tool into its own cache when they are not there yet. */
export function downloadModules() {
  const folder = mkdtempSync(join(tmpdir(), 'filterloom-descriptors-'));
  try {
    writeFileSync(join(folder, 'go.mod'), 'module filterloom.example/descriptors\n\ngo 1.22\n');
    const wanted = modules.map((module) => `${module.path}@${module.version}`);
    const text = execFileSync('go', ['mod', 'download', '-json', ...wanted], { cwd: folder, encoding: 'utf8' });
    const found = JSON.parse(`[${text.trim().replaceAll(/\}\s*\{/g, '},{')}]`);
    return modules.map(({ path, version, roots }) => {
      const entry = found.find((item) => item.Path === path && item.Version === version);
      if (entry?.Dir === undefined) throw new Error(`go mod download did not give ${path}@${version}`);
      return { path, version, roots, dir: entry.Dir };
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The generated Go sources of a module that may hold a descriptor. */
export function goSources(dir) {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.pb.go') && !name.endsWith('_vtproto.pb.go') && !name.endsWith('_grpc.pb.go'))
    .sort()
    .map((name) => join(dir, name));
}
