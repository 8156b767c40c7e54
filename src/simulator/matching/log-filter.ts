import type { ConfigReader } from '../config-reader.ts';
import type { FormatContext } from '../format/formatter.ts';
import { grpcStatusNames } from '../format/grpc-status-names.ts';
import { grpcStatusOf } from '../http/local-reply.ts';
import { compileHeaderMatcher } from './header-matcher.ts';

const grpcStatusEnum = grpcStatusNames.map((name) => name.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => `_${letter}`).toUpperCase());

export type LogFilter = (context: FormatContext) => boolean;

type Make = (config: ConfigReader) => LogFilter;

/** `config.accesslog.v3.AccessLogFilter`, used by access logs and by local reply mappers (envoy `source/common/access_log/access_log_impl.cc`). */
const makers: Readonly<Record<string, Make>> = {
  status_code_filter: (config) => compileComparison(config, (context) => context.info.responseCode ?? 0),
  duration_filter: (config) =>
    compileComparison(config, (context) => Number((context.info.endNs ?? context.nowNs) - context.info.startNs) / 1e6),
  not_health_check_filter: () => () => true,
  // Nothing is traced here.
  traceable_filter: () => () => false,
  header_filter: (config) => {
    const matcher = config.message('header');
    const test = matcher === undefined ? () => true : compileHeaderMatcher(matcher);
    return (context) => context.requestHeaders !== undefined && test(context.requestHeaders);
  },
  response_flag_filter: (config) => {
    const flags = config.strings('flags');
    return (context) => {
      const own = context.info.flagsText.split(',');
      return flags.length === 0 ? context.info.flagsText !== '-' : flags.some((flag) => own.includes(flag));
    };
  },
  grpc_status_filter: (config) => {
    const statuses = config.strings('statuses').map((name) => grpcStatusEnum.indexOf(name));
    const exclude = config.bool('exclude');
    return ({ info, responseHeaders, responseTrailers }) => {
      const told = responseTrailers?.get('grpc-status') ?? responseHeaders?.get('grpc-status');
      return statuses.includes(told === undefined ? grpcStatusOf(info.responseCode ?? 0) : Number(told)) !== exclude;
    };
  },
  and_filter: (config) => {
    const list = config.messages('filters').map(compileLogFilter);
    return (context) => list.every((test) => test(context));
  },
  or_filter: (config) => {
    const list = config.messages('filters').map(compileLogFilter);
    return (context) => list.some((test) => test(context));
  },
};

export function compileLogFilter(config: ConfigReader): LogFilter {
  for (const [name, make] of Object.entries(makers)) {
    const message = config.message(name);
    if (message !== undefined) return make(message);
  }
  return () => true;
}

function compileComparison(config: ConfigReader, read: (context: FormatContext) => number): LogFilter {
  const comparison = config.message('comparison');
  const op = comparison?.raw('op') ?? 'EQ';
  const value = comparison?.message('value');
  value?.ignore('runtime_key');
  const wanted = value?.number('default_value', 0) ?? 0;
  if (op === 'GE' || op === 1) return (context) => read(context) >= wanted;
  if (op === 'LE' || op === 2) return (context) => read(context) <= wanted;
  return op === 'NE' || op === 3 ? (context) => read(context) !== wanted : (context) => read(context) === wanted;
}
