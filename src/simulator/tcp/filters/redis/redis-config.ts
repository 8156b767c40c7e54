import type { JsonObject } from '#base/json.ts';
import { asObject } from '#base/json.ts';
import { ConfigError } from '../../../config-error.ts';
import { ConfigReader } from '../../../config-reader.ts';
import type { FormatContext } from '../../../format/formatter.ts';
import { compileFormat } from '../../../format/formatter.ts';
import { fractionOf } from '../../../matching/fraction.ts';
import { dataSource } from '../../../router/direct-action.ts';

const readPolicies = ['MASTER', 'PREFER_MASTER', 'REPLICA', 'PREFER_REPLICA', 'ANY'];

/** `ConnPoolSettings`, read. */
export interface RedisSettings {
  readonly opTimeoutMs: number;
  readonly maxBufferSize: number;
  readonly flushTimeoutMs: number;
  readonly commandStats: boolean;
  readonly readPolicy: string;
}

export interface MirrorPolicy {
  readonly cluster: string;
  readonly share: number;
  readonly writesOnly: boolean;
}

/** One prefix and where its keys go. */
export interface RedisRoute {
  readonly prefix: string;
  readonly cluster: string;
  readonly readCluster: string | undefined;
  readonly removePrefix: boolean;
  readonly formatKey: ((key: string, context: FormatContext) => string) | undefined;
  readonly mirrors: readonly MirrorPolicy[];
}

export interface RedisFault {
  readonly isError: boolean;
  readonly delayMs: number;
  readonly share: number;
  readonly commands: readonly string[];
}

export interface RedisConfig {
  readonly statPrefix: string;
  readonly settings: RedisSettings;
  readonly caseInsensitive: boolean;
  readonly routes: readonly RedisRoute[];
  readonly catchAll: RedisRoute | undefined;
  readonly user: string;
  readonly passwords: readonly string[];
  readonly faults: readonly RedisFault[];
  /** As written: commands are looked up in lower case, so one with a capital is never found. */
  readonly customCommands: readonly string[];
}

/** `RedisProxy` (envoy `api/envoy/extensions/filters/network/redis_proxy/v3/redis_proxy.proto`). */
export function readRedisConfig(config: ConfigReader): RedisConfig {
  config.ignore('latency_in_micros');
  const prefixRoutes = config.message('prefix_routes');
  const routes = (prefixRoutes?.messages('routes') ?? []).map(readRoute);
  const caseInsensitive = prefixRoutes?.bool('case_insensitive') ?? false;
  if (routes.length === 0 && prefixRoutes?.has('catch_all_route') !== true)
    throw new ConfigError('cannot configure a redis-proxy without any upstream');
  const seen = new Set<string>();
  for (const { prefix } of routes) {
    const key = caseInsensitive ? prefix.toLowerCase() : prefix;
    if (seen.has(key)) throw new ConfigError(`prefix \`${prefix}\` already exists.`);
    seen.add(key);
  }
  const catchAll = prefixRoutes?.message('catch_all_route');
  const single = config.message('downstream_auth_password');
  const user = config.message('downstream_auth_username');
  const passwords = [...(single === undefined ? [] : [single]), ...config.messages('downstream_auth_passwords')].map(dataSource);
  return {
    statPrefix: config.string('stat_prefix'),
    settings: readSettings(config.message('settings')),
    caseInsensitive,
    routes,
    catchAll: catchAll === undefined ? undefined : readRoute(catchAll),
    user: user === undefined ? '' : dataSource(user),
    passwords: passwords.filter((text) => text !== ''),
    faults: config.messages('faults').map(readFault),
    customCommands: config.strings('custom_commands'),
  };
}

function readSettings(settings: ConfigReader | undefined): RedisSettings {
  // One host each: nothing is hashed to another one, no server redirects.
  settings?.ignore('enable_hashtagging', 'max_upstream_unknown_connections', 'connection_rate_limit');
  const opTimeoutMs = settings?.duration('op_timeout');
  if (opTimeoutMs === undefined) throw new ConfigError('ConnPoolSettingsValidationError.OpTimeout: value is required');
  const policy = settings?.raw('read_policy') ?? 'MASTER';
  return {
    opTimeoutMs,
    maxBufferSize: settings?.number('max_buffer_size_before_flush', 0) ?? 0,
    flushTimeoutMs: settings?.duration('buffer_flush_timeout') ?? 3,
    commandStats: settings?.bool('enable_command_stats') ?? false,
    readPolicy: typeof policy === 'number' ? (readPolicies[policy] ?? 'ANY') : String(policy),
  };
}

const KEY = '%KEY%';
/** Stands for the key while the rest of the format is filled in: a key may hold percent signs (envoy `router_impl.cc` `formatKey`). */
const PLACE = '~REPLACED_KEY~';

function readRoute(route: ConfigReader): RedisRoute {
  const formatter = route.string('key_formatter');
  const format = formatter === '' ? undefined : compileFormat(formatter.replaceAll(KEY, PLACE), true);
  return {
    prefix: route.string('prefix'),
    cluster: route.string('cluster'),
    readCluster: route.message('read_command_policy')?.string('cluster'),
    removePrefix: route.bool('remove_prefix'),
    formatKey: format === undefined ? undefined : (key, context) => format(context).replaceAll(PLACE, () => key) || key,
    mirrors: route.messages('request_mirror_policy').map((policy) => {
      const fraction = policy.message('runtime_fraction');
      fraction?.ignore('runtime_key');
      return {
        cluster: policy.string('cluster'),
        share: fraction === undefined ? 1 : fractionOf(fraction.message('default_value')),
        writesOnly: policy.bool('exclude_read_commands'),
      };
    }),
  };
}

function readFault(fault: ConfigReader): RedisFault {
  const type = fault.raw('fault_type') ?? 'DELAY';
  const enabled = fault.message('fault_enabled');
  enabled?.ignore('runtime_key');
  return {
    isError: type === 'ERROR' || type === 1,
    delayMs: fault.duration('delay') ?? 0,
    share: fractionOf(enabled?.message('default_value')),
    commands: fault.strings('commands').map((name) => name.toLowerCase()),
  };
}

/** `RedisProtocolOptions` of a cluster: what Envoy says to its servers first. */
export function upstreamCredentials(cluster: JsonObject): { readonly user: string; readonly password: string } {
  const all = new ConfigReader(cluster).raw('typed_extension_protocol_options');
  const options = new ConfigReader(asObject(all)['envoy.filters.network.redis_proxy']);
  const text = (name: string): string => {
    const source = options.message(name);
    return source === undefined ? '' : dataSource(source);
  };
  return { user: text('auth_username'), password: text('auth_password') };
}
