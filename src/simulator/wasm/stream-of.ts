import type { StreamView } from '#proxywasm/host.ts';
import type { ActiveFilter } from '../http/active-filter.ts';
import type { StreamInfo } from '../http/stream-info.ts';
import type { Route } from '../router/route.ts';
import { WasmConnectionHost } from './wasm-connection-host.ts';
import { WasmStreamHost } from './wasm-stream-host.ts';

/** A guest's stream or connection as attributes see it. */
export interface GuestStream {
  readonly info: StreamInfo;
  readonly route: Route | undefined;
}

/** The filter in whose stream a guest acts. */
export function filterOf(view: StreamView | undefined): ActiveFilter | undefined {
  return view?.host instanceof WasmStreamHost ? view.host.callbacks : undefined;
}

export function streamOf(view: StreamView | undefined): GuestStream | undefined {
  if (view?.host instanceof WasmConnectionHost) return { info: view.host.callbacks.connection.info, route: undefined };
  const stream = filterOf(view)?.stream;
  return stream === undefined ? undefined : { info: stream.info, route: stream.routes.current };
}
