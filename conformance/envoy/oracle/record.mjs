// From Envoy's log lines to a record that is the same in every run, and its text form.
import path from 'node:path';
import { settleGrpc } from './grpc-bodies.mjs';

function shapeLog(l) {
  if (l.logger === 'lua') return { level: l.level, lua: l.text.replace(/^script log: /, '') };
  const m = /^wasm log(.*?): ([\s\S]*)$/.exec(l.text);
  const raw = `[${l.level}][${l.logger}] [${l.src.replace(/^(\.\/|bazel-out\/|external\/)*/, '')}] ${l.text}`;
  if (m && /(context|wasm)\.(cc|h):/.test(l.src)) {
    return { level: l.level, prefix: m[1].trim(), message: m[2], raw };
  }
  return { level: l.level, host: l.text, raw };
}
const isCallTrace = (l) => l.logger === 'wasm' && l.level === 'trace' && /^\[(host->vm|vm->host|vm<-host|host<-vm)\]/.test(l.text);
// Callbacks in order, from Envoy's own trace lines: ["proxy_on_request_headers", [2, 5, 1], 0]
function shapeCalls(lines) {
  const out = [];
  const open = [];
  for (const l of lines) {
    let m;
    if ((m = /^\[host->vm\] (\S+?)\((.*)\)$/.exec(l.text))) {
      const c = [m[1], m[2] ? m[2].split(', ').map((x) => Number(x)) : []];
      out.push(c);
      open.push(c);
    } else if ((m = /^\[host<-vm\] (\S+?) return: (.*)$/.exec(l.text))) {
      const c = open.findLast((x) => x[0] === m[1] && x.length === 2);
      if (c && m[2] !== 'void') c.push(Number(m[2]));
    }
  }
  return out.filter(
    (c) =>
      (c[0].startsWith('proxy_on_') && c[0] !== 'proxy_on_memory_allocate') ||
      c[0].startsWith('envoy_on_') ||
      ['_start', '_initialize', 'main', '__main_void'].includes(c[0]),
  );
}
// Envoy runs a plugin on its main thread and on the worker. Lines of the worker are the result; those of the
// main thread (canary and main-thread instance) are kept apart in `mainThread`.
const NOISE = /^(Base Wasm created|Thread-Local Wasm created|~Wasm) /;
export function phase(lines, withTrace) {
  const rel = lines.filter((l) => (l.logger === 'wasm' && !NOISE.test(l.text)) || l.logger === 'lua');
  const o = phaseOf(
    rel.filter((l) => !l.main),
    withTrace,
  );
  const m = phaseOf(
    rel.filter((l) => l.main),
    withTrace,
  );
  if (Object.keys(m).length) o.mainThread = m;
  return o;
}
function phaseOf(rel, withTrace) {
  const logs = rel.filter((l) => !isCallTrace(l)).map(shapeLog);
  const o = {};
  if (logs.length) o.logs = logs;
  const calls = shapeCalls(rel.filter(isCallTrace));
  if (calls.length) o.callbacks = calls;
  if (withTrace) o.trace = rel.filter(isCallTrace).map((l) => l.text);
  return o;
}

