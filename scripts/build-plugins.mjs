/**
 * Builds the sample plugins of `plugins/` into `public/plugins/` and writes what the catalogue says about each beside its module.
 *
 *   node scripts/build-plugins.mjs [--check] [NAME…]
 *
 * `--check` changes nothing: it builds again and compares byte by byte with what is committed. Without the toolchain of a
 * language, or with another version of it, a module cannot be compared and is skipped, which is said.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { runnerImport } from 'vite';
import { root } from './lib.mjs';

/** By a file in the plugin's folder: the command that tells the toolchain's version. */
const toolchains = [
  { file: 'Cargo.toml', name: 'rustc', command: ['rustc', '--version'] },
  { file: 'go.mod', name: 'go', command: ['go', 'env', 'GOVERSION'] },
  {
    file: 'assembly/index.ts',
    name: 'asc',
    command: [process.execPath, join(root, 'node_modules/assemblyscript/bin/asc.js'), '--version'],
  },
  { file: 'plugin.cc', name: 'clang++-19', command: ['clang++-19', '--version'] },
];

/** The builder's own folders must not be in a module: other machines could not make the same bytes. */
const machinePaths = [root.replace(/\/$/, ''), process.env['HOME'], process.env['CARGO_HOME'], process.env['RUSTUP_HOME']].filter(
  (path) => path && path.length > 4,
);

const source = join(root, 'plugins');
const target = join(root, 'public/plugins');
const recordFile = join(root, 'src/plugins/catalogue/modules.json');

/** `rustc 1.95.0`; undefined where it is not installed. */
function versionOf({ name, command }) {
  const result = spawnSync(command[0], command.slice(1), { encoding: 'utf8' });
  const version = result.status === 0 ? /\d+\.\d+\.\d+/.exec(result.stdout) : null;
  return version === null ? undefined : `${name} ${version[0]}`;
}

/** npm puts the packages' programs in front; clang would run a wasm-opt it finds there and make other bytes. */
const PATH = (process.env['PATH'] ?? '')
  .split(delimiter)
  .filter((folder) => !folder.includes('node_modules'))
  .join(delimiter);

function build(name, folder) {
  const out = join(folder, `${name}.wasm`);
  const result = spawnSync('sh', [join(source, name, 'build.sh'), out], { encoding: 'utf8', env: { ...process.env, PATH } });
  if (result.status !== 0) throw new Error(`${name}: build.sh failed\n${result.stdout}${result.stderr}`);
  const bytes = readFileSync(out);
  const found = [...machinePaths, '/.cargo/', '/.rustup/'].find((path) => bytes.includes(path));
  if (found !== undefined) throw new Error(`${name}: the module holds the path ${found} of this machine`);
  return bytes;
}

/** Builds one plugin and returns its entry of the record, or what there is of it. */
function make(name, folder, record, isCheck) {
  const toolchain = toolchains.find(({ file }) => existsSync(join(source, name, file)));
  if (toolchain === undefined) throw new Error(`${name}: no known toolchain builds this folder`);
  const version = versionOf(toolchain);
  if (version === undefined) return say(name, `skipped: no ${toolchain.name}`);
  if (isCheck && record?.toolchain !== version) return say(name, `skipped: built with ${record?.toolchain}, here is ${version}`);
  const bytes = build(name, folder);
  const made = { toolchain: version, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
  const file = join(target, name, `${name}.wasm`);
  const isSame = existsSync(file) && readFileSync(file).equals(bytes) && record?.sha256 === made.sha256;
  if (isCheck) return say(name, isSame ? 'same' : 'DIFFERS from the committed module', !isSame);
  mkdirSync(join(target, name), { recursive: true });
  writeFileSync(file, bytes);
  say(name, isSame ? 'same' : `built, ${bytes.length} bytes`);
  return made;
}

let hasFailed = false;
function say(name, text, isFailure = false) {
  console.log(`${name}: ${text}`);
  hasFailed ||= isFailure;
  return undefined;
}

/** `plugin.json` and `schema.json` beside each module, from the catalogue. */
async function describe(isCheck) {
  const { module } = await runnerImport(join(root, 'src/plugins/catalogue/catalogue.ts'));
  for (const { configSchema, module: asset, ...entry } of module.catalogue) {
    if (asset === undefined) continue;
    const folder = join(target, entry.name);
    const files = {
      'plugin.json': { ...entry, module: { ...asset, path: `${entry.name}.wasm` }, configSchema: 'schema.json' },
      'schema.json': configSchema,
    };
    for (const [file, value] of Object.entries(files)) {
      const text = `${JSON.stringify(value, undefined, 2)}\n`;
      const path = join(folder, file);
      if (!isCheck) writeFileSync(path, text);
      else if (!existsSync(path) || readFileSync(path, 'utf8') !== text) say(entry.name, `${file} DIFFERS from the catalogue`, true);
    }
  }
}

const names = process.argv.slice(2).filter((word) => !word.startsWith('-'));
const isCheck = process.argv.includes('--check');
const record = JSON.parse(readFileSync(recordFile, 'utf8'));
const folder = mkdtempSync(join(tmpdir(), 'plugins-'));
try {
  const all = readdirSync(source).filter((name) => existsSync(join(source, name, 'build.sh')));
  for (const name of names.length > 0 ? names : all) {
    const made = make(name, folder, record[name], isCheck);
    if (made !== undefined) record[name] = made;
  }
  if (!isCheck)
    writeFileSync(
      recordFile,
      `${JSON.stringify(Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1))), undefined, 2)}\n`,
    );
  await describe(isCheck);
} finally {
  rmSync(folder, { recursive: true });
}
process.exitCode = hasFailed ? 1 : 0;
