import { ConfigError } from '../../config-error.ts';
import { withoutPort } from '../../http/host-port.ts';
import type { Headers } from '../../http/headers.ts';
import { lowerName } from '../../http/headers.ts';
import { percentDecode, QueryParams } from '../../http/query-params.ts';
import type { FormatContext, FormatValue } from '../formatter.ts';
import { grpcStatusNames } from '../grpc-status-names.ts';
import type { Command, Commands } from './command.ts';
import { optional, plain, required, text } from './command.ts';

/** `X?Y`: the first header, or the second if the first is missing. */
function headerOf(pick: (context: FormatContext) => Headers | undefined): Command {
  return required((argument) => {
    const [first = '', second] = argument.split('?');
    const main = lowerName(first);
    const other = second === undefined ? undefined : lowerName(second);
    return (context) => {
      const headers = pick(context);
      return headers?.get(main) ?? (other === undefined ? undefined : headers?.get(other));
    };
  });
}

function option(name: string, value: string, allowed: readonly string[]): string | undefined {
  if (value === '' || allowed.includes(value)) return text(value);
  throw new ConfigError(`Invalid ${name} option: '${value}', only ${allowed.map((item) => `'${item}'`).join('/')} are allowed`);
}

function pathOf(argument: string): (context: FormatContext) => FormatValue {
  const [first = '', second = ''] = argument.split(':');
  const query = option('PATH', first, ['WQ', 'NQ']);
  const source = option('PATH', second, ['ORIG', 'PATH', 'ORIG_OR_PATH']) ?? 'ORIG_OR_PATH';
  return ({ requestHeaders }) => {
    const original = requestHeaders?.get('x-envoy-original-path');
    const path = requestHeaders?.get(':path');
    const value = source === 'ORIG' ? original : source === 'PATH' ? path : (original ?? path);
    return query === 'NQ' ? value?.split('?')[0] : value;
  };
}

function queryOf(path: string | undefined): string {
  const at = path?.indexOf('?') ?? -1;
  return path === undefined || at < 0 ? '' : (path.slice(at + 1).split('#')[0] ?? '');
}

function queryParameter(context: FormatContext, name: string): FormatValue {
  return text(QueryParams.ofPath(context.requestHeaders?.get(':path') ?? '', true).first(name));
}

function serverName(argument: string): (context: FormatContext) => FormatValue {
  const [kind = ''] = argument.split(':');
  const source = option('REQUESTED_SERVER_NAME', kind, ['SNI_ONLY', 'SNI_FIRST', 'HOST_FIRST']) ?? 'SNI_ONLY';
  return ({ info, requestHeaders }) => {
    const sni = text(info.connection.requestedServerName);
    if (source === 'SNI_ONLY') return sni;
    const host = text(withoutPort(requestHeaders?.get(':authority') ?? ''));
    return source === 'SNI_FIRST' ? (sni ?? host) : (host ?? sni);
  };
}

function grpcStatus(context: FormatContext): number | undefined {
  const value = context.responseTrailers?.get('grpc-status') ?? context.responseHeaders?.get('grpc-status');
  return value === undefined || !/^\d+$/.test(value) ? undefined : Number(value);
}

function grpcStatusText(argument: string): (context: FormatContext) => FormatValue {
  if (!['', 'CAMEL_STRING', 'SNAKE_STRING', 'NUMBER'].includes(argument)) {
    throw new ConfigError(`GrpcStatusFormatter only supports CAMEL_STRING, SNAKE_STRING or NUMBER. Got: ${argument}`);
  }
  return (context) => {
    const number = grpcStatus(context);
    if (number === undefined || argument === 'NUMBER') return number;
    const name = grpcStatusNames[number];
    return (argument === 'SNAKE_STRING' ? name?.replaceAll(/(?<=[a-z])[A-Z]/g, (c) => `_${c}`).toUpperCase() : name) ?? String(number);
  };
}

/** What headers and bodies say. */
export const headerCommands: Commands = {
  REQ: headerOf((context) => context.requestHeaders),
  RESP: headerOf((context) => context.responseHeaders),
  TRAILER: headerOf((context) => context.responseTrailers),
  PATH: optional(pathOf, true),
  QUERY_PARAM: required((name) => (context) => queryParameter(context, name)),
  QUERY_PARAMS: optional((argument) => {
    const form = option('QUERY_PARAMS', argument, ['ORIG', 'DECODED']);
    return ({ requestHeaders }) => {
      const query = queryOf(requestHeaders?.get(':path'));
      return text(form === 'DECODED' ? percentDecode(query) : query);
    };
  }, true),
  REQUESTED_SERVER_NAME: optional(serverName),
  LOCAL_REPLY_BODY: plain((context) => context.localReplyBody),
  GRPC_STATUS: optional(grpcStatusText),
  GRPC_STATUS_NUMBER: plain(grpcStatus),
  REQUEST_HEADERS_BYTES: plain((context) => context.requestHeaders?.byteSize ?? 0),
  RESPONSE_HEADERS_BYTES: plain((context) => context.responseHeaders?.byteSize ?? 0),
  RESPONSE_TRAILERS_BYTES: plain((context) => context.responseTrailers?.byteSize ?? 0),
  STREAM_ID: plain((context) => text(context.requestHeaders?.get('x-request-id'))),
};
