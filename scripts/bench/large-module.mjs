/** A Proxy-Wasm module of more than 24 MB, as programs that link half the world are: made by the Go toolchain, not kept. */
import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lib.mjs';

const wantedBytes = 24e6;

/** Packages of the standard library with much code; each is used as far as it takes for the linker to keep it. */
const packages = [
  'crypto/tls',
  'encoding/json',
  'encoding/xml',
  'go/parser',
  'go/types',
  'html/template',
  'image/png',
  'net/http',
  'text/template',
];

/** Gives the file, in `folder`. */
export function buildLargeModule(folder) {
  const source = join(folder, 'large');
  cpSync(join(root, 'plugins/go-headers'), source, { recursive: true });
  writeFileSync(join(source, 'linked.go'), linked());
  // code alone would take long to compile for Go, too: half of the size is functions of our own making
  const file = join(folder, 'large.wasm');
  for (let functions = 8000; ; functions *= 2) {
    writeFileSync(join(source, 'many.go'), manyFunctions(functions));
    const built = spawnSync('go', ['build', '-buildmode=c-shared', '-trimpath', '-ldflags=-s -w', '-o', file, '.'], {
      cwd: source,
      env: { ...process.env, GOOS: 'wasip1', GOARCH: 'wasm', GOFLAGS: '-mod=mod' },
      encoding: 'utf8',
    });
    if (built.status !== 0) throw new Error(`go build: ${built.error?.message ?? built.stderr}`);
    if (statSync(file).size >= wantedBytes) return file;
    if (functions > 1e6) throw new Error(`the module stays small: ${readdirSync(folder).join(', ')}`);
  }
}

function linked() {
  const uses = [
    'tls.Config{}',
    'json.Decoder{}',
    'xml.Decoder{}',
    'parser.ParseExpr',
    'types.NewPackage',
    'template.New',
    'png.Encoder{}',
    'http.Get',
    'texts.New',
  ];
  const imports = packages.map((name) => `\t${name === 'text/template' ? 'texts ' : ''}"${name}"`);
  return `package main\n\nimport (\n${imports.join('\n')}\n)\n\nvar kept = []any{${uses.join(', ')}}\n\n//go:wasmexport linked\nfunc linked() uint32 { return uint32(len(kept)) }\n`;
}

/** Functions nobody can leave out: a table holds them all. */
function manyFunctions(count) {
  const names = Array.from({ length: count }, (_, i) => `f${i}`);
  const bodies = names.map(
    (name, i) =>
      `func ${name}(a, b uint64) uint64 {\n\tfor i := uint64(0); i < b%${i + 3}; i++ {\n\t\ta = a*${2 * i + 1} ^ (a >> ${(i % 31) + 1}) + b*i\n\t\tif a&${1 << (i % 16)} != 0 {\n\t\t\tb += a % ${i + 7}\n\t\t}\n\t}\n\treturn a ^ b\n}\n`,
  );
  return `package main\n\n${bodies.join('\n')}\nvar table = []func(a, b uint64) uint64{${names.join(', ')}}\n\n//go:wasmexport many\nfunc many(at uint32) uint64 { return table[at%uint32(len(table))](uint64(at), 3) }\n`;
}
