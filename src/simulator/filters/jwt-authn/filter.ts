import { bytesToByteString } from '#base/bytes.ts';
import { ConfigError } from '../../config-error.ts';
import type { ConfigReader } from '../../config-reader.ts';
import type { ActiveFilter } from '../../http/active-filter.ts';
import type { BodyBuffer } from '../../http/body-buffer.ts';
import type {
  DataStatus as DataResult,
  HeadersStatus as HeadersResult,
  HttpFilter,
  TrailersStatus as TrailersResult,
} from '../../http/filter.ts';
import { DataStatus, HeadersStatus, TrailersStatus } from '../../http/filter.ts';
import type { Headers } from '../../http/headers.ts';
import { compileRouteMatch } from '../../router/route-entry.ts';
import type { FilterContext, HttpFilterType } from '../filter-type.ts';
import { routeOptions } from '../filter-type.ts';
import type { Extracted, Fetch } from './key-source.ts';
import { KeySource } from './key-source.ts';
import { readProvider } from './provider.ts';
import type { Verifier } from './requirement.ts';
import { compileRequirement, Providers } from './requirement.ts';
import type { Status } from './status.ts';
import { statusText } from './status.ts';

/** What a request needs: nothing, a verifier, or it is refused because the route asks for a requirement that does not exist. */
type Chosen = { readonly verifier: Verifier | undefined } | { readonly problem: string };

interface JwtConfig {
  readonly bypassPreflight: boolean;
  readonly stripFailure: boolean;
  choose(headers: Headers, callbacks: ActiveFilter): Chosen;
}

/** envoy.filters.http.jwt_authn (envoy `source/extensions/filters/http/jwt_authn`). */
export const filterType: HttpFilterType = {
  async compile(config, context) {
    config.ignore('stat_prefix');
    const sources = config.map('providers').map(([name, provider]) => new KeySource(readProvider(name, provider), context.proxy));
    const compiled = readConfig(config, context, new Providers(sources));
    for (const source of sources) await source.startAhead();
    return {
      create: (callbacks) => new JwtFilter(callbacks, compiled),
      close() {
        for (const source of sources) source.close();
      },
    };
  },
};

function readConfig(config: ConfigReader, context: FilterContext, providers: Providers): JwtConfig {
  const named = new Map(config.map('requirement_map').map(([name, requirement]) => [name, compileRequirement(requirement, providers)]));
  const known = [...named.keys()].toSorted().join(',');
  const lookUp = (name: string): Verifier | string => named.get(name) ?? `Wrong requirement_name: ${name}. It should be one of [${known}]`;
  const rules = config.messages('rules').map((rule) => {
    const match = rule.message('match');
    if (match === undefined) throw new ConfigError('RequirementRuleValidationError.Match: value is required');
    const requires = rule.message('requires');
    const name = rule.string('requirement_name');
    const verifier = requires !== undefined ? compileRequirement(requires, providers) : name === '' ? undefined : lookUp(name);
    if (typeof verifier === 'string') throw new ConfigError(verifier);
    return { matches: compileRouteMatch(match), verifier };
  });
  const stateRules = config.message('filter_state_rules');
  const stateName = stateRules?.string('name') ?? '';
  const byState = new Map(
    (stateRules?.map('requires') ?? []).map(([value, requirement]) => [value, compileRequirement(requirement, providers)]),
  );
  const ofRoute = routeOptions(context, (route): Chosen => {
    if (route.bool('disabled')) return { verifier: undefined };
    const verifier = lookUp(route.string('requirement_name'));
    return typeof verifier === 'string' ? { problem: verifier } : { verifier };
  });
  return {
    bypassPreflight: config.bool('bypass_cors_preflight'),
    stripFailure: config.bool('strip_failure_response'),
    choose(headers, callbacks) {
      const chosen = ofRoute(callbacks);
      if (chosen !== undefined) return chosen;
      const rule = rules.find((item) => item.matches(headers));
      if (rule !== undefined) return { verifier: rule.verifier };
      const state = callbacks.stream.info.filterState.get(stateName);
      return { verifier: state?.bytes === undefined ? undefined : byState.get(bytesToByteString(state.bytes)) };
    },
  };
}

