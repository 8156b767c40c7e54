import type { Failure, Result } from '#base/result.ts';
import { err } from '#base/result.ts';

/**
 * Typed calls over a message port. One type maps call name → arguments and result, so a misspelt handler or a wrong
 * answer does not compile; when the other side is gone, everything pending is answered with a failure instead of hanging.
 */
export type Calls<C> = { readonly [K in keyof C]: { readonly args: unknown; readonly result: unknown } };

/** The part of `Worker`, `MessagePort` and a worker's own scope that is used. */
export interface Port {
  postMessage(message: unknown, transfer?: Transferable[]): void;
  onmessage: ((event: MessageEvent) => void) | null;
}

interface Request {
  readonly id: number;
  readonly call: string;
  readonly args: unknown;
}

interface Reply {
  readonly id: number;
  readonly answer: Result<unknown>;
}

export type Handlers<C extends Calls<C>> = {
  readonly [K in keyof C]: (args: C[K]['args']) => Promise<Result<C[K]['result']>>;
};

export interface Client<C extends Calls<C>> {
  call<K extends keyof C & string>(name: K, args: C[K]['args'], transfer?: Transferable[]): Promise<Result<C[K]['result']>>;
  /** Answers everything pending with `failure`, and every later call too. */
  dispose(failure: Failure): void;
}

/** The calling side. */
export function connect<C extends Calls<C>>(port: Port): Client<C> {
  const pending = new Map<number, (answer: Result<unknown>) => void>();
  let nextId = 1;
  let disposed: Failure | undefined;
  port.onmessage = (event: MessageEvent<Reply>) => {
    const { id, answer } = event.data;
    pending.get(id)?.(answer);
    pending.delete(id);
  };
  return {
    call: (name, args, transfer = []) => {
      if (disposed !== undefined) return Promise.resolve(err(disposed));
      const id = nextId++;
      const request: Request = { id, call: name, args };
      return new Promise((resolve) => {
        pending.set(id, resolve);
        port.postMessage(request, transfer);
      });
    },
    dispose: (failure) => {
      disposed = failure;
      for (const resolve of pending.values()) resolve(err(failure));
      pending.clear();
    },
  };
}

/** The answering side. A handler that throws is our own bug: it is reported as a failure with its message. */
export function serve<C extends Calls<C>>(port: Port, handlers: Handlers<C>): void {
  const byName = handlers as Readonly<Record<string, ((args: unknown) => Promise<Result<unknown>>) | undefined>>;
  const answer = async (request: Request): Promise<void> => {
    const handler = byName[request.call];
    const reply = async (): Promise<Result<unknown>> => {
      if (handler === undefined) return err({ code: 'unknown-call', message: `The worker has no call "${request.call}".` });
      try {
        return await handler(request.args);
      } catch (error) {
        return err({ code: 'internal', message: error instanceof Error ? `${error.message}\n${error.stack ?? ''}` : String(error) });
      }
    };
    const message: Reply = { id: request.id, answer: await reply() };
    port.postMessage(message);
  };
  port.onmessage = (event: MessageEvent<Request>) => void answer(event.data);
}
