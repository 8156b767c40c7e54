import type { JsonValue } from '#base/json.ts';
import { isArray } from '#base/json.ts';

/** JSON as Flask's `jsonify` prints it: keys sorted, indented by two, a blank after each comma, everything in ASCII, a line end. */
export function pythonJson(value: JsonValue): string {
  return `${print(value, '')}\n`;
}

function print(value: JsonValue, indent: string): string {
  const inner = `${indent}  `;
  if (isArray(value)) {
    if (value.length === 0) return '[]';
    return `[\n${value.map((item) => inner + print(item, inner)).join(', \n')}\n${indent}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const keys = Object.keys(value).toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    if (keys.length === 0) return '{}';
    return `{\n${keys.map((key) => `${inner}${ascii(key)}: ${print(value[key] ?? null, inner)}`).join(', \n')}\n${indent}}`;
  }
  return typeof value === 'string' ? ascii(value) : JSON.stringify(value);
}

function ascii(text: string): string {
  return JSON.stringify(text).replaceAll(/[\u007f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
