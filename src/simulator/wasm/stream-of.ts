import type { StreamView } from '#proxywasm/host.ts';
import type { ActiveFilter } from '../http/active-filter.ts';
import type { StreamInfo } from '../http/stream-info.ts';
import { WasmStreamHost } from './wasm-stream-host.ts';

/** The filter in whose stream a guest acts. */
export function filterOf(view: StreamView | undefined): ActiveFilter | undefined {
  return view?.host instanceof WasmStreamHost ? view.host.callbacks : undefined;
}

export function infoOf(view: StreamView | undefined): StreamInfo | undefined {
  return filterOf(view)?.stream.info;
}
