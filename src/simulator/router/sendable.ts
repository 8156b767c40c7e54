import type { Headers } from '../http/headers.ts';
import { isFieldName, isFieldValue } from '../upstreams/http2-fields.ts';

/** Why Envoy does not send a request on that filters have damaged (envoy `HeaderUtility::checkRequiredRequestHeaders`, `checkValidRequestHeaders`). */
export function unsendable(headers: Headers): string | undefined {
  if (!headers.has(':method')) return 'missing required header: :method';
  const needed = headers.get(':method') === 'CONNECT' ? ':authority' : ':path';
  if (!headers.has(needed)) return `missing required header: ${needed}`;
  for (const [name, value] of headers.entries()) {
    if (!name.startsWith(':') && !isFieldName(name)) return `invalid header name: ${escaped(name)}`;
    if (!isFieldValue(value)) return `invalid header value for: ${escaped(name)}`;
  }
  return undefined;
}

/** As in a text of JSON; bytes above ASCII stay. */
function escaped(name: string): string {
  return JSON.stringify(name).slice(1, -1);
}
