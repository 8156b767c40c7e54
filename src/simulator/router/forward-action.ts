import { isObject } from '#base/json.ts';
import type { JsonObject } from '#base/json.ts';
import { ConfigError } from '../config-error.ts';
import type { ConfigReader } from '../config-reader.ts';
import { compileFormat } from '../format/formatter.ts';
import type { Headers } from '../http/headers.ts';
import { lowerName } from '../http/headers.ts';
import { compileTemplateRewrite } from '../matching/path-template.ts';
import { compileSubstitution } from '../matching/regex.ts';
import { headerLevel, perFilterConfigs } from './levels.ts';
import { withoutQuery } from './path-match.ts';
import { compileMirror } from './mirrors.ts';
import { compileRetryPolicy } from './retry-policy.ts';
import type { ForwardAction, HeaderLevel, MatchContext, PathMatch, PerFilterConfigs, VirtualHost } from './route.ts';

const DEFAULT_TIMEOUT_MS = 15_000;

/** A `RouteAction`; `choose` is there when the cluster is drawn anew for each request. */
export interface CompiledForward {
  readonly action: ForwardAction;
  readonly choose: ((headers: Headers, context: MatchContext) => ChosenCluster) | undefined;
}

export interface ChosenCluster {
  readonly action: ForwardAction;
  readonly level: HeaderLevel | undefined;
  readonly perFilter: PerFilterConfigs | undefined;
  readonly metadata: JsonObject | undefined;
}

export function compileForward(
  config: ConfigReader,
  match: PathMatch,
  host: VirtualHost,
  bufferLimit: number | undefined,
): CompiledForward {
  const retry = config.message('retry_policy');
  const maxStream = config.message('max_stream_duration');
  const hedge = config.message('hedge_policy');
  const mirrors = config.messages('request_mirror_policies').map(compileMirror);
  const action: ForwardAction = {
    cluster: config.string('cluster'),
    timeoutMs: config.duration('timeout') ?? DEFAULT_TIMEOUT_MS,
    idleTimeoutMs: config.duration('idle_timeout'),
    maxStreamDuration:
      maxStream === undefined
        ? undefined
        : {
            durationMs: maxStream.duration('max_stream_duration'),
            grpcTimeoutMaxMs: maxStream.duration('grpc_timeout_header_max'),
            grpcTimeoutOffsetMs: maxStream.duration('grpc_timeout_header_offset'),
          },
    maxGrpcTimeoutMs: config.duration('max_grpc_timeout'),
    grpcTimeoutOffsetMs: config.duration('grpc_timeout_offset'),
    clusterNotFoundCode: notFoundCode(config),
    rewritePath: compilePathRewrite(config, match),
    rewriteHost: compileHostRewrite(config),
    appendForwardedHost: config.bool('append_x_forwarded_host'),
    autoHostRewrite: config.bool('auto_host_rewrite'),
    retryPolicy: retry === undefined ? host.retryPolicy : compileRetryPolicy(retry),
    isHedged: hedge?.bool('hedge_on_per_try_timeout') ?? host.isHedged,
    bufferLimit: bufferLimit ?? host.bufferLimit,
    internalRedirect: compileInternalRedirect(config),
    mirrors: mirrors.length === 0 ? host.mirrors : mirrors,
  };
  const { checkCluster } = host.config;
  checkCluster(action.cluster, 'cluster');
  for (const mirror of action.mirrors) checkCluster(mirror.cluster, 'shadow cluster');
  const header = lowerName(config.string('cluster_header'));
  if (header !== '') return { action, choose: (headers) => chosen({ ...action, cluster: headers.get(header) ?? '' }) };
  const weighted = config.message('weighted_clusters');
  if (weighted !== undefined) {
    for (const cluster of weighted.messages('clusters')) checkCluster(cluster.string('name'), 'weighted cluster');
    return { action, choose: compileWeighted(weighted, action, host.config.allPerFilter) };
  }
  return { action, choose: undefined };
}

function chosen(action: ForwardAction): ChosenCluster {
  return { action, level: undefined, perFilter: undefined, metadata: undefined };
}

function notFoundCode(config: ConfigReader): number {
  const value = config.raw('cluster_not_found_response_code') ?? 'SERVICE_UNAVAILABLE';
  if (value === 'NOT_FOUND' || value === 1) return 404;
  return value === 'INTERNAL_SERVER_ERROR' || value === 2 ? 500 : 503;
}

