import { createTypes } from './opcodes.ts';
import type { PacketReader } from './packet-reader.ts';
import { PacketError } from './packet-reader.ts';

/** What a request says, as far as Envoy looks: fields of its metadata. */
export type RequestFields = Readonly<Record<string, string>>;

interface RequestShape {
  /** Fewest bytes after xid and opcode. */
  readonly least: number;
  read(reader: PacketReader): RequestFields;
}

const INT = 4;
const LONG = 8;

function skipAcls(reader: PacketReader): void {
  const count = reader.int();
  for (let i = 0; i < count; i++) {
    reader.int();
    reader.skipText();
    reader.skipText();
  }
}

const pathAndWatch: RequestShape = {
  least: INT + 1,
  read: (reader) => ({ path: reader.text(), watch: String(reader.bool()) }),
};
const pathOnly: RequestShape = { least: INT, read: (reader) => ({ path: reader.text() }) };
const pathAndVersion: RequestShape = {
  least: 2 * INT,
  read: (reader) => ({ path: reader.text(), version: String(reader.int()) }),
};
const pathAndType: RequestShape = {
  least: 2 * INT,
  read(reader) {
    const path = reader.text();
    reader.int();
    return { path };
  },
};
const create: RequestShape = {
  least: 4 * INT,
  read(reader) {
    const path = reader.text();
    reader.skipText();
    skipAcls(reader);
    return { path, create_type: createTypes[reader.int()] ?? 'unknown' };
  },
};
const set: RequestShape = {
  least: 3 * INT,
  read(reader) {
    const path = reader.text();
    reader.skipText();
    reader.int();
    return { path };
  },
};
const watches = (lists: number): RequestShape => ({
  least: LONG + lists * INT,
  read(reader) {
    reader.long();
    for (let i = 0; i < lists; i++) reader.skipTexts();
    return {};
  },
});

/** Requests that carry a xid of their own (envoy `zookeeper_proxy/decoder.cc`, the functions `parse…Request`). */
export const shapes: Readonly<Record<string, RequestShape>> = {
  create,
  create2: create,
  createcontainer: create,
  createttl: {
    ...create,
    read(reader) {
      const fields = create.read(reader);
      reader.long();
      return fields;
    },
  },
  delete: pathAndVersion,
  exists: pathAndWatch,
  getdata: pathAndWatch,
  setdata: set,
  getacl: pathOnly,
  setacl: {
    least: 2 * INT,
    read(reader) {
      const path = reader.text();
      skipAcls(reader);
      return { path, version: String(reader.int()) };
    },
  },
  getchildren: pathAndWatch,
  getchildren2: pathAndWatch,
  sync: pathOnly,
  check: pathAndVersion,
  reconfig: {
    least: 3 * INT + LONG,
    read(reader) {
      for (let i = 0; i < 3; i++) reader.skipText();
      reader.long();
      return {};
    },
  },
  checkwatches: pathAndType,
  removewatches: pathAndType,
  close: { least: 0, read: () => ({}) },
  setwatches: watches(3),
  setwatches2: watches(5),
  getephemerals: pathOnly,
  getallchildrennumber: pathOnly,
  addwatch: { least: 2 * INT, read: (reader) => ({ path: reader.text(), mode: String(reader.int()) }) },
};

export const XID_AND_OPCODE = 8;

/** Reads the body of a request; a failure carries its operation. */
export function readRequest(name: string, shape: RequestShape, reader: PacketReader, length: number): RequestFields {
  try {
    if (length < XID_AND_OPCODE + shape.least) throw new PacketError();
    return shape.read(reader);
  } catch (error) {
    if (error instanceof PacketError) error.opcode ??= name;
    throw error;
  }
}
