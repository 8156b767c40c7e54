import type { ByteString } from '#base/bytes.ts';

/** Who is told of new items: a root context, found again through the VM cache of its thread when the time comes. */
export interface QueueOwner {
  notify(token: number): void;
}

interface Queue {
  readonly vmId: ByteString;
  owner: QueueOwner;
  readonly items: Uint8Array[];
}

/** First-in-first-out queues of a whole proxy, named per `vm_id` (cpp-host `src/shared_queue.cc`). Tokens count from 1. */
export class SharedQueues {
  readonly #tokens = new Map<string, number>();
  readonly #queues = new Map<number, Queue>();
  #next = 1;

  /** Registering again gives the same token and data, and moves the notifications to the new owner. */
  register(vmId: ByteString, name: ByteString, owner: QueueOwner): number {
    const key = `${vmId}\0${name}`;
    const known = this.#tokens.get(key);
    const queue = known === undefined ? undefined : this.#queues.get(known);
    if (known !== undefined && queue !== undefined) {
      queue.owner = owner;
      return known;
    }
    const token = this.#next++;
    this.#tokens.set(key, token);
    this.#queues.set(token, { vmId, owner, items: [] });
    return token;
  }

  /** 0 when there is no such queue. */
  resolve(vmId: ByteString, name: ByteString): number {
    return this.#tokens.get(`${vmId}\0${name}`) ?? 0;
  }

  /** False when there is no such queue. Takes `item` over: the caller gives a copy. */
  enqueue(token: number, item: Uint8Array): boolean {
    const queue = this.#queues.get(token);
    if (queue === undefined) return false;
    queue.items.push(item);
    queue.owner.notify(token);
    return true;
  }

  /** `unknown` for a token nobody has, `empty` when there is nothing to take. */
  dequeue(token: number): Uint8Array | 'unknown' | 'empty' {
    const queue = this.#queues.get(token);
    if (queue === undefined) return 'unknown';
    return queue.items.shift() ?? 'empty';
  }

  forget(vmId: ByteString): void {
    for (const [token, queue] of this.#queues) if (queue.vmId === vmId) this.#queues.delete(token);
    for (const [key, token] of this.#tokens) if (!this.#queues.has(token)) this.#tokens.delete(key);
  }
}
