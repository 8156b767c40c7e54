/** Chance that can be repeated: the same seed gives the same choices (mulberry32). */
export class Chance {
  #state;

  constructor(seed) {
    this.#state = seed >>> 0;
  }

  /** In [0, 1). */
  next() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  /** A whole number below `n`. */
  below(n) {
    return Math.floor(this.next() * n);
  }

  pick(list) {
    return list[this.below(list.length)];
  }

  isTrue(share) {
    return this.next() < share;
  }

  /** Up to `most` results of `make`. */
  some(most, make) {
    return Array.from({ length: this.below(most + 1) }, make);
  }

  /** One of the functions of an object, called. */
  oneOf(makers) {
    return this.pick(Object.values(makers))();
  }

  /** An object with some of the fields `makers` can make. */
  fields(share, makers) {
    return Object.fromEntries(Object.entries(makers).flatMap(([name, make]) => (this.isTrue(share) ? [[name, make()]] : [])));
  }
}
