// Small functions used everywhere.
import net from 'node:net';
import http from 'node:http';
import path from 'node:path';

export const ENVOY_VERSION = '1.40.0';
export const sleep = (ms) => new Promise((r) => setTimeout(r, ms));
export const toPairs = (h) =>
  h === undefined || h === null
    ? []
    : Array.isArray(h)
      ? h.map(([k, v]) => [k.toLowerCase(), String(v)])
      : Object.entries(h).flatMap(([k, v]) => (Array.isArray(v) ? v : [v]).map((x) => [k.toLowerCase(), String(x)]));
export const toBuf = (b) =>
  b === undefined || b === null
    ? null
    : typeof b === 'string'
      ? Buffer.from(b, 'utf8')
      : b.base64 !== undefined
        ? Buffer.from(b.base64, 'base64')
        : b.repeat !== undefined
          ? Buffer.from(String(b.repeat).repeat(b.times))
          : Buffer.from(JSON.stringify(b));
export function fromBuf(buf) {
  const s = buf.toString('utf8');
  if (!Buffer.from(s, 'utf8').equals(buf)) return { base64: buf.toString('base64') };
  if (buf.length > 2048) {
    const c = s[0];
    if (s === c.repeat(s.length)) return { repeat: c, times: s.length };
  }
  return s;
}
// node:http2 wants an object; repeated names become arrays (kept as separate fields on the wire).
export function headerObject(pairs) {
  const o = Object.create(null);
  for (const [k, v] of pairs) {
    if (k in o) o[k] = Array.isArray(o[k]) ? [...o[k], v] : [o[k], v];
    else o[k] = v;
  }
  return o;
}
export const rawPairs = (raw) => {
  const out = [];
  for (let i = 0; i + 1 < raw.length; i += 2) out.push([String(raw[i]), String(raw[i + 1])]);
  return out;
};
export const freePort = () =>
  new Promise((res, rej) => {
    const s = net.createServer().on('error', rej);
    s.listen(0, '127.0.0.1', () => {
      const p = s.address().port;
      s.close(() => res(p));
    });
  });
export function getText(port, pathname, method = 'GET') {
  return new Promise((res, rej) => {
    const r = http.request({ host: '127.0.0.1', port, path: pathname, method }, (m) => {
      let t = '';
      m.setEncoding('utf8');
      m.on('data', (d) => {
        t += d;
      });
      m.on('end', () => res(t));
    });
    r.on('error', rej);
    r.end();
  });
}
export async function getStats(port, filter) {
  const j = JSON.parse(await getText(port, `/stats?format=json&filter=${encodeURIComponent(filter)}`));
  const out = {};
  for (const s of j.stats) {
    if (s.name !== undefined) out[s.name] = s.value;
    else if (s.histograms)
      for (const h of s.histograms.computed_quantiles ?? [])
        out[h.name] = { quantiles: Object.fromEntries(s.histograms.supported_quantiles.map((q, i) => [`P${q}`, h.values[i].cumulative])) };
  }
  return out;
}
export function deepMerge(a, b) {
  if (b === undefined) return a;
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object' || Array.isArray(a) || Array.isArray(b)) return b;
  const o = { ...a };
  for (const [k, v] of Object.entries(b)) o[k] = deepMerge(a[k], v);
  return o;
}
// Every `filename` is relative to the scenario file.
export function absolutise(node, dir) {
  if (Array.isArray(node)) return node.map((n) => absolutise(n, dir));
  if (node && typeof node === 'object') {
    const o = {};
    for (const [k, v] of Object.entries(node)) {
      o[k] = k === 'filename' && typeof v === 'string' && !path.isAbsolute(v) ? path.resolve(dir, v) : absolutise(v, dir);
    }
    return o;
  }
  return node;
}

// RFC 9113, section 7
const H2_ERRORS = [
  'NO_ERROR',
  'PROTOCOL_ERROR',
  'INTERNAL_ERROR',
  'FLOW_CONTROL_ERROR',
  'SETTINGS_TIMEOUT',
  'STREAM_CLOSED',
  'FRAME_SIZE_ERROR',
  'REFUSED_STREAM',
  'CANCEL',
  'COMPRESSION_ERROR',
  'CONNECT_ERROR',
  'ENHANCE_YOUR_CALM',
  'INADEQUATE_SECURITY',
  'HTTP_1_1_REQUIRED',
];
export const h2ErrorName = (code) => H2_ERRORS[code] ?? String(code);
