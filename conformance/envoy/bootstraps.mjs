/**
 * Exported static bootstraps in a real Envoy: every one is valid, and those of `bootstraps/` answer as it was recorded, which is what
 * `exported-bootstraps.test.ts` expects of the preview.
 *
 *   node conformance/envoy/bootstraps.mjs [--write]
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { dump, load } from 'js-yaml';
import { binOf, root, run } from '../../scripts/lib.mjs';
import { findEnvoy } from './oracle/install.mjs';
import { freePort, getText, sleep } from './oracle/util.mjs';

const here = new URL('.', import.meta.url).pathname;
const folder = path.join(here, 'bootstraps');
const goldens = path.join(here, '../istio/golden');
const scratch = mkdtempSync(path.join(tmpdir(), 'bootstraps-'));
let passed = 0;
let failed = 0;

function say(good, name, why) {
  if (good) passed++;
  else failed++;
  if (!good) console.log(`differs: ${name}\n    ${why}`);
}

/** The bootstrap for a mesh, as the command line exports it. */
function exported(file, proxy) {
  const args = [
    path.join(root, 'bin/filterloom.mjs'),
    'export',
    '-f',
    file,
    '--to',
    'envoy',
    ...(proxy === undefined ? [] : ['--proxy', proxy]),
  ];
  const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1 << 26 });
  return stdout.trim() === '' ? undefined : load(stdout);
}

/** A sample module of the plugin's name, or one without callbacks, which takes every configuration. */
function moduleFile(name) {
  const samples = path.join(root, 'public/plugins');
  if (readdirSync(samples).includes(name)) return path.join(samples, name, `${name}.wasm`);
  return path.join(root, 'conformance/guests/wat/callbacks-none-but-body.wasm');
}

/** Calls `change` on every object below. */
function walk(value, change) {
  if (Array.isArray(value)) for (const item of value) walk(item, change);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
  change(value);
  for (const item of Object.values(value)) walk(item, change);
}

function withModules(bootstrap) {
  walk(bootstrap, (value) => {
    if (typeof value.filename === 'string' && value.filename.endsWith('.wasm'))
      value.filename = moduleFile(path.basename(value.filename, '.wasm'));
  });
  return bootstrap;
}

function save(name, bootstrap) {
  const file = path.join(scratch, `${name}.yaml`);
  writeFileSync(file, dump(bootstrap));
  return file;
}

/** `envoy --mode validate`: undefined when it is content, otherwise what it says. */
function refusal(envoy, file) {
  const { status, stderr } = spawnSync(envoy, ['--mode', 'validate', '-c', file, '-l', 'error'], { encoding: 'utf8' });
  return status === 0 ? undefined : (stderr.trim().split('\n').at(-1) ?? '');
}

/** Every golden with plugins, as a file of resources. */
function goldenMeshes() {
  return readdirSync(goldens)
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => {
      const { resources } = JSON.parse(readFileSync(path.join(goldens, name), 'utf8')).input;
      if (typeof resources !== 'string' || !/kind: (WasmPlugin|TrafficExtension)/.test(resources)) return [];
      const file = path.join(scratch, name.replace(/json$/, 'mesh.yaml'));
      writeFileSync(file, resources);
      return [{ name: name.replace('.json', ''), file }];
    });
}

async function startUpstream(calls) {
  const server = http.createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      calls.push({ method: request.method, path: request.url, headers: pairs(request.rawHeaders), body: Buffer.concat(chunks).toString() });
      response.writeHead(200, { 'x-upstream': 'yes', 'content-type': 'text/plain' });
      response.end('answer');
    });
  });
  await new Promise((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return server;
}

function pairs(raw) {
  const out = [];
  for (let i = 0; i + 1 < raw.length; i += 2) out.push([raw[i].toLowerCase(), raw[i + 1]]);
  return out;
}

/** What depends on the hop and not on the chain. */
const hop = /^(host|connection|date|server|content-length|transfer-encoding|via|x-request-id|x-forwarded-.*|x-envoy-.*)$/;
const telling = (headers) => headers.filter(([name]) => !hop.test(name)).toSorted(([a], [b]) => (a < b ? -1 : 1));

function send(port, { method, path: target, headers = [], body }) {
  return new Promise((resolve, reject) => {
    const request = http.request(
      { host: '127.0.0.1', port, method, path: target, headers: Object.fromEntries(headers), agent: false },
      (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode, headers: telling(pairs(response.rawHeaders)), body: Buffer.concat(chunks).toString() }),
        );
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

/** Starts the bootstrap on free ports and asks it. */
async function answers(envoy, name, bootstrap, requests) {
  const calls = [];
  const upstream = await startUpstream(calls);
  const ports = new Map([[8080, upstream.address().port]]);
  for (const port of [9901, 10_000]) ports.set(port, await freePort());
  walk(bootstrap, (value) => {
    if (ports.has(value.port_value)) value.port_value = ports.get(value.port_value);
  });
  const child = spawn(envoy, ['-c', save(name, bootstrap), '-l', 'error', '--concurrency', '1', '--use-dynamic-base-id'], {
    stdio: 'ignore',
  });
  try {
    await ready(ports.get(9901));
    const out = [];
    for (const request of requests) {
      calls.length = 0;
      const downstream = await send(ports.get(10_000), request);
      const [call] = calls;
      out.push({ downstream, upstream: call === undefined ? null : { ...call, headers: telling(call.headers) } });
    }
    return out;
  } finally {
    child.kill('SIGKILL');
    upstream.closeAllConnections();
    upstream.close();
  }
}

async function ready(port) {
  for (let tries = 0; tries < 200; tries++) {
    const text = await getText(port, '/ready').catch(() => '');
    if (text.startsWith('LIVE')) return;
    await sleep(50);
  }
  throw new Error('Envoy did not become ready');
}

/** Checks (or with `write` records) all of them; answers how many were as they should be. */
export async function checkBootstraps(envoy, { write = false } = {}) {
  const built = await run(binOf('vite'), ['build', '--config', 'vite.cli.config.ts'], { echo: false });
  if (built.code !== 0) return { passed: 0, failed: 1 };
  try {
    for (const { name, file } of goldenMeshes()) {
      const bootstrap = exported(file);
      if (bootstrap === undefined) continue;
      const problem = refusal(envoy, save(name, withModules(bootstrap)));
      say(problem === undefined, `golden ${name}`, problem);
    }
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) await checkOne(envoy, file, write);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return { passed, failed };
}

async function checkOne(envoy, file, write) {
  const name = path.basename(file, '.json');
  const recorded = JSON.parse(readFileSync(path.join(folder, file), 'utf8'));
  const bootstrap = withModules(exported(path.join(folder, `${name}.yaml`), recorded.proxy));
  const problem = refusal(envoy, save(name, bootstrap));
  say(problem === undefined, `${name} is valid`, problem);
  if (problem !== undefined) return;
  const expect = await answers(envoy, name, bootstrap, recorded.request);
  if (write) writeFileSync(path.join(folder, file), `${JSON.stringify({ ...recorded, expect }, undefined, 2)}\n`);
  else say(isDeepStrictEqual(expect, recorded.expect), name, JSON.stringify(expect));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const sum = await checkBootstraps(findEnvoy(), { write: process.argv.includes('--write') });
  console.log(`${sum.passed} passed, ${sum.failed} failed`);
  process.exitCode = sum.failed > 0 ? 1 : 0;
}
