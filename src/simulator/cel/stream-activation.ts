import type { HttpStream } from '../http/stream.ts';
import type { AttributeSource } from '../wasm/properties.ts';
import { attribute } from '../wasm/properties.ts';
import type { Activation } from './evaluate.ts';

/** Names in expressions stand for attributes of a stream: `request.path`, `source.address` … (envoy `Expr::createActivation`). */
export function streamActivation(stream: HttpStream): Activation {
  let source: AttributeSource | undefined;
  return (name) => attribute(name, (source ??= sourceOf(stream)));
}

function sourceOf(stream: HttpStream): AttributeSource {
  return {
    proxy: stream.manager.proxy,
    settings: undefined,
    info: stream.info,
    route: stream.routes.current,
    requestHeaders: stream.request.headers,
    responseHeaders: stream.response.headers,
    responseTrailers: stream.response.trailers,
  };
}
