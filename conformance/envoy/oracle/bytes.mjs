// The bytes a conversation may name: text, base64, hex, repeated text, RESP arrays, PROXY headers, TLS ClientHello, lists of these.

export function toBytes(v) {
  if (v === undefined || v === null) return Buffer.alloc(0);
  if (typeof v === 'string') return Buffer.from(v, 'utf8');
  if (Array.isArray(v)) return Buffer.concat(v.map(toBytes));
  if (v.base64 !== undefined) return Buffer.from(v.base64, 'base64');
  if (v.hex !== undefined) return Buffer.from(v.hex.replace(/\s+/g, ''), 'hex');
  if (v.repeat !== undefined) return Buffer.from(String(v.repeat).repeat(v.times));
  if (v.redis !== undefined)
    return Buffer.from(`*${v.redis.length}\r\n${v.redis.map((x) => `$${Buffer.byteLength(String(x))}\r\n${x}\r\n`).join('')}`);
  if (v.proxy !== undefined) return proxyHeader(v.proxy);
  if (v.clientHello !== undefined) return clientHello(v.clientHello);
  throw new Error(`not bytes: ${JSON.stringify(v).slice(0, 80)}`);
}

const u8 = (n) => Buffer.from([n]);
const u16 = (n) => Buffer.from([n >> 8, n & 255]);
const u24 = (n) => Buffer.from([n >> 16, (n >> 8) & 255, n & 255]);
const vec8 = (b) => Buffer.concat([u8(b.length), b]);
const vec16 = (b) => Buffer.concat([u16(b.length), b]);

// {"version": 1 | 2, "source": "1.2.3.4:5", "destination": "10.0.0.1:443", "local": true, "tlvs": [{"type": 2, "value": bytes}]}
function proxyHeader({ version = 1, source = '1.2.3.4:1234', destination = '10.0.0.1:443', local = false, tlvs = [] }) {
  const split = (a) => {
    const i = a.lastIndexOf(':');
    return [a.slice(0, i).replace(/[[\]]/g, ''), Number(a.slice(i + 1))];
  };
  const [sa, sp] = split(source);
  const [da, dp] = split(destination);
  const six = sa.includes(':');
  if (version === 1) return Buffer.from(local ? 'PROXY UNKNOWN\r\n' : `PROXY TCP${six ? 6 : 4} ${sa} ${da} ${sp} ${dp}\r\n`);
  const body = local
    ? Buffer.alloc(0)
    : Buffer.concat([address(sa), address(da), u16(sp), u16(dp), ...tlvs.map((t) => Buffer.concat([u8(t.type), vec16(toBytes(t.value))]))]);
  return Buffer.concat([
    Buffer.from('0d0a0d0a000d0a515549540a', 'hex'),
    u8(local ? 0x20 : 0x21),
    u8(local ? 0 : six ? 0x21 : 0x11),
    vec16(body),
  ]);
}
function address(a) {
  if (!a.includes(':')) return Buffer.from(a.split('.').map(Number));
  const [l, r = ''] = a.split('::');
  const part = (s) => (s ? s.split(':') : []);
  const left = part(l);
  const right = part(r);
  return Buffer.from(
    [...left, ...Array(8 - left.length - right.length).fill('0'), ...right].map((x) => x.padStart(4, '0')).join(''),
    'hex',
  );
}

// {"sni": "a.example", "alpn": ["h2"], "versions": ["0304", "0303"]}: enough for tls_inspector, no handshake follows.
function clientHello({ sni, alpn, versions = ['0304', '0303'] }) {
  const ext = (type, b) => Buffer.concat([u16(type), vec16(b)]);
  const list = [];
  if (sni) list.push(ext(0, vec16(Buffer.concat([u8(0), vec16(Buffer.from(sni))]))));
  list.push(ext(10, vec16(Buffer.from('001d0017', 'hex'))), ext(11, vec8(u8(0))), ext(13, vec16(Buffer.from('040308040401', 'hex'))));
  if (alpn) list.push(ext(16, vec16(Buffer.concat(alpn.map((p) => vec8(Buffer.from(p)))))));
  list.push(ext(43, vec8(Buffer.from(versions.join(''), 'hex'))));
  const body = Buffer.concat([
    u16(0x0303),
    Buffer.alloc(32, 7),
    vec8(Buffer.alloc(0)),
    vec16(Buffer.from('13011302c02bc02f', 'hex')),
    vec8(u8(0)),
    vec16(Buffer.concat(list)),
  ]);
  const handshake = Buffer.concat([u8(1), u24(body.length), body]);
  return Buffer.concat([u8(22), u16(0x0301), vec16(handshake)]);
}
