import type { ReplySink, SentCommand } from './redis-client.ts';
import type { Resp } from './resp.ts';
import { array, errorReply, simple } from './resp.ts';

export const noHost = errorReply('no upstream host');
export const upstreamFailure = errorReply('upstream failure');

/** How the answers of the parts of one command become its answer; `ok` decides the statistics. */
export interface Joined {
  readonly reply: Resp;
  readonly ok: boolean;
}

/** Sends the parts of a command and waits for all of them. A part that cannot be sent counts as answered. */
export class Fragments implements SentCommand {
  readonly #replies: (Resp | undefined)[];
  readonly #handles: (SentCommand | undefined)[] = [];
  readonly #done: (replies: readonly Resp[]) => void;
  #missing: number;

  constructor(count: number, send: (index: number, sink: ReplySink) => SentCommand | undefined, done: (replies: readonly Resp[]) => void) {
    this.#replies = Array.from({ length: count }, () => undefined);
    this.#missing = count;
    this.#done = done;
    for (let i = 0; i < count; i++) {
      const sink: ReplySink = { reply: (value) => this.#answered(i, value), failed: () => this.#answered(i, upstreamFailure) };
      const handle = send(i, sink);
      this.#handles.push(handle);
      if (handle === undefined) this.#answered(i, noHost);
    }
  }

  get pending(): boolean {
    return this.#missing > 0;
  }

  cancel(): void {
    for (const [i, handle] of this.#handles.entries()) if (this.#replies[i] === undefined) handle?.cancel();
  }

  #answered(index: number, value: Resp): void {
    this.#replies[index] = value;
    if (--this.#missing === 0) this.#done(this.#replies.filter((reply) => reply !== undefined));
  }
}

const finished = (errors: number): Resp => errorReply(`finished with ${errors} error(s)`);

/** MGET: a list; what is no text is an error of its own. */
export function joinGets(replies: readonly Resp[]): Joined {
  const items = replies.map((reply) =>
    reply.type === 'bulk' || reply.type === 'null' || reply.type === 'error' ? reply : errorReply('upstream protocol error'),
  );
  return { reply: array(items), ok: !items.some(({ type }) => type === 'error') };
}

/** MSET: OK when all are. */
export function joinSets(replies: readonly Resp[]): Joined {
  const errors = replies.filter((reply) => !(reply.type === 'simple' && reply.text === 'OK')).length;
  return { reply: errors === 0 ? simple('OK') : finished(errors), ok: errors === 0 };
}

/** DEL, EXISTS, TOUCH, UNLINK: the sum. */
export function joinSums(replies: readonly Resp[]): Joined {
  let sum = 0n;
  let errors = 0;
  for (const reply of replies) {
    if (reply.type === 'integer') sum += reply.value;
    else errors++;
  }
  return { reply: errors === 0 ? { type: 'integer', value: sum } : finished(errors), ok: errors === 0 };
}

/** The answer of the only shard there is, as it came. */
export function joinOne([reply = upstreamFailure]: readonly Resp[]): Joined {
  return { reply, ok: reply.type !== 'error' };
}
