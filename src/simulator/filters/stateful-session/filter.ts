import type { ConfigReader } from '../../config-reader.ts';
import type { ActiveFilter } from '../../http/active-filter.ts';
import type { HeadersStatus as HeadersResult, HttpFilter } from '../../http/filter.ts';
import { HeadersStatus } from '../../http/filter.ts';
import type { Headers } from '../../http/headers.ts';
import type { HttpFilterType } from '../filter-type.ts';
import { routeOptions } from '../filter-type.ts';
import { tell } from '../tell.ts';
import type { SessionState, SessionStates } from './session-state.ts';
import { compileSessionStates } from './session-state.ts';

interface SessionConfig {
  readonly states: SessionStates | undefined;
  readonly strict: boolean;
  readonly statusIfMissing: number | undefined;
}

type Counter = 'routed' | 'failed_open' | 'failed_closed' | 'no_session';
const counters: readonly Counter[] = ['routed', 'failed_open', 'failed_closed', 'no_session'];

/** envoy.filters.http.stateful_session (envoy `source/extensions/filters/http/stateful_session/stateful_session.cc`). */
export const filterType: HttpFilterType = {
  compile(config, context) {
    const prefix = config.string('stat_prefix');
    const own = readConfig(config);
    const ofRoute = routeOptions(context, readRoute);
    const count = (counter: Counter, by = 1n): void => {
      if (prefix !== '') context.proxy.stats.counter(`http.${context.statPrefix}.stateful_session.${prefix}.${counter}`).add(by);
    };
    for (const counter of counters) count(counter, 0n);
    return { create: (callbacks) => new StatefulSessionFilter(callbacks, own, () => ofRoute(callbacks), count) };
  },
};

function readConfig(config: ConfigReader): SessionConfig {
  config.ignore('stat_prefix');
  const state = config.message('session_state');
  const strict = config.bool('strict');
  const status = config.number('status_on_strict_destination_not_found', 0);
  return {
    states: state === undefined ? undefined : compileSessionStates(state),
    strict,
    statusIfMissing: strict && status !== 0 ? status : undefined,
  };
}

function readRoute(config: ConfigReader): SessionConfig | 'disabled' {
  if (config.bool('disabled')) return 'disabled';
  const own = config.message('stateful_session');
  return own === undefined ? { states: undefined, strict: false, statusIfMissing: undefined } : readConfig(own);
}

class StatefulSessionFilter implements HttpFilter {
  readonly #callbacks: ActiveFilter;
  readonly #own: SessionConfig;
  readonly #route: () => SessionConfig | 'disabled' | undefined;
  readonly #count: (counter: Counter) => void;
  #config: SessionConfig | undefined;
  #session: SessionState | undefined;

  constructor(
    callbacks: ActiveFilter,
    own: SessionConfig,
    route: () => SessionConfig | 'disabled' | undefined,
    count: (counter: Counter) => void,
  ) {
    this.#callbacks = callbacks;
    this.#own = own;
    this.#route = route;
    this.#count = count;
  }

  decodeHeaders(headers: Headers): HeadersResult {
    const config = this.#route() ?? this.#own;
    if (config === 'disabled') return HeadersStatus.Continue;
    this.#config = config;
    const { stream } = this.#callbacks;
    this.#session = config.states?.(headers, stream.manager.loop.nowNs);
    const address = this.#session?.address;
    if (address === undefined) return HeadersStatus.Continue;
    const { strict, statusIfMissing } = config;
    stream.overrideHost = statusIfMissing === undefined ? { address, strict } : { address, strict, statusIfMissing };
    tell(this.#callbacks, 'request', 'session', `The session asks for host ${address}${strict ? ' and no other' : ''}`);
    return HeadersStatus.Continue;
  }

  encodeHeaders(headers: Headers): HeadersResult {
    const config = this.#config;
    const session = this.#session;
    const { info } = this.#callbacks.stream;
    const host = info.upstreamHost;
    if (config === undefined) return HeadersStatus.Continue;
    if (session !== undefined && host !== undefined && session.address !== host) {
      session.remember(host, headers);
      tell(this.#callbacks, 'response', 'session', `The client is told its host: ${host}`);
    }
    const counter = counterOf(config, session, host, info.hasFlag('UH'));
    // Configurations of routes keep no statistics.
    if (counter !== undefined && config === this.#own) this.#count(counter);
    return HeadersStatus.Continue;
  }
}

function counterOf(
  config: SessionConfig,
  session: SessionState | undefined,
  host: string | undefined,
  isUnhealthy: boolean,
): Counter | undefined {
  if (session === undefined) return host === undefined ? undefined : 'no_session';
  if (host === undefined) return config.strict && isUnhealthy ? 'failed_closed' : undefined;
  if (session.address === host) return 'routed';
  return config.strict ? undefined : 'failed_open';
}
