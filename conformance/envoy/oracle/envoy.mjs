// One Envoy process: start it, push resources, read its log.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { spawn } from 'node:child_process';
import { sleep, freePort, getText, getStats } from './util.mjs';

export const QUIET_MS = 40; // the log must be silent this long before an exchange counts as over

/** Between the fields of a log line. */
const SEP = '\u0001';
/** So that an interrupted run leaves no process behind. */
const running = new Set();
process.on('exit', () => {
  for (const e of running) {
    if (e.exitInfo === undefined) e.proc?.kill('SIGKILL');
    e.removeFolder();
  }
});
for (const sig of ['SIGINT', 'SIGTERM']) process.on(sig, () => process.exit(130));
export class Envoy {
  /** `secrets`: texts of generic secrets by name, as they stand in the bootstrap. */
  constructor(bin, upstreams, secrets = {}) {
    this.bin = bin;
    this.up = upstreams;
    this.secrets = secrets;
    this.logs = [];
    this.access = [];
    this.version = 0;
    this.lastLog = 0;
  }
  async start() {
    this.dir = fs.mkdtempSync(path.join(os.tmpdir(), `envoy-oracle-${process.pid}-`));
    running.add(this);
    this.adminPort = await freePort();
    this.write('lds.json', { version_info: '0', resources: [] });
    this.write('cds.json', { version_info: '0', resources: [] });
    const pathSource = (f) => ({
      resource_api_version: 'V3',
      path_config_source: { path: path.join(this.dir, f), watched_directory: { path: this.dir } },
    });
    const bootstrap = {
      node: {
        id: 'lab-node',
        cluster: 'lab-cluster',
        metadata: { ROLE: 'lab', LABELS: { app: 'demo' } },
        locality: { region: 'r1', zone: 'z1' },
      },
      admin: { address: { socket_address: { address: '127.0.0.1', port_value: this.adminPort } } },
      dynamic_resources: { lds_config: pathSource('lds.json'), cds_config: pathSource('cds.json') },
      static_resources: {
        secrets: Object.entries(this.secrets).map(([name, text]) => ({ name, generic_secret: { secret: { inline_string: text } } })),
      },
      stats_flush_interval: '0.5s',
      layered_runtime: { layers: [{ name: 'static', static_layer: { 'overload.global_downstream_max_connections': 10000 } }] },
    };
    fs.writeFileSync(path.join(this.dir, 'bootstrap.json'), JSON.stringify(bootstrap));
    this.proc = spawn(
      this.bin,
      [
        '-c',
        path.join(this.dir, 'bootstrap.json'),
        '--concurrency',
        '1',
        '--disable-hot-restart',
        '--drain-time-s',
        '0',
        '--parent-shutdown-time-s',
        '1',
        '--drain-strategy',
        'immediate',
        '--file-flush-interval-msec',
        '10',
        '-l',
        'warning',
        '--component-log-level',
        'wasm:trace,lua:info',
        '--log-format',
        `${SEP}%t${SEP}%l${SEP}%n${SEP}%g:%#${SEP}%v`,
      ],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, ENVOY_UID: '0', LAB_HOST_ENV: 'from-host' },
      },
    );
    this.exited = new Promise((r) => {
      this.proc.on('exit', (code, sig) => {
        this.exitInfo = code ?? sig;
        r(code ?? sig);
      });
    });
    let cur = null;
    const onLine = (line) => {
      if (line.startsWith(SEP)) {
        const [, tid, level, logger, src, ...rest] = line.split(SEP);
        cur = { main: Number(tid) === this.proc.pid, level, logger, src, text: rest.join(SEP) };
        this.logs.push(cur);
      } else if (cur) cur.text += `\n${line}`;
      this.lastLog = Date.now();
    };
    const lines = (stream, fn) => {
      let buf = '';
      stream.setEncoding('utf8');
      stream.on('data', (d) => {
        buf += d;
        let i;
        while ((i = buf.indexOf('\n')) >= 0) {
          fn(buf.slice(0, i));
          buf = buf.slice(i + 1);
        }
      });
      stream.on('end', () => {
        if (buf) fn(buf);
      });
    };
    lines(this.proc.stderr, onLine);
    lines(this.proc.stdout, (l) => {
      try {
        this.access.push(JSON.parse(l));
      } catch {
        /* not ours */
      }
      this.lastLog = Date.now();
    });
    for (let i = 0; i < 200; i++) {
      if (this.exitInfo !== undefined) throw new Error(`envoy exited: ${this.logs.map((l) => l.text).join('\n')}`);
      try {
        if ((await getText(this.adminPort, '/ready')).startsWith('LIVE')) break;
      } catch {
        /* not yet */
      }
      await sleep(25);
    }
  }
  write(name, obj) {
    const tmp = path.join(this.dir, `.${name}.tmp`);
    fs.writeFileSync(tmp, JSON.stringify(obj));
    fs.renameSync(tmp, path.join(this.dir, name));
  }
  async quiet(ms = QUIET_MS, max = 1500) {
    const t0 = Date.now();
    this.lastLog = Math.max(this.lastLog, t0);
    while (Date.now() - this.lastLog < ms && Date.now() - t0 < max) await sleep(5);
  }
  // Push a resource file and wait until Envoy has accepted or refused it.
  async push(file, prefix, resources) {
    const re = `^${prefix}\\.update_(success|rejected|failure)$`;
    const before = await getStats(this.adminPort, re);
    const mark = this.logs.length;
    this.write(file, { version_info: String(++this.version), resources });
    for (let i = 0; i < 2000; i++) {
      if (this.exitInfo !== undefined)
        throw new Error(
          `envoy died: ${this.logs
            .slice(-5)
            .map((l) => l.text)
            .join('\n')}`,
        );
      const now = await getStats(this.adminPort, re);
      if (now[`${prefix}.update_success`] > before[`${prefix}.update_success`]) return null;
      if (
        now[`${prefix}.update_rejected`] > before[`${prefix}.update_rejected`] ||
        now[`${prefix}.update_failure`] > before[`${prefix}.update_failure`]
      ) {
        await this.quiet();
        const l = this.logs.slice(mark).find((x) => /rejected|Unable to/.test(x.text) && x.logger === 'config');
        return l
          ? l.text
          : this.logs
              .slice(mark)
              .filter((x) => x.level !== 'trace')
              .map((x) => x.text)
              .join('\n') || 'rejected';
      }
      await sleep(4);
    }
    throw new Error(`${file}: no reaction`);
  }
  async waitStat(name, test) {
    const re = `^${name.replaceAll('.', '\\.')}$`;
    for (let i = 0; i < 500; i++) {
      const v = (await getStats(this.adminPort, re))[name];
      if (test(v)) return v;
      await sleep(5);
    }
    return undefined;
  }
  async stop() {
    if (this.proc && this.exitInfo === undefined) {
      this.proc.kill('SIGTERM');
      const t = setTimeout(() => this.proc.kill('SIGKILL'), 3000);
      await this.exited;
      clearTimeout(t);
    }
    running.delete(this);
    this.removeFolder();
  }
  removeFolder() {
    if (this.dir) fs.rmSync(this.dir, { recursive: true, force: true });
    this.dir = undefined;
  } // its own, nothing else
}
