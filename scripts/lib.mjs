import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The project's folder; every script works from there, wherever it was called. */
export const root = fileURLToPath(new URL('..', import.meta.url));

const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

/** Installs the packages of the lock file when they are missing or older than it; what npm says goes to `messages`. */
export function ensureInstalled(messages = process.stdout) {
  const marker = `${root}node_modules/.package-lock.json`;
  const current = existsSync(marker) && statSync(marker).mtimeMs >= statSync(`${root}package-lock.json`).mtimeMs - 1000;
  if (current) return;
  messages.write('Installing packages (npm ci) …\n');
  const stdio = ['inherit', messages.fd, 'inherit'];
  const result = spawnSync(npm, ['ci', '--no-audit', '--no-fund'], { cwd: root, stdio, shell: process.platform === 'win32' });
  if (result.status !== 0) process.exit(result.status ?? 1);
}

/** What a runner prints, for reading: some colour their sums whatever they are told. */
function withoutColours(text) {
  return text.replaceAll(new RegExp(`${String.fromCodePoint(27)}\\[[0-9;]*m`, 'g'), '');
}

/** Runs a package's command line by its file, without npx; resolves to exit code and output. */
export function run(file, args, { echo = true, env = {} } = {}) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [file, ...args], { cwd: root, env: { ...process.env, NO_COLOR: '1', ...env } });
    let output = '';
    const take = (chunk) => {
      output += chunk;
      if (echo) process.stdout.write(chunk);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('close', (code) => resolve({ code: code ?? 1, output: withoutColours(output) }));
  });
}

/** The script behind a package's command. */
export function binOf(name, command = name) {
  const folder = `${root}node_modules/${name}/`;
  const { bin } = JSON.parse(readFileSync(`${folder}package.json`, 'utf8'));
  return folder + (typeof bin === 'string' ? bin : bin[command]);
}

/** Builds the page into `dist/` and the command line into `build/`. */
export async function build({ echo = false } = {}) {
  const vite = binOf('vite');
  for (const args of [['build'], ['build', '--config', 'vite.cli.config.ts']]) {
    const result = await run(vite, args, { echo });
    if (result.code !== 0) {
      if (!echo) process.stdout.write(result.output);
      return result;
    }
  }
  return { code: 0, output: '' };
}
