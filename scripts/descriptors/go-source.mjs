/** Reads what protoc-gen-go wrote: the serialised file descriptor and the comments of messages, fields and enum values. */

/** The serialised `FileDescriptorProto` inside a generated Go source, or undefined. */
export function rawDescriptor(source) {
  const list = /^var file_\w+_rawDesc = (?:\[\]byte\{|string\(\[\]byte\{)([^}]*)\}/m.exec(source); // generators before 1.36.6
  if (list !== null) return Buffer.from([...list[1].matchAll(/0x([0-9a-f]{2})/g)].map((match) => Number.parseInt(match[1], 16)));
  const start = /^const file_\w+_rawDesc = ((?:.*\n)*?)\n/m.exec(source);
  if (start === null) return undefined;
  const parts = [...start[1].matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((match) => goStringBytes(match[1]));
  return Buffer.concat(parts);
}

const simpleEscapes = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, '\\': 92, '"': 34 };

/** The bytes of an interpreted Go string literal (without its quotes). */
function goStringBytes(text) {
  const parts = [];
  const pattern = /\\x([0-9a-f]{2})|\\([0-7]{3})|\\u([0-9a-f]{4})|\\U([0-9a-f]{8})|\\(.)|([^\\]+)/gi;
  for (const [, hex, octal, short, long, simple, plain] of text.matchAll(pattern)) {
    if (hex !== undefined) parts.push(Buffer.from([Number.parseInt(hex, 16)]));
    else if (octal !== undefined) parts.push(Buffer.from([Number.parseInt(octal, 8)]));
    else if (short !== undefined || long !== undefined) parts.push(Buffer.from(String.fromCodePoint(Number.parseInt(short ?? long, 16))));
    else if (simple !== undefined) parts.push(Buffer.from([simpleEscapes[simple] ?? unknownEscape(simple)]));
    else parts.push(Buffer.from(plain));
  }
  return Buffer.concat(parts);
}

function unknownEscape(char) {
  throw new Error(`Unknown escape \\${char} in a Go string`);
}

/**
 * The comments of a generated Go source: `structs` maps the Go name of a struct to its comment and those of its fields (by
 * proto name), `enums` the Go name of an enum to its comment and those of its values (by number).
 */
export function goComments(source) {
  const structs = new Map();
  const enums = new Map();
  let pending = [];
  let struct;
  const enumOf = (name) => enums.get(name) ?? enums.set(name, { comment: '', values: new Map() }).get(name);
  for (const line of source.split('\n')) {
    const comment = /^\t?\/\/ ?(.*)$/.exec(line);
    if (comment !== null) {
      pending.push(comment[1]);
      continue;
    }
    const text = pending;
    pending = [];
    const open = /^type (\w+) struct \{/.exec(line);
    const enumType = /^type (\w+) int32$/.exec(line);
    const field = /^\t\w+ +.*`protobuf:"[^"`]*?\bname=(\w+)/.exec(line);
    const value = /^\t\w+ +(\w+) += (-?\d+)$/.exec(line);
    if (open !== null) structs.set(open[1], (struct = { comment: join(text), fields: new Map() }));
    else if (line.startsWith('}')) struct = undefined;
    else if (enumType !== null) enumOf(enumType[1]).comment = join(text);
    else if (field !== null && struct !== undefined) struct.fields.set(field[1], join(text));
    else if (value !== null) enumOf(value[1]).values.set(Number(value[2]), join(text));
  }
  return { structs, enums };
}

/** protoc-gen-go adds paragraphs of its own, which say nothing that the descriptor does not say. */
function join(lines) {
  const text = lines.join('\n').trim();
  return text
    .replace(/(^|\n)Deprecated: (Marked as deprecated in|Do not use\.).*$/s, '')
    .replace(/(^|\n)Types that are valid to be assigned to .*$/s, '')
    .trim();
}

/** The Go name of a proto name, as protoc-gen-go makes it (internal/strs.GoCamelCase). */
export function goCamelCase(name) {
  let out = '';
  for (let i = 0; i < name.length; i++) {
    const char = name[i];
    const next = name[i + 1] ?? '';
    if (char === '.' && /[a-z]/.test(next)) continue;
    if (char === '.') out += '_';
    else if (char === '_' && (i === 0 || name[i - 1] === '.')) out += 'X';
    else if (char === '_' && /[a-z]/.test(next)) continue;
    else if (/\d/.test(char)) out += char;
    else {
      out += /[a-z]/.test(char) ? char.toUpperCase() : char;
      while (/[a-z]/.test(name[i + 1] ?? '')) out += name[++i];
    }
  }
  return out;
}
