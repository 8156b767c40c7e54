import type { ConfigReader } from '../config-reader.ts';
import type { Proxy } from '../proxy.ts';
import type { ConnectionFacts } from './connection-facts.ts';

/** What a listener filter says after a look at the first bytes. */
export type Inspection =
  | { readonly kind: 'more' }
  /** Done; the first `consumed` bytes are taken away. */
  | { readonly kind: 'done'; readonly consumed: number }
  | { readonly kind: 'close' };

export const more: Inspection = { kind: 'more' };
export const done: Inspection = { kind: 'done', consumed: 0 };

/** One listener filter on one connection. */
export interface ListenerFilterInstance {
  /** Called with everything that has arrived, first with nothing. */
  inspect(bytes: Uint8Array, facts: ConnectionFacts): Inspection;
}

export interface ListenerFilterFactory {
  create(): ListenerFilterInstance;
}

export interface ListenerFilterType {
  compile(config: ConfigReader, proxy: Proxy): ListenerFilterFactory;
}