class JwtFilter implements HttpFilter {
  readonly #callbacks: ActiveFilter;
  readonly #config: JwtConfig;
  readonly #fetches: Fetch[] = [];
  #state: 'calling' | 'complete' | 'responded' = 'calling';
  #stopped = false;
  #uri = '';

  constructor(callbacks: ActiveFilter, config: JwtConfig) {
    this.#callbacks = callbacks;
    this.#config = config;
  }

  decodeHeaders(headers: Headers): HeadersResult {
    if (this.#config.bypassPreflight && isPreflight(headers)) {
      this.#complete('Ok');
      return HeadersStatus.Continue;
    }
    const chosen = this.#config.choose(headers, this.#callbacks);
    if ('problem' in chosen) this.#refuse(403, `Failed JWT authentication: ${chosen.problem}`, chosen.problem);
    else if (chosen.verifier === undefined) this.#complete('Ok');
    else this.#verify(chosen.verifier, headers);
    if (this.#state === 'complete') return HeadersStatus.Continue;
    this.#stopped = true;
    return HeadersStatus.StopIteration;
  }

  decodeData(_data: BodyBuffer): DataResult {
    return this.#state === 'calling' ? DataStatus.StopIterationAndWatermark : DataStatus.Continue;
  }

  decodeTrailers(): TrailersResult {
    return this.#state === 'calling' ? TrailersStatus.StopIteration : TrailersStatus.Continue;
  }

  onDestroy(): void {
    for (const fetch of this.#fetches) fetch.cancel();
  }

  #verify(verifier: Verifier, headers: Headers): void {
    const { stream } = this.#callbacks;
    const extracted: Extracted = {};
    this.#uri = originalUri(headers);
    verifier(
      {
        headers,
        nowS: Number(stream.manager.loop.nowNs / 1_000_000_000n),
        extracted,
        fetches: this.#fetches,
        clearRouteCache: () => stream.routes.clear(),
      },
      (status) => {
        if (Object.keys(extracted).length > 0) stream.info.setDynamicMetadata('envoy.filters.http.jwt_authn', extracted);
        this.#complete(status);
      },
    );
  }

  #complete(status: Status): void {
    if (this.#state === 'responded') return;
    if (status === 'Ok') {
      this.#state = 'complete';
      if (this.#stopped) this.#callbacks.continueDecoding();
      return;
    }
    const text = statusText(status);
    const challenge = `Bearer realm="${this.#uri}"${status === 'JwtMissed' ? '' : ', error="invalid_token"'}`;
    this.#refuse(status === 'JwtAudienceNotAllowed' ? 403 : 401, text, text, challenge);
  }

  #refuse(code: number, body: string, reason: string, challenge?: string): void {
    this.#state = 'responded';
    const strip = this.#config.stripFailure;
    this.#callbacks.sendLocalReply({
      code,
      body: strip ? '' : body,
      details: `jwt_authn_access_denied{${reason.replaceAll(' ', '_')}}`,
      modifyHeaders: strip || challenge === undefined ? undefined : (headers) => headers.replace('www-authenticate', challenge),
    });
  }
}

function isPreflight(headers: Headers): boolean {
  const filled = (name: string): boolean => (headers.get(name) ?? '') !== '';
  return headers.get(':method') === 'OPTIONS' && filled('origin') && filled('access-control-request-method');
}

const MAX_PATH = 256;

/** envoy `Utility::buildOriginalUri`: the path is cut, not the whole. */
function originalUri(headers: Headers): string {
  const path = headers.get('x-envoy-original-path') ?? headers.get(':path') ?? '';
  return `${headers.get('x-forwarded-proto') ?? headers.get(':scheme') ?? ''}://${headers.get(':authority') ?? ''}${path.slice(0, MAX_PATH)}`;
}
