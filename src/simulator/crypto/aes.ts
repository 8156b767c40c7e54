/** Blocks of AES have 16 bytes. */
const BLOCK = 16;

/** The substitution box and its inverse (FIPS 197 §5.1.1), made from the powers of 3 in GF(2^8). */
const { box, inverseBox } = makeBoxes();

function makeBoxes(): { readonly box: Uint8Array; readonly inverseBox: Uint8Array } {
  const box = new Uint8Array(256);
  const inverseBox = new Uint8Array(256);
  let p = 1;
  let q = 1;
  do {
    p = (p ^ double(p)) & 0xff;
    q = divideByThree(q);
    const rotated = q ^ rotate(q, 1) ^ rotate(q, 2) ^ rotate(q, 3) ^ rotate(q, 4) ^ 0x63;
    box[p] = rotated;
  } while (p !== 1);
  box[0] = 0x63;
  for (const [value, image] of box.entries()) inverseBox[image] = value;
  return { box, inverseBox };
}

function double(value: number): number {
  return ((value << 1) ^ ((value & 0x80) === 0 ? 0 : 0x1b)) & 0xff;
}

function divideByThree(value: number): number {
  let q = value;
  for (const shift of [1, 2, 4]) q ^= (q << shift) & 0xff;
  return q ^ ((q & 0x80) === 0 ? 0 : 0x09);
}

function rotate(value: number, by: number): number {
  return ((value << by) | (value >> (8 - by))) & 0xff;
}

function multiply(value: number, by: number): number {
  let out = 0;
  let factor = value;
  for (let rest = by; rest > 0; rest >>= 1) {
    if ((rest & 1) === 1) out ^= factor;
    factor = double(factor);
  }
  return out;
}

/** The round keys of a key of 16, 24 or 32 bytes, one behind the other. */
function expandKey(key: Uint8Array): Uint8Array {
  const words = key.length / 4;
  const out = new Uint8Array(BLOCK * (words + 7));
  out.set(key);
  let constant = 1;
  for (let at = key.length; at < out.length; at += 4) {
    let word = out.slice(at - 4, at);
    const place = (at / 4) % words;
    if (place === 0) {
      word = Uint8Array.of(word[1] ?? 0, word[2] ?? 0, word[3] ?? 0, word[0] ?? 0).map(substitute);
      word[0] = (word[0] ?? 0) ^ constant;
      constant = double(constant);
    } else if (words > 6 && place === 4) {
      word = word.map(substitute);
    }
    for (let i = 0; i < 4; i++) out[at + i] = (out[at + i - key.length] ?? 0) ^ (word[i] ?? 0);
  }
  return out;
}

function substitute(value: number): number {
  return box[value] ?? 0;
}

function addKey(block: Uint8Array, keys: Uint8Array, round: number): void {
  for (let i = 0; i < BLOCK; i++) block[i] = (block[i] ?? 0) ^ (keys[round * BLOCK + i] ?? 0);
}

/** Rows of the state move by their number; then each column is multiplied. */
function mix(block: Uint8Array, factors: readonly [number, number, number, number]): Uint8Array {
  return block.map((_, i) => {
    const column = i - (i % 4);
    let sum = 0;
    for (let k = 0; k < 4; k++) sum ^= multiply(block[column + k] ?? 0, factors[(k - i + 16) % 4] ?? 0);
    return sum;
  });
}

function shiftRows(block: Uint8Array, step: 1 | -1): Uint8Array {
  return block.map((_, i) => block[(i + 4 * step * (i % 4) + 64) % BLOCK] ?? 0);
}

function encryptBlock(plain: Uint8Array, keys: Uint8Array): Uint8Array {
  const last = keys.length / BLOCK - 1;
  let block = plain.slice();
  addKey(block, keys, 0);
  for (let round = 1; round <= last; round++) {
    block = shiftRows(block.map(substitute), 1).slice();
    if (round < last) block = mix(block, [2, 3, 1, 1]).slice();
    addKey(block, keys, round);
  }
  return block;
}

function decryptBlock(cipher: Uint8Array, keys: Uint8Array): Uint8Array {
  const last = keys.length / BLOCK - 1;
  let block = cipher.slice();
  for (let round = last; round > 0; round--) {
    addKey(block, keys, round);
    if (round < last) block = mix(block, [14, 11, 13, 9]).slice();
    block = shiftRows(block, -1).map((value) => inverseBox[value] ?? 0);
  }
  addKey(block, keys, 0);
  return block;
}

/** AES in CBC mode with the padding of PKCS #7; keys of 16, 24 or 32 bytes. */
export function encryptCbc(key: Uint8Array, start: Uint8Array, plain: Uint8Array): Uint8Array<ArrayBuffer> {
  const keys = expandKey(key);
  const padding = BLOCK - (plain.length % BLOCK);
  const out = new Uint8Array(plain.length + padding).fill(padding);
  out.set(plain);
  let before = start;
  for (let at = 0; at < out.length; at += BLOCK) {
    const mask = before;
    before = encryptBlock(
      out.slice(at, at + BLOCK).map((value, i) => value ^ (mask[i] ?? 0)),
      keys,
    );
    out.set(before, at);
  }
  return out;
}

/** The other way; undefined when the length or the padding is wrong. */
export function decryptCbc(key: Uint8Array, start: Uint8Array, cipher: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
  if (cipher.length === 0 || cipher.length % BLOCK !== 0) return undefined;
  const keys = expandKey(key);
  const out = new Uint8Array(cipher.length);
  let before = start;
  for (let at = 0; at < cipher.length; at += BLOCK) {
    const block = cipher.subarray(at, at + BLOCK);
    const mask = before;
    out.set(
      decryptBlock(block, keys).map((value, i) => value ^ (mask[i] ?? 0)),
      at,
    );
    before = block;
  }
  const padding = out.at(-1) ?? 0;
  if (padding === 0 || padding > BLOCK || out.subarray(-padding).some((value) => value !== padding)) return undefined;
  return out.slice(0, -padding);
}
