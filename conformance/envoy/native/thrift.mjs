/** Messages of Thrift as bytes, for conversations. */
const be = (n, size) =>
  BigInt.asUintN(size * 8, BigInt(n))
    .toString(16)
    .padStart(size * 2, '0');
const text = (s) => Buffer.from(s).toString('hex');
const varint = (n) => {
  let out = '';
  for (let v = BigInt(n); ; v >>= 7n) {
    if (v < 128n) return out + be(v, 1);
    out += be((v & 127n) | 128n, 1);
  }
};
const zigzag = (n) => varint(BigInt.asUintN(64, (BigInt(n) << 1n) ^ (BigInt(n) >> 63n)));
const types = { bool: 2, byte: 3, double: 4, i16: 6, i32: 8, i64: 10, string: 11, struct: 12, map: 13, set: 14, list: 15 };
const compactTypes = { bool: 1, byte: 3, i16: 4, i32: 5, i64: 6, double: 7, string: 8, list: 9, set: 10, map: 11, struct: 12 };
const double = (n) => {
  const b = Buffer.alloc(8);
  b.writeDoubleBE(n);
  return b;
};

/** Fields are `[id, type, value]`; a list is `[type, items]`, a map `[key type, value type, pairs]`, a struct a list of fields. */
const binaryValue = (type, value) => {
  if (type === 'bool') return value ? '01' : '00';
  if (type === 'string') return be(value.length, 4) + text(value);
  if (type === 'double') return double(value).toString('hex');
  if (type === 'struct') return binaryStruct(value);
  if (type === 'map')
    return (
      be(types[value[0]], 1) +
      be(types[value[1]], 1) +
      be(value[2].length, 4) +
      value[2].map(([k, v]) => binaryValue(value[0], k) + binaryValue(value[1], v)).join('')
    );
  if (type === 'list' || type === 'set')
    return be(types[value[0]], 1) + be(value[1].length, 4) + value[1].map((v) => binaryValue(value[0], v)).join('');
  return be(value, { byte: 1, i16: 2, i32: 4, i64: 8 }[type]);
};
const binaryStruct = (fields) =>
  `${fields.map(([id, type, value]) => be(types[type], 1) + be(id, 2) + binaryValue(type, value)).join('')}00`;

const compactValue = (type, value) => {
  if (type === 'bool') return value ? '01' : '02';
  if (type === 'byte') return be(value, 1);
  if (type === 'string') return varint(value.length) + text(value);
  if (type === 'double') return double(value).toString('hex');
  if (type === 'struct') return compactStruct(value);
  if (type === 'map')
    return value[2].length === 0
      ? '00'
      : varint(value[2].length) +
          be((compactTypes[value[0]] << 4) | compactTypes[value[1]], 1) +
          value[2].map(([k, v]) => compactValue(value[0], k) + compactValue(value[1], v)).join('');
  if (type === 'list' || type === 'set') {
    const [item, items] = value;
    const head =
      items.length < 15 ? be((items.length << 4) | compactTypes[item], 1) : be(0xf0 | compactTypes[item], 1) + varint(items.length);
    return head + items.map((v) => compactValue(item, v)).join('');
  }
  return zigzag(value);
};
const compactStruct = (fields) => {
  let last = 0;
  let out = '';
  for (const [id, type, value] of fields) {
    const code = type === 'bool' ? (value ? 1 : 2) : compactTypes[type];
    const delta = id - last;
    out += delta > 0 && delta < 16 ? be((delta << 4) | code, 1) : be(code, 1) + zigzag(id);
    last = id;
    if (type !== 'bool') out += compactValue(type, value);
  }
  return `${out}00`;
};

export const kinds = { call: 1, reply: 2, exception: 3, oneway: 4 };
export const binary = (kind, name, seq, fields = []) =>
  `8001${be(kinds[kind] ?? kind, 2)}${be(name.length, 4)}${text(name)}${be(seq, 4)}${binaryStruct(fields)}`;
export const lax = (kind, name, seq, fields = []) =>
  `${be(name.length, 4)}${text(name)}${be(kinds[kind], 1)}${be(seq, 4)}${binaryStruct(fields)}`;
export const compact = (kind, name, seq, fields = []) =>
  `82${be((kinds[kind] << 5) | 1, 1)}${varint(seq)}${varint(name.length)}${text(name)}${compactStruct(fields)}`;

export const framed = (hex) => be(hex.length / 2, 4) + hex;
/** The header transport; `protocol` 0 is binary, 2 compact. */
export const headers = (hex, pairs = {}, { protocol = 0, seq = 0, transforms = [] } = {}) => {
  const list = Object.entries(pairs);
  const info =
    list.length === 0
      ? ''
      : `01${varint(list.length)}${list.map(([k, v]) => varint(k.length) + text(k) + varint(v.length) + text(v)).join('')}`;
  let head = varint(protocol) + varint(transforms.length) + transforms.map(varint).join('') + info;
  head += '00'.repeat(4 - ((head.length / 2) % 4));
  return framed(`0fff0000${be(seq, 4)}${be(head.length / 8, 2)}${head}${hex}`);
};
