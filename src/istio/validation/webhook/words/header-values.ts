type State = 'literal' | 'variable' | 'array' | 'element' | 'string' | 'next-element' | 'arguments-end' | 'variable-end';

// eslint-disable-next-line no-control-regex
const forbidden = /[\u0000-\u0008\u000A-\u001F\u007F]/;

/**
 * The value of a header that a route sets: Envoy's `%VARIABLE%` and `%VARIABLE(...)%` must be closed (istio/istio
 * pkg/config/validation/header_value_validator.go validateHeaderValue, after Envoy's header parser).
 */
export function headerValueError(value: string): string | undefined {
  if (forbidden.test(value)) return `header value configuration ${value} is invalid`;
  const error = formatError(value);
  return error === undefined ? undefined : `header value configuration: invalid header configuration. ${error}`;
}

function formatError(value: string): string | undefined {
  let state: State = 'literal';
  for (let at = 0; at < value.length; at++) {
    const char = value[at] ?? '';
    const isLast = at + 1 >= value.length;
    switch (state) {
      case 'literal':
        if (char !== '%') break;
        if (isLast) return 'Un-escaped %';
        if (value[at + 1] === '%') at++;
        else state = 'variable';
        break;
      case 'variable':
        if (char === '%') state = 'literal';
        else if (char === '(') state = 'array';
        break;
      case 'array':
        if (char === '[') state = 'element';
        else if (char !== ' ') state = 'string';
        break;
      case 'next-element':
        if (char === ',') state = 'element';
        else if (char === ']') state = 'arguments-end';
        else if (char !== ' ') return "Expecting ',', ']', or whitespace";
        break;
      case 'element':
        if (char === '"') state = 'string';
        else if (char !== ' ') return `Expecting '"'`;
        break;
      case 'string':
        if (char === '\\') {
          if (isLast) return 'Un-terminated backslash in JSON string';
          at++;
        } else if (char === ')') state = 'variable-end';
        else if (char === '"') state = 'next-element';
        break;
      case 'arguments-end':
        if (char === ')') state = 'variable-end';
        else if (char !== ' ') return "Expecting ')' or whitespace after '{}', but found '{}'";
        break;
      case 'variable-end':
        if (char === '%') state = 'literal';
        else if (char !== ' ') return "Expecting '%' or whitespace after";
        break;
    }
  }
  return state === 'literal' ? undefined : `Un-terminated variable expression '${value}'`;
}
