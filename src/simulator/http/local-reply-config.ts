import type { ByteString } from '#base/bytes.ts';
import type { ConfigReader } from '../config-reader.ts';
import type { FormatContext } from '../format/formatter.ts';
import { compileHeaderOperations } from '../format/header-operations.ts';
import type { HeaderOperations } from '../format/header-operations.ts';
import type { RewrittenReply } from './local-reply.ts';
import { compileLogFilter } from '../matching/log-filter.ts';
import type { LogFilter } from '../matching/log-filter.ts';
import { bodyFormat, dataSource } from '../router/direct-action.ts';
import type { Headers } from './headers.ts';

interface Mapper {
  readonly filter: LogFilter;
  readonly statusCode: number | undefined;
  readonly body: ByteString | undefined;
  readonly headers: HeaderOperations | undefined;
  readonly format: BodyFormat | undefined;
}

interface BodyFormat {
  readonly isJson: boolean;
  readonly contentType: string;
  readonly format: (context: FormatContext) => ByteString;
}

/** `LocalReplyConfig` (envoy `source/common/local_reply/local_reply.cc`): the first mapper that matches, then a body format. */
export interface LocalReplyConfig {
  rewrite(headers: Headers, code: number, body: ByteString, context: FormatContext): RewrittenReply;
}

export function compileLocalReplyConfig(config: ConfigReader): LocalReplyConfig {
  const mappers: Mapper[] = config.messages('mappers').map((mapper) => {
    const filter = mapper.message('filter');
    const body = mapper.message('body');
    return {
      filter: filter === undefined ? () => true : compileLogFilter(filter),
      statusCode: mapper.number('status_code'),
      body: body === undefined ? undefined : dataSource(body),
      headers: compileHeaderOperations(mapper.messages('headers_to_add'), []),
      format: formatOf(mapper.message('body_format_override')),
    };
  });
  const general = formatOf(config.message('body_format'));
  return {
    rewrite(headers, code, body, context) {
      headers.set(':status', String(code));
      context.info.responseCode = code;
      let newCode = code;
      let text = body;
      let format = general;
      const found = mappers.find((mapper) => mapper.filter(context));
      if (found !== undefined) {
        text = found.body ?? text;
        found.headers?.(headers, context);
        if (found.statusCode !== undefined && found.statusCode !== code) {
          newCode = found.statusCode;
          headers.set(':status', String(newCode));
          context.info.responseCode = newCode;
        }
        format = found.format ?? general;
      }
      if (format === undefined) return { code: newCode, body: text, contentType: 'text/plain', isJson: false };
      return {
        code: newCode,
        body: format.format({ ...context, localReplyBody: text }),
        contentType: format.contentType,
        isJson: format.isJson,
      };
    },
  };
}

function formatOf(config: ConfigReader | undefined): BodyFormat | undefined {
  if (config === undefined) return undefined;
  const type = config.string('content_type');
  const isJson = config.has('json_format');
  return { isJson, contentType: type !== '' ? type : isJson ? 'application/json' : 'text/plain', format: bodyFormat(config) };
}
