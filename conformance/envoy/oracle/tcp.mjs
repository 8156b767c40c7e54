// Scripted TCP: servers behind Envoy, a client in front of it, and the conversation between them.
import net from 'node:net';
import { sleep, fromBuf } from './util.mjs';
import { toBytes } from './bytes.mjs';
import { SLOTS } from './upstreams.mjs';
import { phase } from './record.mjs';

const QUIET_MS = 60; // nothing may arrive and nothing be logged for this long before a step counts as over
const QUIET_MAX_MS = 1500;

// Text stays readable; anything with control characters other than tab and line ends is base64.
const shown = (list) => {
  const b = Buffer.concat(list);
  return b.some((c) => (c < 32 && c !== 9 && c !== 10 && c !== 13) || c === 127) ? { base64: b.toString('base64') } : fromBuf(b);
};

// One end of a connection as the script sees it. `fresh` holds what came since the last look.
class End {
  constructor(socket, touch) {
    Object.assign(this, { socket, touch, all: [], fresh: [], closed: undefined, freshClosed: undefined });
    socket.setNoDelay(true);
    socket.on('data', (d) => {
      this.all.push(d);
      this.fresh.push(d);
      touch();
    });
    socket.on('end', () => this.close('FIN'));
    socket.on('error', (e) => {
      if (e.code === 'ECONNRESET' || e.code === 'EPIPE') this.close('RST');
    });
    socket.on('close', () => touch());
  }
  close(how) {
    if (this.closed === 'RST' || this.gone || this.closed === how) return;
    this.closed = how;
    this.freshClosed = how;
    this.touch();
  }
  get writable() {
    return !this.socket.destroyed && !this.socket.writableEnded && this.socket.writable;
  }
  write(bytes) {
    this.socket.write(bytes);
  }
  finish(how) {
    // true: close both directions, "half": only FIN, "reset": RST
    if (how === 'half') {
      this.socket.end();
      return;
    }
    this.gone = true;
    if (how === 'reset') this.socket.resetAndDestroy();
    else {
      this.socket.end();
      this.socket.destroy();
    }
  }
  take() {
    const o = {};
    if (this.fresh.length) o.received = shown(this.fresh);
    if (this.freshClosed) o.closed = this.freshClosed;
    this.fresh = [];
    this.freshClosed = undefined;
    return o;
  }
  total() {
    return { received: shown(this.all), ...(this.closed ? { closed: this.closed } : {}) };
  }
}

export class TcpServers {
  constructor() {
    this.servers = [];
    this.ports = [];
    this.conns = [];
    this.names = [];
    this.last = 0;
    this.touch = () => {
      this.last = Date.now();
    };
  }
  async start() {
    for (let slot = 0; slot < SLOTS; slot++) {
      const server = net.createServer({ allowHalfOpen: true }, (socket) => {
        const end = new End(socket, this.touch);
        this.conns.push(Object.assign(end, { id: this.conns.length + 1, cluster: this.names[slot] ?? `slot${slot}`, isNew: true }));
        this.touch();
      });
      await new Promise((r) => {
        server.listen(0, '127.0.0.1', r);
      });
      this.servers.push(server);
      this.ports.push(server.address().port);
    }
  }
  set(names) {
    this.names = names;
    this.reset();
  }
  reset() {
    for (const c of this.conns) c.socket.destroy();
    this.conns = [];
  }
  stop() {
    this.reset();
    for (const s of this.servers) s.close();
  }
  take() {
    const out = [];
    for (const c of this.conns) {
      const o = { ...(c.isNew ? { opened: true } : {}), ...c.take() };
      c.isNew = false;
      if (Object.keys(o).length) out.push({ id: c.id, cluster: c.cluster, ...o });
    }
    return out;
  }
}

const kindOf = (step) => ['client', 'upstream', 'closeClient', 'closeUpstream', 'waitMs'].find((k) => step[k] !== undefined);

