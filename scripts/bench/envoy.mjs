/** What a real Envoy with one worker takes for the same chains: CPU time of its process per request. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { findEnvoy } from '../../conformance/envoy/oracle/install.mjs';
import { freePort, getText, sleep } from '../../conformance/envoy/oracle/util.mjs';
import { listenerOf, request } from './chains.mjs';

/** Enough that Envoy never waits for the client: waking up costs, too. */
const connections = 64;

/** Microseconds of CPU time per request. */
export async function measureEnvoy(chain, { warmUpMs = 1000, measureMs = 2000 } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'envoy-bench-'));
  const port = await freePort();
  const adminPort = await freePort();
  const config = {
    admin: { address: { socket_address: { address: '127.0.0.1', port_value: adminPort } } },
    static_resources: { listeners: [withPaths(listenerOf(chain, port))] },
    layered_runtime: { layers: [{ name: 'static', static_layer: { 'overload.global_downstream_max_connections': 1000 } }] },
  };
  writeFileSync(join(folder, 'envoy.json'), JSON.stringify(config));
  const args = ['-c', join(folder, 'envoy.json'), '--concurrency', '1', '--disable-hot-restart', '-l', 'warning'];
  const envoy = spawn(findEnvoy(), args, { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, ENVOY_UID: '0' } });
  let said = '';
  envoy.stderr.setEncoding('utf8').on('data', (text) => (said = (said + text).slice(-2000)));
  const load = new Load(port, request);
  try {
    await ready(envoy, adminPort, () => said);
    await load.run(warmUpMs);
    const before = cpuNs(envoy.pid);
    const answered = await load.run(measureMs);
    return (cpuNs(envoy.pid) - before) / 1000 / answered;
  } finally {
    load.close();
    envoy.kill('SIGTERM');
    await new Promise((done) => (envoy.exitCode === null ? envoy.once('exit', done) : done()));
    rmSync(folder, { recursive: true, force: true });
  }
}

async function ready(envoy, adminPort, said) {
  for (let i = 0; i < 1200; i++) {
    if (envoy.exitCode !== null) throw new Error(`Envoy ended: ${said()}`);
    try {
      if ((await getText(adminPort, '/ready')).startsWith('LIVE')) return;
    } catch {
      // not listening yet
    }
    await sleep(50);
  }
  throw new Error('Envoy does not become ready');
}

function withPaths(value) {
  if (Array.isArray(value)) return value.map(withPaths);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, key === 'filename' ? resolve(item) : withPaths(item)]));
}

/** Nanoseconds on a processor, of all threads of the process (Linux `schedstat`). */
function cpuNs(pid) {
  let sum = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    sum += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
  }
  return sum;
}

/** A client with a fixed number of connections, on each of which the next request follows the answer to the last one. */
class Load {
  #bytes;
  #port;
  #sockets = [];
  #answered = 0;
  #running = false;

  constructor(port, { headers }) {
    const value = (name) => headers.find(([key]) => key === name)?.[1];
    const fields = headers.filter(([name]) => !name.startsWith(':')).map(([name, text]) => `${name}: ${text}\r\n`);
    this.#bytes = Buffer.from(`${value(':method')} ${value(':path')} HTTP/1.1\r\nhost: ${value(':authority')}\r\n${fields.join('')}\r\n`);
    this.#port = port;
  }

  async run(ms) {
    if (this.#sockets.length === 0) {
      this.#sockets = await Promise.all(Array.from({ length: connections }, () => this.#open()));
    }
    this.#answered = 0;
    this.#running = true;
    for (const socket of this.#sockets) socket.write(this.#bytes);
    await sleep(ms);
    this.#running = false;
    await sleep(20); // the last answers
    return this.#answered;
  }

  #open() {
    return new Promise((done, failed) => {
      const socket = connect(this.#port, '127.0.0.1', () => done(socket));
      socket.setNoDelay(true).on('error', failed);
      let pending = '';
      socket.setEncoding('latin1').on('data', (text) => {
        pending += text;
        const end = messageEnd(pending);
        if (end === 0) return;
        if (!pending.startsWith('HTTP/1.1 200')) throw new Error(`unexpected answer: ${pending.slice(0, 200)}`);
        pending = pending.slice(end);
        this.#answered++;
        if (this.#running) socket.write(this.#bytes);
      });
    });
  }

  close() {
    for (const socket of this.#sockets) socket.destroy();
  }
}

const lastChunk = '\r\n0\r\n\r\n';

/** Where the first message ends; 0 while it is not complete. */
function messageEnd(text) {
  const head = text.indexOf('\r\n\r\n');
  if (head < 0) return 0;
  const length = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, head))?.[1];
  if (length === undefined) return text.endsWith(lastChunk) ? text.length : 0;
  const end = head + 4 + Number(length);
  return text.length >= end ? end : 0;
}
