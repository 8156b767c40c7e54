import type { ConfigReader } from '../../config-reader.ts';
import type { ActiveFilter } from '../../http/active-filter.ts';
import type { HeadersStatus as HeadersResult, HttpFilter } from '../../http/filter.ts';
import { HeadersStatus } from '../../http/filter.ts';
import type { Headers } from '../../http/headers.ts';
import type { HttpSubject } from '../../matching/http-inputs.ts';
import { compileHttpInput } from '../../matching/http-inputs.ts';
import type { MatcherTree } from '../../matching/matcher-tree.ts';
import { compileMatcherTree } from '../../matching/matcher-tree.ts';
import type { HttpFilterType } from '../filter-type.ts';
import { allRouteOptions } from '../filter-type.ts';
import { tell } from '../tell.ts';
import type { LocalPolicy, Policy, RedirectPolicy } from './policy.ts';
import { compilePolicy } from './policy.ts';

type Matcher = MatcherTree<HttpSubject, Policy>;

/** envoy.filters.http.custom_response (envoy `source/extensions/filters/http/custom_response`, `source/extensions/http/custom_response`). */
export const filterType: HttpFilterType = {
  compile(config, context) {
    const own = readMatcher(config);
    const ofRoutes = allRouteOptions(context, readMatcher);
    return { create: (callbacks) => new CustomResponseFilter(callbacks, () => [...ofRoutes(callbacks), own]) };
  },
};

/** The policy that redirected a request, and the status it was redirected for. */
class Redirected {
  readonly policy: RedirectPolicy;
  readonly code: number;

  constructor(policy: RedirectPolicy, code: number) {
    this.policy = policy;
    this.code = code;
  }
}

/** Under this key a request remembers it. */
const KEY = 'envoy.filters.http.custom_response';

function readMatcher(config: ConfigReader): Matcher {
  const matcher = config.message('custom_response_matcher');
  return matcher === undefined ? () => undefined : compileMatcherTree(matcher, { input: compileHttpInput, action: compilePolicy });
}

class CustomResponseFilter implements HttpFilter {
  readonly #callbacks: ActiveFilter;
  readonly #matchers: () => readonly Matcher[];
  #request: Headers | undefined;

  constructor(callbacks: ActiveFilter, matchers: () => readonly Matcher[]) {
    this.#callbacks = callbacks;
    this.#matchers = matchers;
  }

  decodeHeaders(headers: Headers): HeadersResult {
    this.#request = headers;
    return HeadersStatus.Continue;
  }

  encodeHeaders(headers: Headers): HeadersResult {
    const { stream } = this.#callbacks;
    const redirected = stream.requestScope.get(KEY);
    if (redirected instanceof Redirected) {
      this.#finish(redirected, headers);
      return HeadersStatus.Continue;
    }
    const subject: HttpSubject = { request: this.#request, response: headers };
    for (const match of this.#matchers()) {
      const policy = match(subject);
      if (policy === undefined) continue;
      return policy.kind === 'local' ? this.#reply(policy, headers) : this.#redirect(policy, headers);
    }
    return HeadersStatus.Continue;
  }

  #reply(policy: LocalPolicy, response: Headers): HeadersResult {
    const { stream } = this.#callbacks;
    const context = { ...stream.manager.formatContext(stream), responseHeaders: response };
    tell(this.#callbacks, 'response', 'custom-response', 'A reply of its own takes the place of the response');
    this.#callbacks.sendLocalReply({
      code: policy.status ?? (Number(response.get(':status')) || 500),
      body: policy.body(context),
      details: policy.details === 'preserve' ? (stream.info.responseCodeDetails ?? '') : policy.details,
      modifyHeaders: (headers) => policy.headers?.(headers, { ...context, responseHeaders: headers }),
    });
    return HeadersStatus.StopIteration;
  }

  /** The request starts again towards the page that stands in. */
  #redirect(policy: RedirectPolicy, response: Headers): HeadersResult {
    const { stream } = this.#callbacks;
    const request = this.#request;
    if (request === undefined) return HeadersStatus.Continue;
    const before = [request.get(':scheme'), request.get(':authority'), request.get(':path')] as const;
    const target = /^(https?):\/\/([^/?#]+)([^#]*)/.exec(policy.target(request));
    if (target === null) return HeadersStatus.Continue;
    const [, scheme = 'http', host = '', path = ''] = target;
    request.set(':scheme', scheme);
    request.set(':authority', host);
    request.set(':path', path.startsWith('/') ? path : `/${path}`);
    stream.routes.clear();
    policy.requestHeaders?.(request, stream.manager.formatContext(stream));
    if (stream.routes.get() === undefined) {
      for (const [i, name] of [':scheme', ':authority', ':path'].entries()) request.set(name, before[i] ?? '');
      tell(this.#callbacks, 'response', 'custom-response', 'No route leads to the page that should stand in');
      return HeadersStatus.Continue;
    }
    request.set(':method', 'GET');
    request.remove('content-length');
    stream.requestScope.set(KEY, new Redirected(policy, Number(response.get(':status'))));
    tell(this.#callbacks, 'response', 'custom-response', `The request starts again: ${host}${path}`);
    return stream.recreate(response) ? HeadersStatus.StopIteration : HeadersStatus.Continue;
  }

  /** What comes from the other route gets headers and a status: the given one or that of the response it stands for (measured, also where the page fails). */
  #finish({ policy, code }: Redirected, headers: Headers): void {
    const { stream } = this.#callbacks;
    policy.responseHeaders?.(headers, { ...stream.manager.formatContext(stream), responseHeaders: headers });
    const status = policy.status ?? code;
    headers.set(':status', String(status));
    stream.info.responseCode = status;
  }
}
