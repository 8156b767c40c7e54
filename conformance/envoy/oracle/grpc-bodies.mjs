// Fields of protobuf messages that differ from run to run (clocks, ports, random ids; the order of maps), taken out of recorded gRPC bodies.

/** The body of a gRPC call without the fields at the paths `strike` (`1.4.1`), with the entries of those at `sort` in order; others as they are. */
export function settleGrpc(body, { strike = [], sort = [] }) {
  const bytes = Buffer.from(body);
  const out = [];
  for (let at = 0; at < bytes.length;) {
    const length = at + 5 <= bytes.length ? bytes.readUInt32BE(at + 1) : Infinity;
    if (at + 5 + length > bytes.length) return body;
    const message = settle(bytes.subarray(at + 5, at + 5 + length), '', { strike, sort });
    const head = Buffer.from(bytes.subarray(at, at + 5));
    head.writeUInt32BE(message.length, 1);
    out.push(head, message);
    at += 5 + length;
  }
  return Buffer.concat(out);
}

function settle(message, prefix, rules) {
  const fields = [];
  for (let at = 0; at < message.length;) {
    const start = at;
    const tag = varint(message, at);
    const value = varint(message, tag.end);
    const wire = tag.value % 8;
    const begin = wire === 2 ? value.end : tag.end;
    at = wire === 0 ? value.end : begin + (wire === 2 ? value.value : wire === 1 ? 8 : 4);
    const path = `${prefix}${Math.floor(tag.value / 8)}`;
    if (rules.strike.includes(path)) continue;
    const isOuter = [...rules.strike, ...rules.sort].some((item) => item.startsWith(`${path}.`));
    const inner = isOuter && wire === 2 ? settle(message.subarray(begin, at), `${path}.`, rules) : undefined;
    const whole =
      inner === undefined ? message.subarray(start, at) : Buffer.concat([message.subarray(start, tag.end), size(inner.length), inner]);
    fields.push({ path, whole });
  }
  for (const path of rules.sort) {
    const sorted = fields.filter((field) => field.path === path).map((field) => field.whole.toString('latin1'));
    sorted.sort((a, b) => (a < b ? -1 : 1));
    for (const field of fields) if (field.path === path) field.whole = Buffer.from(sorted.shift(), 'latin1');
  }
  return Buffer.concat(fields.map((field) => field.whole));
}

function varint(bytes, from) {
  let value = 0;
  let at = from;
  for (let scale = 1; ; scale *= 128) {
    const byte = bytes[at++] ?? 0;
    value += (byte % 128) * scale;
    if (byte < 128) return { value, end: at };
  }
}

function size(length) {
  const out = [];
  let rest = length;
  for (; rest > 127; rest = Math.floor(rest / 128)) out.push((rest % 128) + 128);
  return Buffer.from([...out, rest]);
}