/** `WeightedCluster`: one draw among the sum of weights (envoy `WeightedClusterEntry`). */
function compileWeighted(
  config: ConfigReader,
  action: ForwardAction,
  allPerFilter: PerFilterConfigs[],
): (headers: Headers, context: MatchContext) => ChosenCluster {
  const header = lowerName(config.string('header_name'));
  const clusters = config.messages('clusters').map((cluster) => {
    const name = cluster.string('name');
    const clusterHeader = lowerName(cluster.string('cluster_header'));
    if (name !== '' && clusterHeader !== '') throw new ConfigError('Only one of name or cluster_header can be specified');
    if (name === '' && clusterHeader === '') throw new ConfigError('At least one of name or cluster_header need to be specified');
    const metadata = cluster.raw('metadata_match');
    const hostRewrite = cluster.string('host_rewrite_literal');
    const own: ForwardAction = hostRewrite === '' ? action : { ...action, weightedHost: hostRewrite };
    return {
      weight: cluster.number('weight', 0),
      level: headerLevel(cluster),
      perFilter: perFilterConfigs(cluster, allPerFilter),
      metadata: isObject(metadata) ? metadata : undefined,
      action: (headers: Headers): ForwardAction => ({ ...own, cluster: clusterHeader === '' ? name : (headers.get(clusterHeader) ?? '') }),
    };
  });
  const total = clusters.reduce((sum, cluster) => sum + cluster.weight, 0);
  if (total === 0) throw new ConfigError('Sum of weights in the weighted_cluster must be greater than 0.');
  return (headers, context) => {
    const given = header === '' ? undefined : headers.get(header);
    let at = (given !== undefined && /^\d+$/.test(given) ? Number(given) : Math.floor(context.random() * total)) % total;
    for (const cluster of clusters) {
      if (at < cluster.weight) {
        return { action: cluster.action(headers), level: cluster.level, perFilter: cluster.perFilter, metadata: cluster.metadata };
      }
      at -= cluster.weight;
    }
    return chosen(action);
  };
}

function compilePathRewrite(config: ConfigReader, match: PathMatch): ForwardAction['rewritePath'] {
  const kinds = ['prefix_rewrite', 'regex_rewrite', 'path_rewrite_policy'].filter((name) => config.has(name));
  if (kinds.length > 1) throw new ConfigError('Specify only one of prefix_rewrite, regex_rewrite or path_rewrite_policy');
  if (match.template !== undefined && config.string('prefix_rewrite') !== '') {
    throw new ConfigError('Cannot use prefix_rewrite with matcher extension');
  }
  const prefix = config.string('prefix_rewrite');
  if (prefix !== '') return (path) => match.rewritePrefix(path, prefix);
  const regex = config.message('regex_rewrite');
  if (regex !== undefined) return compileSubstitution(regex.message('pattern')?.string('regex') ?? '', regex.string('substitution'));
  const policy = config.message('path_rewrite_policy')?.any('typed_config');
  if (policy !== undefined) {
    const { template } = match;
    if (template === undefined) {
      throw new ConfigError(
        'unable to use envoy.path.rewrite.uri_template.uri_template_rewriter extension without envoy.path.match.uri_template.uri_template_matcher extension',
      );
    }
    const rewrite = compileTemplateRewrite(policy.string('path_template_rewrite'), template);
    return (path) => {
      const variables = template.match(path);
      return variables === undefined ? '' : rewrite(variables);
    };
  }
  const format = config.string('path_rewrite');
  if (format === '') return undefined;
  const compiled = compileFormat(format, true);
  return (_, context) => compiled(context);
}

/** An empty host changes nothing. */
function compileHostRewrite(config: ConfigReader): ForwardAction['rewriteHost'] {
  const literal = config.string('host_rewrite_literal');
  if (literal !== '') return () => literal;
  const header = lowerName(config.string('host_rewrite_header'));
  if (header !== '') return (headers) => headers.get(header) ?? '';
  const format = config.string('host_rewrite');
  if (format !== '') {
    const compiled = compileFormat(format, true);
    return (_, context) => compiled(context);
  }
  const regex = config.message('host_rewrite_path_regex');
  if (regex === undefined) return undefined;
  const substitute = compileSubstitution(regex.message('pattern')?.string('regex') ?? '', regex.string('substitution'));
  return (headers) => substitute(withoutQuery(headers.get(':path') ?? ''));
}

const redirectCodes = new Set([301, 302, 303, 307, 308]);

function compileInternalRedirect(config: ConfigReader): ForwardAction['internalRedirect'] {
  const policy = config.message('internal_redirect_policy');
  if (policy === undefined) return undefined;
  const codes = policy.numbers('redirect_response_codes').filter((code) => redirectCodes.has(code));
  return {
    codes: policy.numbers('redirect_response_codes').length === 0 ? [302] : codes,
    max: policy.number('max_internal_redirects', 1),
    allowCrossScheme: policy.bool('allow_cross_scheme_redirect'),
    headersToCopy: policy.strings('response_headers_to_copy').map(lowerName),
  };
}
