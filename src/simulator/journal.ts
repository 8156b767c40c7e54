import type { ByteString } from '#base/bytes.ts';

/** What plugins said and how they were called, in order. */
export type JournalEntry = JournalLog | JournalCallback;

export interface JournalLog {
  readonly kind: 'log';
  readonly level: number;
  readonly prefix: string;
  readonly message: ByteString;
  readonly from: 'guest' | 'host' | 'lua';
  readonly mainThread: boolean;
}

export interface JournalCallback {
  readonly kind: 'callback';
  readonly name: string;
  readonly args: readonly number[];
  result: number | undefined;
  readonly mainThread: boolean;
}

/** Collects entries until somebody takes them; knows when the last one came. */
export class Journal {
  #entries: JournalEntry[] = [];
  readonly #now: () => bigint;
  lastNs = 0n;

  constructor(now: () => bigint) {
    this.#now = now;
  }

  add(entry: JournalEntry): void {
    this.lastNs = this.#now();
    this.#entries.push(entry);
  }

  take(): JournalEntry[] {
    const entries = this.#entries;
    this.#entries = [];
    return entries;
  }
}
