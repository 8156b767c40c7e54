import { utf8ToByteString } from '#base/bytes.ts';
import { ConfigError } from '../config-error.ts';
import type { ConfigReader } from '../config-reader.ts';
import { compileFormat, compileJsonFormat } from '../format/formatter.ts';
import type { FormatContext } from '../format/formatter.ts';
import type { Headers } from '../http/headers.ts';
import { compileSubstitution } from '../matching/regex.ts';
import { withoutQuery } from './path-match.ts';
import type { DirectAction, PathMatch } from './route.ts';

const redirectCodes: Readonly<Record<string, number>> = {
  MOVED_PERMANENTLY: 301,
  FOUND: 302,
  SEE_OTHER: 303,
  TEMPORARY_REDIRECT: 307,
  PERMANENT_REDIRECT: 308,
};
const codeNames = Object.keys(redirectCodes);

/** `RedirectAction` (envoy `source/common/router/config_impl.cc` `newUri`). */
export function compileRedirect(config: ConfigReader, match: PathMatch): DirectAction {
  const response = config.raw('response_code') ?? 'MOVED_PERMANENTLY';
  const scheme = config.string('scheme_redirect');
  const https = config.bool('https_redirect');
  const host = config.string('host_redirect');
  const port = config.number('port_redirect', 0);
  const path = config.string('path_redirect');
  const prefix = config.has('prefix_rewrite') ? config.string('prefix_rewrite') : undefined;
  if (match.template !== undefined && prefix !== undefined) {
    throw new ConfigError('Cannot use redirect.prefix_rewrite with path_match_policy');
  }
  const regex = config.message('regex_rewrite');
  const substitute =
    regex === undefined ? undefined : compileSubstitution(regex.message('pattern')?.string('regex') ?? '', regex.string('substitution'));
  const strip = config.bool('strip_query');
  return {
    code: redirectCodes[typeof response === 'number' ? (codeNames[response] ?? '') : String(response)] ?? 301,
    body: '',
    bodyFormat: undefined,
    contentType: undefined,
    rewritePath(full) {
      const bare = withoutQuery(full);
      const rest = full.slice(bare.length);
      if (prefix !== undefined) return match.rewritePrefix(bare, prefix) + rest;
      const rewritten = substitute?.(bare) ?? '';
      return rewritten === '' ? full : rewritten + rest;
    },
    location(headers) {
      const newScheme = scheme !== '' ? scheme : https ? 'https' : (headers.get(':scheme') ?? 'http');
      const newPort = port === 0 ? '' : `:${port}`;
      const newHost = host === '' ? hostForRedirect(headers, newScheme, newPort) : host;
      const target = newPath(path, headers.get(':path') ?? '', strip);
      return `${newScheme}://${newHost}${newPort}${target.startsWith('/') ? '' : '/'}${target}`;
    },
  };
}

/** The query of `path_redirect` itself stands and is never stripped; otherwise the request's query is kept unless it is to be stripped. */
function newPath(path: string, current: string, strip: boolean): string {
  if (path.includes('?')) return path;
  const bare = withoutQuery(current);
  const query = strip ? '' : current.slice(bare.length);
  return (path === '' ? bare : path) + query;
}

/** envoy `processRequestHost`: a port given by the redirect, or the old scheme's default port, replaces the host's own port. */
function hostForRedirect(headers: Headers, scheme: string, port: string): string {
  const host = headers.get(':authority') ?? '';
  const found = /^(\[[^\]]*\]|[^:]*)(:\d+)$/.exec(host);
  if (found === null) return host;
  const proto = headers.get('x-forwarded-proto') ?? '';
  const defaultPort = proto === 'https' ? ':443' : ':80';
  const drop = port !== '' || (scheme !== proto && found[2] === defaultPort);
  return drop ? (found[1] ?? host) : host;
}

/** `DirectResponseAction`. */
export function compileDirectResponse(config: ConfigReader, route: ConfigReader, maxBody: number): DirectAction {
  const code = config.number('status', 0);
  if (code < 200 || code > 599) throw new ConfigError(`DirectResponseActionValidationError.Status: value must be inside range [200, 600)`);
  const source = config.message('body');
  const body = source === undefined ? '' : dataSource(source);
  if (body.length > maxBody) throw new ConfigError(`response body size is ${body.length} bytes; maximum is ${maxBody}`);
  const format = config.message('body_format');
  route.ignore('direct_response');
  return {
    code,
    body,
    bodyFormat: format === undefined ? undefined : bodyFormat(format),
    contentType: format === undefined ? undefined : contentTypeOf(format),
    rewritePath: (path) => path,
    location: (headers) => {
      const scheme = headers.get(':scheme') ?? 'http';
      return `${scheme}://${hostForRedirect(headers, scheme, '')}${headers.get(':path') ?? ''}`;
    },
  };
}

/** The content type a format asks for; undefined where it says nothing. */
function contentTypeOf(format: ConfigReader): string | undefined {
  const type = format.string('content_type');
  if (type !== '') return type;
  return format.has('json_format') ? 'application/json' : undefined;
}

/** Text of a `DataSource` that is inside the configuration; files are not read. */
export function dataSource(source: ConfigReader): string {
  const bytes = source.string('inline_bytes');
  return bytes === '' ? utf8ToByteString(source.string('inline_string')) : atob(bytes);
}

/** A `SubstitutionFormatString` as text. */
export function bodyFormat(config: ConfigReader): (context: FormatContext) => string {
  const omit = config.bool('omit_empty_values');
  const source = config.message('text_format_source');
  const text = config.string('text_format', source === undefined ? '' : dataSource(source));
  const json = config.raw('json_format');
  if (json === undefined) return compileFormat(text, omit);
  const format = compileJsonFormat(json);
  return (context) => `${JSON.stringify(format(context))}\n`;
}
