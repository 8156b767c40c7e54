/** A file or folder of a tar archive. */
export interface TarEntry {
  /** With `/` between parts; folders end with one. */
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Permission bits; default 0644, folders 0755. */
  readonly mode?: number | undefined;
}

export const blockSize = 512;

/** Offsets and lengths of the ustar header (POSIX.1-1988; pax: POSIX.1-2001, "pax Interchange Format"). */
export const fields = {
  name: [0, 100],
  mode: [100, 8],
  uid: [108, 8],
  gid: [116, 8],
  size: [124, 12],
  mtime: [136, 12],
  checksum: [148, 8],
  type: [156, 1],
  magic: [257, 6],
  version: [263, 2],
  prefix: [345, 155],
} as const satisfies Readonly<Record<string, readonly [number, number]>>;

/** The sum of the header's bytes, its checksum field taken as blanks. */
export function headerChecksum(header: Uint8Array): number {
  const [start, length] = fields.checksum;
  let sum = 32 * length;
  for (const [i, byte] of header.subarray(0, blockSize).entries()) sum += i >= start && i < start + length ? 0 : byte;
  return sum;
}
