import type { ActiveFilter } from '../http/active-filter.ts';
import type { BodyBuffer } from '../http/body-buffer.ts';
import type { DataStatus, HeadersStatus, HttpFilter, TrailersStatus } from '../http/filter.ts';
import { DataStatus as Data, HeadersStatus as HeadersResult, TrailersStatus as Trailers } from '../http/filter.ts';
import type { Headers } from '../http/headers.ts';
import { finalizeResponse } from './finalize.ts';
import { Forwarder } from './forwarder.ts';
import type { Route } from './route.ts';
import type { RouterOptions } from './router-options.ts';
import { strictHeaderProblem } from './strict-headers.ts';

/** The last filter: answers by itself or hands the request to a cluster (envoy `source/common/router/router.cc`). */
export class RouterFilter implements HttpFilter {
  readonly #callbacks: ActiveFilter;
  readonly #options: RouterOptions;
  #forwarder: Forwarder | undefined;

  constructor(callbacks: ActiveFilter, options: RouterOptions) {
    this.#callbacks = callbacks;
    this.#options = options;
  }

  decodeHeaders(headers: Headers, endStream: boolean): HeadersStatus {
    const { stream } = this.#callbacks;
    const { manager, info } = stream;
    const problem = strictHeaderProblem(headers, this.#options.strictHeaders);
    if (problem !== undefined) {
      info.setFlag('IH');
      this.#reply(400, problem.body, problem.details);
      return HeadersResult.StopIteration;
    }
    const route = stream.routes.get();
    if (route === undefined) {
      info.setFlag('NR');
      this.#reply(404, '', 'route_not_found');
      return HeadersResult.StopIteration;
    }
    if (route.direct !== undefined) {
      this.#direct(route, route.direct, headers);
      return HeadersResult.StopIteration;
    }
    const action = route.forward;
    const cluster = action === undefined ? undefined : manager.proxy.clusters.get(action.cluster);
    if (action === undefined || cluster === undefined) {
      info.setFlag('NC');
      this.#reply(action?.clusterNotFoundCode ?? 503, '', 'cluster_not_found');
      return HeadersResult.StopIteration;
    }
    this.#forwarder = new Forwarder(this.#callbacks, this.#options, { route, action, cluster }, headers);
    this.#forwarder.start(endStream);
    return HeadersResult.StopIteration;
  }

  decodeData(data: BodyBuffer, endStream: boolean): DataStatus {
    this.#forwarder?.data(data, endStream);
    return Data.StopIterationNoBuffer;
  }

  decodeTrailers(trailers: Headers): TrailersStatus {
    this.#forwarder?.trailers(trailers);
    return Trailers.StopIteration;
  }

  onDestroy(): void {
    this.#forwarder?.destroy();
  }

  #reply(code: number, body: string, details: string): void {
    this.#callbacks.sendLocalReply({ code, body, details });
  }

  #direct(route: Route, direct: NonNullable<Route['direct']>, headers: Headers): void {
    const { stream } = this.#callbacks;
    const path = headers.get(':path');
    const rewritten = path === undefined ? undefined : direct.rewritePath(path);
    if (path !== undefined && rewritten !== undefined && rewritten !== path) {
      if (!this.#options.suppressEnvoyHeaders) headers.set('x-envoy-original-path', path);
      headers.set(':path', rewritten);
    }
    const context = stream.manager.formatContext(stream);
    this.#callbacks.sendLocalReply({
      code: direct.code,
      body: direct.bodyFormat === undefined ? direct.body : direct.bodyFormat({ ...context, localReplyBody: direct.body }),
      details: 'direct_response',
      modifyHeaders: (response) => {
        if (direct.contentType !== undefined) response.set('content-type', direct.contentType);
        if (direct.code === 201 || (direct.code >= 300 && direct.code < 400)) response.set('location', direct.location(headers));
        finalizeResponse(route, response, { ...context, responseHeaders: response });
      },
    });
  }
}
