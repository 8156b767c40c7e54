import type { JsonObject } from '#base/json.ts';

/** RFC 9110 §5.6.2. */
const token = "[A-Za-z0-9!#$%&'*+.^_`|~-]+";

export const headerName: JsonObject = { type: 'string', pattern: `^${token}$`, examples: ['x-demo'] };

/** Pseudo headers, too. */
export const requestHeaderName: JsonObject = {
  type: 'string',
  title: 'Header name',
  pattern: `^:?${token}$`,
  examples: [':path', 'x-user'],
};

/** HTTP codecs refuse line breaks and NUL. */
export const headerValue: JsonObject = { type: 'string', title: 'Value', pattern: '^[^\\r\\n\\0]*$', examples: ['from the plugin'] };
