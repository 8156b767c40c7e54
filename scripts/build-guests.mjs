/**
 * Builds the test guests of `conformance/guests/` into the .wasm files beside their sources.
 *
 *   node scripts/build-guests.mjs [--check]
 *
 * `--check` changes nothing and fails when a committed module is not what its source gives. Guests in WebAssembly text and AssemblyScript
 * need the npm packages only; those in Rust, Go and C++ are skipped where their compiler is missing, and compared only where it is the one
 * they were built with.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import asc from 'assemblyscript/asc';
import binaryen from 'binaryen';

const root = new URL('..', import.meta.url).pathname.replace(/\/$/, '');
const guests = join(root, 'conformance/guests');
const isCheck = process.argv.includes('--check');
/** `probe` once per ABI version. */
const rustGuests = [
  { name: 'probe', features: [] },
  { name: 'probe-0.2.0', features: ['abi020'] },
  { name: 'probe-0.1.0', features: ['abi010'] },
];

/** WebAssembly text as binaryen reads it; function names are kept for back traces. */
function buildText(file) {
  const module = binaryen.parseText(readFileSync(file, 'utf8'));
  module.setFeatures(binaryen.Features.All);
  binaryen.setDebugInfo(true);
  return module.emitBinary();
}

async function buildAssemblyScript(file) {
  const { error, binary, stderr } = await asc.compileString(readFileSync(file, 'utf8'), {
    optimizeLevel: 3,
    runtime: 'stub',
    use: ['abort=input/abort'],
    debug: false,
  });
  if (error !== null || binary === null) throw new Error(`${file}: ${String(error)}\n${stderr.toString()}`);
  return binary;
}

function buildRust() {
  const target = mkdtempSync(join(tmpdir(), 'guests-'));
  try {
    const sysroot = spawnSync('rustc', ['--print', 'sysroot'], { encoding: 'utf8' }).stdout?.trim() ?? '';
    const flags = [`${guests}/rust=/guests`, `${process.env.CARGO_HOME ?? join(homedir(), '.cargo')}=/cargo`, `${sysroot}=/rust`];
    const env = { ...process.env, CARGO_TARGET_DIR: target, RUSTFLAGS: flags.map((flag) => `--remap-path-prefix=${flag}`).join(' ') };
    const modules = [];
    for (const { name, features } of rustGuests) {
      const args = ['build', '--quiet', '--release', '--locked', '--target', 'wasm32-wasip1', '--features', features.join(',')];
      const result = spawnSync('cargo', args, { cwd: join(guests, 'rust/probe'), encoding: 'utf8', env });
      if (result.error !== undefined) return undefined;
      if (result.status !== 0) throw new Error(result.stderr);
      modules.push([`rust/${name}`, readFileSync(join(target, 'wasm32-wasip1/release/probe.wasm'))]);
    }
    return modules;
  } finally {
    rmSync(target, { recursive: true, force: true });
  }
}

/** By folder: a `build.sh` with the module to write as its argument, the compiler that made the committed module. */
const scripted = [
  { name: 'go/probe', version: ['go', 'env', 'GOVERSION'], made: 'go1.26.8' },
  { name: 'cpp/probe', version: [process.env.CXX ?? 'clang++-19', '-dumpversion'], made: '19.1.7' },
];

function buildScripted({ name, version, made }) {
  const here = spawnSync(version[0], version.slice(1), { encoding: 'utf8' });
  const found = here.status === 0 ? here.stdout.trim() : undefined;
  if (found === undefined || (isCheck && found !== made)) {
    console.log(`${name}: skipped, ${found === undefined ? `no ${version[0]}` : `built with ${made}, here is ${found}`}`);
    return [];
  }
  const folder = mkdtempSync(join(tmpdir(), 'guests-'));
  try {
    const out = join(folder, 'probe.wasm');
    const result = spawnSync('sh', [join(guests, name, 'build.sh'), out], { encoding: 'utf8' });
    if (result.status !== 0) throw new Error(`${name}: ${result.stderr}`);
    return [[name, readFileSync(out)]];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const built = scripted.flatMap(buildScripted);
for (const file of list('wat', '.wat')) built.push([`wat/${basename(file, '.wat')}`, buildText(file)]);
for (const file of list('as', '.ts')) built.push([`as/${basename(file, '.ts')}`, await buildAssemblyScript(file)]);
const rust = buildRust();
if (rust === undefined) console.log('rust: skipped, no cargo');
else built.push(...rust);

let differences = 0;
for (const [name, bytes] of built) {
  const file = join(guests, `${name}.wasm`);
  if (isCheck) {
    const isSame = Buffer.from(bytes).equals(readFileSync(file));
    if (!isSame) differences++;
    console.log(`${name}: ${isSame ? 'current' : 'DIFFERS from the committed module'}`);
  } else {
    writeFileSync(file, bytes);
    console.log(`${name}: ${bytes.length} bytes`);
  }
}
process.exitCode = differences === 0 ? 0 : 1;

function list(folder, ending) {
  return readdirSync(join(guests, folder))
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => join(guests, folder, name));
}
