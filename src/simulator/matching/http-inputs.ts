import type { ConfigReader } from '../config-reader.ts';
import type { Headers } from '../http/headers.ts';
import { lowerName } from '../http/headers.ts';
import { QueryParams } from '../http/query-params.ts';
import type { MatchInput } from './matcher-tree.ts';

/** What HTTP matchers look at (envoy `Http::Matching::HttpMatchingDataImpl`). */
export interface HttpSubject {
  readonly request: Headers | undefined;
  readonly response: Headers | undefined;
}

const PREFIX = 'envoy.type.matcher.v3.';

/** An input of the HTTP matching API by its message; undefined for those that are not simulated. */
export function compileHttpInput(type: string, config: ConfigReader): MatchInput<HttpSubject> | undefined {
  switch (type) {
    case `${PREFIX}HttpRequestHeaderMatchInput`: {
      const name = lowerName(config.string('header_name'));
      return ({ request }) => request?.joined(name);
    }
    case `${PREFIX}HttpResponseHeaderMatchInput`: {
      const name = lowerName(config.string('header_name'));
      return ({ response }) => response?.joined(name);
    }
    case `${PREFIX}HttpRequestQueryParamMatchInput`: {
      const name = config.string('query_param');
      return ({ request }) => QueryParams.ofPath(request?.get(':path') ?? '', true).first(name);
    }
    case `${PREFIX}HttpResponseStatusCodeMatchInput`:
      return ({ response }) => response?.get(':status');
    case `${PREFIX}HttpResponseStatusCodeClassMatchInput`:
      return ({ response }) => {
        const code = response?.get(':status') ?? '';
        return /^[1-5]\d\d$/.test(code) ? `${code.charAt(0)}xx` : undefined;
      };
    default:
      return undefined;
  }
}
