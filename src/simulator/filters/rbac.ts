import type { JsonObject } from '#base/json.ts';
import type { ConfigReader } from '../config-reader.ts';
import type { ActiveFilter } from '../http/active-filter.ts';
import type { HeadersStatus as HeadersResult, HttpFilter } from '../http/filter.ts';
import { HeadersStatus } from '../http/filter.ts';
import type { Headers } from '../http/headers.ts';
import { streamActivation } from '../cel/stream-activation.ts';
import type { Engine } from '../rbac/matcher-engine.ts';
import { compileMatcherRbac } from '../rbac/matcher-engine.ts';
import { compileRbac } from '../rbac/rbac-engine.ts';
import type { RbacInput } from '../rbac/rbac-input.ts';
import type { HttpFilterType } from './filter-type.ts';
import { routeOptions } from './filter-type.ts';

interface RbacOptions {
  readonly engine: Engine | undefined;
  readonly shadow: Engine | undefined;
  readonly shadowPrefix: string;
}

const NAMESPACE = 'envoy.filters.http.rbac';

/** envoy.filters.http.rbac (envoy `source/extensions/filters/http/rbac/rbac_filter.cc`). */
export const filterType: HttpFilterType = {
  compile(config, context) {
    const own = readOptions(config);
    const ofRoute = routeOptions(context, (route) => {
      const inner = route.message('rbac');
      return inner === undefined ? undefined : readOptions(inner);
    });
    const none: RbacOptions = { engine: undefined, shadow: undefined, shadowPrefix: own.shadowPrefix };
    return {
      create: (callbacks) =>
        new RbacFilter(callbacks, () => {
          const hasRoute = callbacks.stream.routes.get()?.perFilter.some((level) => level.has(context.name)) === true;
          return hasRoute ? (ofRoute(callbacks) ?? none) : own;
        }),
    };
  },
};

function readOptions(config: ConfigReader): RbacOptions {
  config.ignore('rules_stat_prefix', 'track_per_rule_stats');
  return {
    engine: engineOf(config, 'rules', 'matcher'),
    shadow: engineOf(config, 'shadow_rules', 'shadow_matcher'),
    shadowPrefix: config.string('shadow_rules_stat_prefix'),
  };
}

/** Policies, or a matcher tree whose actions say what is to be done. */
function engineOf(config: ConfigReader, rulesName: string, matcherName: string): Engine | undefined {
  const matcher = config.message(matcherName);
  if (matcher !== undefined) return compileMatcherRbac(matcher);
  const rules = config.message(rulesName);
  if (rules === undefined) return undefined;
  const engine = compileRbac(rules);
  const isLog = engine.action === 'LOG';
  return {
    judge({ input }) {
      const { allowed, policy } = engine.judge(input);
      return { allowed, policy, isLog };
    },
  };
}

class RbacFilter implements HttpFilter {
  readonly #callbacks: ActiveFilter;
  readonly #options: () => RbacOptions;

  constructor(callbacks: ActiveFilter, options: () => RbacOptions) {
    this.#callbacks = callbacks;
    this.#options = options;
  }

  decodeHeaders(headers: Headers): HeadersResult {
    const { stream } = this.#callbacks;
    const { info } = stream;
    const options = this.#options();
    const input: RbacInput = {
      connection: info.connection,
      headers,
      dynamicMetadata: info.dynamicMetadata,
      routeMetadata: stream.routes.get()?.metadata,
      filterState: info.filterState,
      activation: streamActivation(stream),
    };
    const asked = { input, stream };
    if (options.shadow !== undefined) {
      const verdict = options.shadow.judge(asked);
      const values: Record<string, string> = { [`${options.shadowPrefix}shadow_engine_result`]: verdict.allowed ? 'allowed' : 'denied' };
      if (verdict.policy !== undefined) values[`${options.shadowPrefix}shadow_effective_policy_id`] = verdict.policy;
      info.setDynamicMetadata(NAMESPACE, values);
    }
    if (options.engine === undefined) return HeadersStatus.Continue;
    const verdict = options.engine.judge(asked);
    if (verdict.isLog) {
      info.setDynamicMetadata('envoy.common', { access_log_hint: verdict.policy !== undefined } satisfies JsonObject);
      return HeadersStatus.Continue;
    }
    if (verdict.allowed) return HeadersStatus.Continue;
    const details = `rbac_access_denied_matched_policy[${verdict.policy ?? 'none'}]`.replaceAll(/\s/g, '_');
    this.#callbacks.sendLocalReply({ code: 403, body: 'RBAC: access denied', details });
    return HeadersStatus.StopIteration;
  }
}
