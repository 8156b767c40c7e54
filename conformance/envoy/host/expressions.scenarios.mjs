import { readFileSync } from 'node:fs';
import { http, scenario } from './dsl.mjs';

/** CEL expressions by whether Envoy makes something of them; only those that it does use up a token. */
const { values, refused } = JSON.parse(readFileSync(new URL('expressions.json', import.meta.url), 'utf8'));

const escapes = { ' ': '\\s', '\\': '\\\\', '\t': '\\t', '"': '\\x22' };

/** As an argument of the guest's script: bytes without blanks. */
function argument(text) {
  return Array.from(text, (character) => escapes[character] ?? bytes(character)).join('');
}

function bytes(character) {
  if (character.codePointAt(0) < 0x80) return character;
  return Array.from(Buffer.from(character), (byte) => `\\x${byte.toString(16)}`).join('');
}

function inPortions(list, size) {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size));
}

const request = {
  headers: [
    [':path', '/a/b?c=d'],
    ['x-one', '1'],
  ],
};
const create = (text) => `call_foreign_function expr_create ${argument(text)}`;

export const scenarios = [
  ...inPortions(values, 48).map((portion, i) =>
    scenario(`expression-values-${i + 1}`, 'CEL expressions and what they give.', {
      filters: [
        http(
          [
            '[request_headers]',
            ...portion.flatMap((text, token) => [
              create(text),
              `call_foreign_function expr_evaluate \\x${token.toString(16).padStart(2, '0')}\\0\\0\\0`,
            ]),
          ].join('\n'),
        ),
      ],
      request,
    }),
  ),
  ...inPortions(refused, 45).map((portion, i) =>
    scenario(`expression-refused-${i + 1}`, 'Expressions that are none, and what Envoy says about them.', {
      filters: [http(['[request_headers]', ...portion.map(create)].join('\n'))],
      request,
    }),
  ),
];