// Runs all connections of a scenario; the result is obs.connections. `sessions` collects client ports for the normalisation.
export async function converse({ sc, port, envoy, up, servers, clientPorts, trace }) {
  const list = sc.connections ?? [{ conversation: sc.conversation, from: sc.from, to: sc.to }];
  const records = [];
  const open = [];
  const look = async (record, rec, client, mark) => {
    servers.touch();
    const t0 = Date.now();
    const last = () => Math.max(servers.last, envoy.lastLog);
    while (Date.now() - last() < (sc.quietMs ?? QUIET_MS) && Date.now() - t0 < (sc.quietMaxMs ?? QUIET_MAX_MS)) await sleep(5);
    const got = client.take();
    if (Object.keys(got).length) rec.client = got;
    const ups = servers.take();
    if (ups.length) rec.upstream = ups;
    const calls = up.calls
      .splice(0)
      .map(({ cluster, headers, body, trailers }) => ({ cluster, headers, body, ...(trailers ? { trailers } : {}) }));
    if (calls.length) rec.callouts = calls;
    Object.assign(rec, phase(envoy.logs.slice(mark), trace));
    record.conversation.push(rec);
    if (!record.closedBy && client.closed && rec.step !== 'closeClient')
      record.closedBy = rec.step === 'closeUpstream' ? 'upstream' : 'envoy';
  };
  const end = async (item) => {
    if (!item.client.gone && !item.client.socket.destroyed) {
      const mark = envoy.logs.length;
      const open = !item.client.closed;
      item.client.finish(true);
      if (open) item.record.closedBy ??= 'client';
      await look(item.record, { step: 'end' }, item.client, mark);
      if (!open && Object.keys(item.record.conversation.at(-1)).length === 1) item.record.conversation.pop();
    }
    // Envoy waits for upstreams that it has told the end; let them end as well so that it can finish the connection.
    const left = servers.conns.slice(item.first, item.until).filter((c) => c.closed === 'FIN' && !c.gone && c.writable);
    if (left.length) {
      const mark = envoy.logs.length;
      for (const c of left) c.finish(true);
      await look(item.record, { step: 'endUpstream' }, item.client, mark);
      if (Object.keys(item.record.conversation.at(-1)).length === 1) item.record.conversation.pop();
    }
  };
  for (const [i, spec] of list.entries()) {
    const record = { conversation: [] };
    records.push(record);
    const first = servers.conns.length;
    let mark = envoy.logs.length;
    const socket = net.connect({ host: spec.to ?? '127.0.0.1', port, localAddress: spec.from, allowHalfOpen: true });
    const client = new End(socket, servers.touch);
    await new Promise((r) => {
      socket.once('connect', r);
      socket.once('error', r);
    });
    const peer = socket.localPort;
    if (peer) clientPorts.push(peer);
    const item = { client, record, peer, first, last: () => servers.conns.length };
    open.push(item);
    await look(record, { step: 'connect' }, client, mark);
    for (const step of spec.conversation ?? []) {
      const kind = kindOf(step);
      if (!kind) throw new Error(`unknown step ${JSON.stringify(step)}`);
      const rec = { step: kind };
      mark = envoy.logs.length;
      const pick = () =>
        servers.conns.filter((c) => (!step.cluster || c.cluster === step.cluster) && (step.id === undefined || c.id === step.id)).at(-1);
      if (kind === 'client') {
        if (client.writable && !client.gone) client.write(toBytes(step.client));
        else rec.skipped = 'connection closed';
      }
      if (kind === 'closeClient') {
        if (!client.gone && !socket.destroyed) {
          client.finish(step.closeClient);
          if (step.closeClient !== 'half') record.closedBy ??= 'client';
        } else rec.skipped = 'connection closed';
      }
      if (kind === 'upstream' || kind === 'closeUpstream') {
        const c = pick();
        if (!c || c.gone) rec.skipped = 'no upstream connection';
        else if (kind === 'closeUpstream') c.finish(step.closeUpstream);
        else if (c.writable) c.write(toBytes(step.upstream));
        else rec.skipped = 'connection closed';
      }
      if (kind === 'waitMs') await sleep(step.waitMs);
      await look(record, rec, client, mark);
    }
    item.until = servers.conns.length;
    if (!spec.keepOpen) await end(item);
    if (i < list.length - 1 && spec.thenWaitMs) await sleep(spec.thenWaitMs);
  }
  for (const item of open) await end(item);
  for (let i = 0; i < 30 && envoy.access.filter((a) => a.peer !== undefined).length < open.length; i++) await sleep(10);
  for (const item of open) {
    const { record, client, peer, first, until } = item;
    const closedBy = record.closedBy;
    delete record.closedBy;
    record.client = client.total();
    const ups = servers.conns.slice(first, until).map((c) => ({ id: c.id, cluster: c.cluster, ...c.total() }));
    if (ups.length) record.upstream = ups;
    record.closedBy = closedBy ?? 'client';
    const mine = envoy.access
      .filter((a) => a.peer?.endsWith(`:${peer}`))
      .map((a) => {
        const { peer: p, ...rest } = a;
        if (rest.remote === p) delete rest.remote;
        if (/^127\.0\.0\.\d+:/.test(rest.local ?? '')) delete rest.local;
        return Object.fromEntries(Object.entries(rest).filter(([, v]) => v !== null && v !== '' && v !== '-'));
      });
    if (mine.length) record.accessLog = mine.length === 1 ? mine[0] : mine;
  }
  const requests = envoy.access
    .filter((a) => a.peer === undefined)
    .map((a) => Object.fromEntries(Object.entries(a).filter(([, v]) => v !== null && v !== '')));
  return { connections: records, ...(requests.length ? { requests } : {}) };
}
