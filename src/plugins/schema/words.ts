import type { JsonValue } from '#base/json.ts';
import type { SchemaType } from './read-schema.ts';

const typeWords: Readonly<Record<SchemaType, string>> = {
  null: 'null',
  boolean: 'true or false',
  integer: 'a whole number',
  number: 'a number',
  string: 'a string',
  array: 'a list',
  object: 'an object',
};

export function typeInWords(type: SchemaType): string {
  return typeWords[type];
}

const maxWordLength = 60;
const maxListed = 12;

/** A value as it stands in a message: compact JSON, shortened. */
export function inWords(value: JsonValue): string {
  const text = JSON.stringify(value);
  return text.length > maxWordLength ? `${text.slice(0, maxWordLength - 1)}…` : text;
}

/** "a, b or c"; a long list is cut. */
export function listInWords(words: readonly string[], last: 'or' | 'and'): string {
  const shown = words.length > maxListed ? [...words.slice(0, maxListed), `${words.length - maxListed} more`] : [...words];
  const end = shown.pop() ?? '';
  return shown.length === 0 ? end : `${shown.join(', ')} ${last} ${end}`;
}

/** `requestHeaders` and `request_headers` as a title: "Request headers". */
export function humanise(key: string): string {
  const words = key
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/[-_.\s]+/g, ' ')
    .trim()
    .split(' ')
    .map((word) => (/^[A-Z]{2,}s?$/.test(word) ? word : word.toLowerCase()))
    .join(' ');
  return words === '' ? key : words[0]?.toUpperCase() + words.slice(1);
}
