/*
 * Optimal prefix codes with a limited length, chosen exactly as zlib chooses them (`trees.c` `build_tree`, `gen_bitlen`), so that the
 * compressed bytes are the same.
 */

export interface Tree {
  /** Bits of each symbol's code; 0 = not used. */
  readonly lengths: readonly number[];
  /** The last symbol that has a code. */
  readonly last: number;
}

/** Code lengths for symbols that occur `frequencies` times, none longer than `maxLength`. At least two symbols get a code. */
export function buildTree(frequencies: readonly number[], maxLength: number): Tree {
  const used = [...frequencies];
  const count = frequencies.length;
  const heap: number[] = [0];
  let last = -1;
  for (let symbol = 0; symbol < count; symbol++) {
    if ((used[symbol] ?? 0) > 0) {
      heap.push(symbol);
      last = symbol;
    }
  }
  while (heap.length < 3) {
    const forced = last < 2 ? ++last : 0;
    used[forced] = 1;
    heap.push(forced);
  }
  return { lengths: codeLengths(used, heap, count, maxLength), last };
}

function codeLengths(weights: number[], heap: number[], count: number, maxLength: number): readonly number[] {
  const depth: number[] = weights.map(() => 0);
  const parents: number[] = [];
  const sorted: number[] = [];
  let size = heap.length - 1;
  const isSmaller = (a: number, b: number): boolean => {
    const left = weights[a] ?? 0;
    const right = weights[b] ?? 0;
    return left < right || (left === right && (depth[a] ?? 0) <= (depth[b] ?? 0));
  };
  const sift = (start: number): void => {
    let at = start;
    const value = heap[at] ?? 0;
    for (let child = at * 2; child <= size; child *= 2) {
      if (child < size && isSmaller(heap[child + 1] ?? 0, heap[child] ?? 0)) child++;
      if (isSmaller(value, heap[child] ?? 0)) break;
      heap[at] = heap[child] ?? 0;
      at = child;
    }
    heap[at] = value;
  };
  for (let i = size >> 1; i >= 1; i--) sift(i);
  let node = count;
  do {
    const least = heap[1] ?? 0;
    heap[1] = heap[size--] ?? 0;
    sift(1);
    const second = heap[1] ?? 0;
    sorted.push(least, second);
    weights[node] = (weights[least] ?? 0) + (weights[second] ?? 0);
    depth[node] = Math.max(depth[least] ?? 0, depth[second] ?? 0) + 1;
    parents[least] = node;
    parents[second] = node;
    heap[1] = node++;
    sift(1);
  } while (size >= 2);
  sorted.push(heap[1] ?? 0);
  return limitLengths(sorted.toReversed(), parents, count, maxLength);
}

/** Lengths from the tree; overlong codes are shortened at the cost of others. `nodes` begins with the root, then the heaviest. */
function limitLengths(nodes: readonly number[], parents: readonly number[], count: number, maxLength: number): readonly number[] {
  const bits: number[] = [];
  const perLength = Array.from({ length: maxLength + 1 }, () => 0);
  let overflow = 0;
  const [root = 0, ...rest] = nodes;
  bits[root] = 0;
  for (const node of rest) {
    let length = (bits[parents[node] ?? 0] ?? 0) + 1;
    if (length > maxLength) {
      length = maxLength;
      overflow++;
    }
    bits[node] = length;
    if (node < count) perLength[length] = (perLength[length] ?? 0) + 1;
  }
  if (overflow > 0) {
    do {
      let length = maxLength - 1;
      while (perLength[length] === 0) length--;
      perLength[length] = (perLength[length] ?? 0) - 1;
      perLength[length + 1] = (perLength[length + 1] ?? 0) + 2;
      perLength[maxLength] = (perLength[maxLength] ?? 0) - 1;
      overflow -= 2;
    } while (overflow > 0);
    const leaves = rest.filter((node) => node < count);
    let at = leaves.length;
    for (let length = maxLength; length > 0; length--) {
      for (let i = perLength[length] ?? 0; i > 0; i--) bits[leaves[--at] ?? 0] = length;
    }
  }
  return Array.from({ length: count }, (_, symbol) => bits[symbol] ?? 0);
}
