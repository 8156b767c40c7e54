import type { Context } from './context.ts';

const slots = 1024;

/**
 * The contexts of a VM by id. Streams come and go with rising ids and mostly find the place `id mod 1024` free; whoever does not (the
 * root context's place after a thousand streams, a stream that outlives a thousand others) goes into a map.
 */
export class ContextTable {
  readonly #places: (Context | undefined)[] = Array.from({ length: slots }, () => undefined);
  readonly #others = new Map<number, Context>();
  #size = 0;

  /** `id` must be new. */
  set(id: number, context: Context): void {
    const place = id % slots;
    if (this.#places[place] === undefined) this.#places[place] = context;
    else this.#others.set(id, context);
    this.#size++;
  }

  get(id: number): Context | undefined {
    const found = this.#places[id % slots];
    return found !== undefined && found.id === id ? found : this.#others.get(id);
  }

  has(id: number): boolean {
    return this.get(id) !== undefined;
  }

  delete(id: number): void {
    const place = id % slots;
    if (this.#places[place]?.id === id) this.#places[place] = undefined;
    else if (!this.#others.delete(id)) return;
    this.#size--;
  }

  get size(): number {
    return this.#size;
  }

  /** In the order of their ids. */
  values(): readonly Context[] {
    const placed = this.#places.filter((context) => context !== undefined);
    return [...placed, ...this.#others.values()].sort((a, b) => a.id - b.id);
  }
}
