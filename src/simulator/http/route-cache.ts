import type { Route } from '../router/route.ts';
import type { HttpStream } from './stream.ts';

/**
 * The route of a stream: chosen when the request headers have arrived, and again when it is asked for after a filter has cleared it (envoy
 * `ActiveStream::refreshCachedRoute`, `clearRouteCache`).
 */
export class RouteCache {
  readonly #stream: HttpStream;
  #route: Route | undefined;
  #valid = false;
  #frozen = false;

  constructor(stream: HttpStream) {
    this.#stream = stream;
  }

  /** The cached route, without choosing anew. */
  get current(): Route | undefined {
    return this.#route;
  }

  /** The route for the headers as they are now. */
  get(): Route | undefined {
    if (!this.#valid) this.resolve();
    return this.#route;
  }

  resolve(): void {
    const { manager, info, requestHeaders } = this.#stream;
    if (requestHeaders === undefined) return;
    const before = this.#route;
    this.#route = manager.selectRoute(requestHeaders);
    this.#valid = true;
    const route = this.#route;
    if (before !== route || route === undefined) this.#stream.timers?.onRoute(route);
    info.routeName = route?.name ?? '';
    info.virtualHostName = route?.virtualHost.name ?? '';
    const cluster = route?.forward?.cluster;
    info.clusterName = cluster !== undefined && manager.hasCluster(cluster) ? cluster : undefined;
    if (before !== route) this.#stream.observer?.routeChosen(this.#stream);
  }

  clear(): void {
    if (!this.#frozen) this.#valid = false;
  }

  /** A local reply is on its way: the route stays as it is. */
  freeze(): void {
    this.#frozen = true;
    this.#valid = true;
  }
}
