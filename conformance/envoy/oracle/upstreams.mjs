// HTTP/2 servers behind Envoy. Slot 0 is cluster `upstream`, the others are named clusters.
import http2 from 'node:http2';
import { sleep, toPairs, toBuf, fromBuf, headerObject, rawPairs } from './util.mjs';

export const SLOTS = 6;
export class Upstreams {
  constructor() {
    this.servers = [];
    this.ports = [];
    this.specs = new Map();
    this.calls = [];
    this.names = [];
    this.sessions = new Set();
  }
  async start() {
    for (let slot = 0; slot < SLOTS; slot++) {
      const server = http2.createServer({ settings: { enablePush: false, maxHeaderListSize: 1 << 20 }, maxSessionMemory: 100 });
      server.on('session', (s) => {
        this.sessions.add(s);
        s.on('close', () => this.sessions.delete(s));
        s.on('error', () => {});
      });
      server.on('stream', (stream, headers, flags, raw) => this.onStream(slot, stream, raw, (flags & 1) !== 0));
      server.on('error', () => {});
      await new Promise((r) => {
        server.listen(0, '127.0.0.1', r);
      });
      this.servers.push(server);
      this.ports.push(server.address().port);
    }
  }
  stop() {
    for (const s of this.sessions) s.destroy();
    for (const s of this.servers) s.close();
  }
  set(names, specs) {
    this.names = names;
    this.specs = specs;
    this.used = new Map();
  }
  onStream(slot, stream, raw, endStream) {
    const name = this.names[slot] ?? `slot${slot}`;
    const call = { cluster: name, headers: rawPairs(raw), body: '', ended: endStream };
    this.calls.push(call);
    const chunks = [];
    let spec = this.specs.get(name) ?? {};
    if (spec.responses) {
      const i = this.used.get(name) ?? 0;
      this.used.set(name, i + 1);
      spec = spec.responses[Math.min(i, spec.responses.length - 1)];
    }
    stream.on('error', () => {});
    stream.on('data', (d) => {
      chunks.push(d);
      call.body = fromBuf(Buffer.concat(chunks));
    });
    stream.on('trailers', (_o, _f, rawT) => {
      call.trailers = rawPairs(rawT);
    });
    stream.on('aborted', () => {
      if (!call.ended) call.aborted = true;
    });
    stream.on('end', () => {
      call.ended = true;
      if (!spec.early) this.respond(stream, spec, call).catch(() => {});
    });
    if (spec.early) this.respond(stream, spec, call).catch(() => {});
    if (endStream) stream.resume();
  }
  async respond(stream, spec, call) {
    if (spec.delayMs) await sleep(spec.delayMs);
    if (spec.hang) return;
    if (stream.destroyed) return;
    if (spec.reset) {
      stream.close(http2.constants.NGHTTP2_INTERNAL_ERROR);
      return;
    }
    let { status = 200, body } = spec;
    let headers = toPairs(spec.headers);
    let chunks = spec.bodyChunks ? spec.bodyChunks.map(toBuf) : null;
    if (spec.echo) {
      const doc = { headers: call.headers, body: call.body };
      if (call.trailers) doc.trailers = call.trailers;
      body = JSON.stringify(doc);
      if (!headers.some(([k]) => k === 'content-type')) headers = [['content-type', 'application/json'], ...headers];
    }
    if (!chunks) {
      const b = toBuf(body);
      chunks = b && b.length ? [b] : [];
    }
    const trailers = spec.trailers ? toPairs(spec.trailers) : null;
    const endStream = chunks.length === 0 && !trailers;
    if (trailers)
      stream.on('wantTrailers', () => {
        try {
          stream.sendTrailers(headerObject(trailers));
        } catch {
          /* gone */
        }
      });
    stream.respond({ ':status': status, ...headerObject(headers) }, { endStream, waitForTrailers: !!trailers, sendDate: false });
    if (endStream) return;
    for (let i = 0; i < chunks.length; i++) {
      if (i) await sleep(spec.chunkDelayMs ?? 25);
      if (stream.destroyed) return;
      if (i === chunks.length - 1) stream.end(chunks[i]);
      else stream.write(chunks[i]);
    }
    if (chunks.length === 0) stream.end();
    if (spec.resetAfterBody) {
      await sleep(25);
      stream.close(http2.constants.NGHTTP2_INTERNAL_ERROR);
    }
  }
}
