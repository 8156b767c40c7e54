import { ConfigError } from '../../config-error.ts';
import type { ConfigReader } from '../../config-reader.ts';
import type { FormatContext } from '../../format/formatter.ts';
import type { HeaderOperations } from '../../format/header-operations.ts';
import { compileHeaderOperations } from '../../format/header-operations.ts';
import type { Headers } from '../../http/headers.ts';
import { bodyFormat, compileRedirect, dataSource } from '../../router/direct-action.ts';

const PREFIX = 'envoy.extensions.http.custom_response.';

/** What stands in for a response. */
export type Policy = LocalPolicy | RedirectPolicy;

/** `LocalResponsePolicy`: a reply of Envoy's own. */
export interface LocalPolicy {
  readonly kind: 'local';
  readonly status: number | undefined;
  body(context: FormatContext): string;
  readonly headers: HeaderOperations | undefined;
  /** Response code details: those of the response, or a text. */
  readonly details: 'preserve' | string;
}

/** `RedirectPolicy`: the answer of another route. */
export interface RedirectPolicy {
  readonly kind: 'redirect';
  readonly status: number | undefined;
  target(headers: Headers): string;
  readonly requestHeaders: HeaderOperations | undefined;
  readonly responseHeaders: HeaderOperations | undefined;
}

export function compilePolicy(type: string, config: ConfigReader): Policy {
  if (type === `${PREFIX}local_response_policy.v3.LocalResponsePolicy`) return compileLocal(config);
  if (type === `${PREFIX}redirect_policy.v3.RedirectPolicy`) return compileRedirectPolicy(config);
  throw new ConfigError(`Didn't find a registered implementation for type: '${type}'`);
}

function compileLocal(config: ConfigReader): LocalPolicy {
  const source = config.message('body');
  const body = source === undefined ? '' : dataSource(source);
  const format = config.message('body_format');
  const compiled = format === undefined ? undefined : bodyFormat(format);
  return {
    kind: 'local',
    status: config.number('status_code'),
    body: (context) => (compiled === undefined ? body : compiled({ ...context, localReplyBody: body })),
    headers: compileHeaderOperations(config.messages('response_headers_to_add'), []),
    details: config.bool('preserve_response_code_details') ? 'preserve' : config.string('response_code_details'),
  };
}

function compileRedirectPolicy(config: ConfigReader): RedirectPolicy {
  const action = config.message('redirect_action');
  for (const name of ['regex_rewrite', 'prefix_rewrite']) {
    if (action?.has(name) === true) throw new ConfigError(`${name} is not supported for Custom Response`);
  }
  const uri = config.string('uri');
  if (action === undefined && !/^https?:\/\/[^/?#]+/.test(uri)) {
    throw new ConfigError(`Invalid uri specified for redirection for custom response: ${uri}`);
  }
  if (action?.string('path_redirect').includes('#') === true) {
    throw new ConfigError(`#fragment is not supported for custom response. Specified path_redirect is ${action.string('path_redirect')}`);
  }
  checkModification(config.message('modify_request_headers_action'));
  const redirect =
    action === undefined ? undefined : compileRedirect(action, { kind: 'other', matches: () => true, rewritePrefix: (path) => path });
  return {
    kind: 'redirect',
    status: config.number('status_code'),
    target: (headers) => redirect?.location(headers) ?? uri,
    requestHeaders: compileHeaderOperations(config.messages('request_headers_to_add'), []),
    responseHeaders: compileHeaderOperations(config.messages('response_headers_to_add'), []),
  };
}

/** Envoy itself has no action that changes the headers of the new request (measured), so every one is refused. */
function checkModification(config: ConfigReader | undefined): void {
  if (config === undefined) return;
  const typeUrl = config.any('typed_config')?.typeUrl ?? '';
  const type = typeUrl.slice(typeUrl.lastIndexOf('/') + 1);
  throw new ConfigError(`Didn't find a registered implementation for '${config.string('name')}' with type URL: '${type}'`);
}
