import type { ConfigReader } from '../../config-reader.ts';
import type { Proxy } from '../../proxy.ts';
import type { RbacEngine } from '../../rbac/rbac-engine.ts';
import { compileRbac } from '../../rbac/rbac-engine.ts';
import type { RbacInput } from '../../rbac/rbac-input.ts';
import type { NetworkCallbacks, NetworkFilter, NetworkFilterType, NetworkStatus as NetworkResult } from '../network-filter.ts';
import { NetworkStatus } from '../network-filter.ts';

const NAMESPACE = 'envoy.filters.network.rbac';

/** envoy.filters.network.rbac: judges at the first bytes, or at all of them (envoy `source/extensions/filters/network/rbac/rbac_filter.cc`). */
export const filterType: NetworkFilterType = {
  compile(config, context) {
    const options = readOptions(config);
    for (const name of ['allowed', 'denied']) context.proxy.stats.counter(`${options.prefix}rbac.${name}`);
    for (const name of ['allowed', 'denied']) context.proxy.stats.counter(`${options.prefix}rbac.${shadowStat(options, name)}`);
    return { create: (callbacks) => new RbacFilter(callbacks, options, context.proxy) };
  },
};

function shadowStat({ shadowPrefix }: Options, name: string): string {
  return `${shadowPrefix === '' ? '' : `${shadowPrefix}.`}shadow_${name}`;
}

interface Options {
  readonly prefix: string;
  readonly engine: RbacEngine | undefined;
  readonly shadow: RbacEngine | undefined;
  readonly shadowPrefix: string;
  readonly continuous: boolean;
}

function readOptions(config: ConfigReader): Options {
  const rules = config.message('rules');
  const shadow = config.message('shadow_rules');
  const type = config.raw('enforcement_type');
  return {
    prefix: config.string('stat_prefix'),
    engine: rules === undefined ? undefined : compileRbac(rules),
    shadow: shadow === undefined ? undefined : compileRbac(shadow),
    shadowPrefix: config.string('shadow_rules_stat_prefix'),
    continuous: type === 'CONTINUOUS' || type === 1,
  };
}

class RbacFilter implements NetworkFilter {
  readonly #callbacks: NetworkCallbacks;
  readonly #options: Options;
  readonly #proxy: Proxy;
  #judged = false;

  constructor(callbacks: NetworkCallbacks, options: Options, proxy: Proxy) {
    this.#callbacks = callbacks;
    this.#options = options;
    this.#proxy = proxy;
  }

  onData(): NetworkResult {
    if (this.#judged && !this.#options.continuous) return NetworkStatus.Continue;
    this.#judged = true;
    const { connection } = this.#callbacks;
    const { info } = connection;
    const { engine, shadow, shadowPrefix } = this.#options;
    const input: RbacInput = {
      connection: info.connection,
      headers: undefined,
      dynamicMetadata: info.dynamicMetadata,
      routeMetadata: undefined,
      filterState: info.filterState,
    };
    if (shadow !== undefined) {
      const verdict = shadow.judge(input);
      this.#count(shadowStat(this.#options, verdict.allowed ? 'allowed' : 'denied'));
      this.#callbacks.note('shadow', `the shadow rules would ${verdict.allowed ? 'allow' : 'deny'} it, policy ${verdict.policy ?? 'none'}`);
      info.setDynamicMetadata(NAMESPACE, {
        [`${shadowPrefix}shadow_engine_result`]: verdict.allowed ? 'allowed' : 'denied',
        ...(verdict.policy === undefined ? {} : { [`${shadowPrefix}shadow_effective_policy_id`]: verdict.policy }),
      });
    }
    if (engine === undefined) return NetworkStatus.Continue;
    const verdict = engine.judge(input);
    if (engine.action === 'LOG') {
      info.setDynamicMetadata('envoy.common', { access_log_hint: verdict.policy !== undefined });
      return NetworkStatus.Continue;
    }
    this.#count(verdict.allowed ? 'allowed' : 'denied');
    this.#callbacks.note(
      verdict.allowed ? 'allowed' : 'denied',
      `${verdict.allowed ? 'allowed' : 'denied: the connection is closed'}, matching policy ${verdict.policy ?? 'none'}`,
    );
    if (verdict.allowed) return NetworkStatus.Continue;
    info.connectionTerminationDetails = `rbac_access_denied_matched_policy[${verdict.policy ?? 'none'}]`.replaceAll(/\s/g, '_');
    connection.close('no-flush');
    return NetworkStatus.StopIteration;
  }

  #count(name: string): void {
    this.#proxy.stats.counter(`${this.#options.prefix}rbac.${name}`).add(1n);
  }
}
