/** The tables of RFC 1951 that compressor and decompressor share. */

/** Lengths 3…258 as codes 257…285: first length and number of extra bits of each. */
export const lengthBase = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
];
export const lengthExtra = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];

/** Distances 1…32768 as codes 0…29. */
export const distanceBase = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385,
  24577,
];
export const distanceExtra = [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13];

/** In which order the lengths of the code length codes are written. */
export const codeLengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

export const endOfBlock = 256;
export const literalCodes = 286;
export const distanceCodes = 30;

/** Code lengths of a block with fixed codes. */
export const fixedLiteralLengths: readonly number[] = Array.from({ length: 288 }, (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8));
export const fixedDistanceLengths: readonly number[] = Array.from({ length: 30 }, () => 5);

/** The codes that belong to code lengths, bits reversed as they are written (RFC 1951 3.2.2). */
export function codesOf(lengths: readonly number[]): readonly number[] {
  const counts = Array.from({ length: 16 }, () => 0);
  for (const length of lengths) if (length > 0) counts[length] = (counts[length] ?? 0) + 1;
  const next = [0];
  let code = 0;
  for (let bits = 1; bits <= 15; bits++) {
    code = (code + (bits === 1 ? 0 : (counts[bits - 1] ?? 0))) << 1;
    next[bits] = code;
  }
  return lengths.map((length) => {
    if (length === 0) return 0;
    const own = next[length] ?? 0;
    next[length] = own + 1;
    return reversed(own, length);
  });
}

function reversed(code: number, bits: number): number {
  let out = 0;
  for (let i = 0; i < bits; i++) out |= ((code >>> i) & 1) << (bits - 1 - i);
  return out;
}