// What Envoy says of a configuration it cannot read or whose rules are broken holds the whole configuration, places in it, and blanks by chance.
function shortRefusal(text) {
  const rule = /^goo\.gle\/debug\w+\s[\s\S]*: (Proto constraint validation failed \([\s\S]*\))\s*$/.exec(text);
  if (rule) return rule[1];
  const read = /(Unable to parse JSON as proto \(INVALID_ARGUMENT: [\s\S]*?\)): \{"version_info"/.exec(text);
  return read ? read[1].replace(/\s+/g, ' ').replace(/, near \d+:\d+ \(offset \d+\)/, '') : text;
}

// Port numbers differ from run to run; they become {listener}, {upstream}, {<cluster>}, {client}.
// A scenario may add its own: "normalise": [{ "pattern": "regex", "replace": "text" }] for texts,
// [{ "sort": "callouts" }] where Envoy itself sends the headers of a callout in random order, and
// [{ "grpc": { "strike": ["1.4.1"], "sort": [] } }] for fields of gRPC messages in callouts.
export function normalise(obs, ports, clientPorts, dir, sc) {
  if (obs.rejected !== undefined) obs.rejected = shortRefusal(obs.rejected);
  if ((sc.normalise ?? []).some((r) => r.sort === 'callouts')) {
    for (const ex of obs.exchanges ?? [])
      for (const c of ex.callouts ?? []) c.headers.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
  }
  for (const { grpc } of sc.normalise ?? []) {
    if (grpc === undefined) continue;
    for (const { body } of (obs.exchanges ?? []).flatMap((ex) => ex.callouts ?? []))
      if (body?.base64 !== undefined) body.base64 = settleGrpc(Buffer.from(body.base64, 'base64'), grpc).toString('base64');
  }
  const subst = [...ports, ...clientPorts.map((p) => [p, '{client}'])].map(([p, n]) => [
    new RegExp(`\\b((?:127|0)\\.0\\.0\\.\\d+):${p}\\b`, 'g'),
    `$1:${n}`,
  ]);
  const rules = (sc.normalise ?? []).filter((r) => r.pattern !== undefined).map((r) => [new RegExp(r.pattern, 'g'), r.replace]);
  const walk = (v) => {
    if (typeof v === 'string') {
      let s = v;
      for (const [a, b] of subst) s = s.replace(a, b);
      s = s
        .replaceAll(dir + path.sep, '')
        .replaceAll(path.dirname(dir) + path.sep, '../')
        .replace(/\bl\d+(?=: )/g, 'listener')
        .replace(/\b(127\.0\.0\.\d+):[1-9]\d{3,4}\b/g, '$1:{port}');
      s = s.replace(/\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT\b/g, '{date}');
      s = s.replace(/(x-envoy-upstream-service-time\\?"?:\\?")\d+/g, '$1{ms}');
      for (const [re, to] of rules) s = s.replace(re, to);
      return s;
    }
    if (Array.isArray(v) && v[0] === 'x-envoy-upstream-service-time' && v.length === 2) return [v[0], '{ms}'];
    if (Array.isArray(v)) return v.map(walk);
    if (typeof v?.base64 === 'string') {
      // the length must stay
      const bytes = Buffer.from(v.base64, 'base64')
        .toString('latin1')
        .replace(/\b(127\.0\.0\.\d+):([1-9]\d{3,4})\b/g, (_, a, p) => `${a}:${'0'.repeat(p.length)}`);
      return { base64: Buffer.from(bytes, 'latin1').toString('base64') };
    }
    if (v && typeof v === 'object')
      return Object.fromEntries(
        Object.entries(v).map(([k, x]) => [k.replace(/^(listener\.127\.0\.0\.1)_\d+\./, '$1_{listener}.'), walk(x)]),
      );
    return v;
  };
  return walk(obs);
}

// Compact JSON: short arrays on one line.
export function pretty(v, indent = '') {
  const flat = JSON.stringify(v);
  if (flat === undefined) return 'null';
  if (v && typeof v === 'object' && 'level' in v && ('message' in v || 'host' in v || 'lua' in v)) return flatSpaced(v);
  if (flat.length + indent.length <= 110 && (Array.isArray(v) || v === null || typeof v !== 'object' || Object.keys(v).length <= 3)) {
    return v && typeof v === 'object' ? flatSpaced(v) : flat;
  }
  const inner = `${indent}  `;
  if (Array.isArray(v)) return `[\n${v.map((x) => inner + pretty(x, inner)).join(',\n')}\n${indent}]`;
  if (v && typeof v === 'object')
    return `{\n${Object.entries(v)
      .filter(([, x]) => x !== undefined)
      .map(([k, x]) => `${inner}${JSON.stringify(k)}: ${pretty(x, inner)}`)
      .join(',\n')}\n${indent}}`;
  return flat;
}
function flatSpaced(v) {
  if (Array.isArray(v)) return `[${v.map((x) => (x && typeof x === 'object' ? flatSpaced(x) : JSON.stringify(x))).join(', ')}]`;
  const e = Object.entries(v).filter(([, x]) => x !== undefined);
  return e.length
    ? `{ ${e.map(([k, x]) => `${JSON.stringify(k)}: ${x && typeof x === 'object' ? flatSpaced(x) : JSON.stringify(x)}`).join(', ')} }`
    : '{}';
}
